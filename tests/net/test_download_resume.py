"""A download that breaks off goes on from there, and never mixes two versions of a file."""

import json
import os
import random
import signal
import socket
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.download import CONTINUED, Download, Limits
from hotfolder.net.part import KEEP_BYTES, note_of
from tests.net.big_pdf import BigPdf
from tests.net.ranged import Bytes, FileServer, facts_of
from tests.net.servers import Request, Respond, Server, says, serving
from tests.processes import line_of, other_process
from tests.waiting import wait_until

MIB = 1024 * 1024
FILE = Bytes(random.Random(1).randbytes(1_000_003))
OTHER = Bytes(random.Random(2).randbytes(1_000_003))
CUT = 300_000

CHILD = """
import json, sys
from pathlib import Path
from hotfolder.net.download import Download, Limits

facts = Download(Limits(private=True, reserve_bytes=0)).fetch(sys.argv[1], Path(sys.argv[2]))
# not ru_maxrss: that begins with what the process was forked from
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0])
print(json.dumps([facts.size, facts.md5, peak]))
"""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / ".cover.pdf.part"


def a_way(**limits: Any) -> Download:
    usual = {"connect_seconds": 2.0, "idle_seconds": 5.0, "private": True, "reserve_bytes": 0}
    return Download(Limits(**{**usual, **limits}))


class Changing:
    """Answers as `respond` does, which a test may change."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, server: Server, connection: socket.socket, request: Request) -> None:
        self.respond(server, connection, request)


def ranges(server: Server) -> list[str]:
    return [request.headers.get("range", "") for request in server.requests]


def left_behind(server: Server, target: Path, size: int) -> None:
    """An earlier try that got so far: `server` is one whose connections do not bring more."""

    def stop(done: int, _total: int | None) -> None:
        if done >= size:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        a_way().fetch(server.url, target, progress=stop)
    assert target.stat().st_size >= size


@pytest.mark.parametrize(
    "marks",
    [
        {"etag": '"v1"'},
        {"etag": "", "modified": "Mon, 02 Mar 2026 08:00:00 GMT"},
        {"etag": 'W/"v1"', "modified": "Mon, 02 Mar 2026 08:00:00 GMT"},
    ],
)
def test_a_broken_connection_is_followed_by_one_for_the_rest(
    target: Path, marks: dict[str, Any]
) -> None:
    with serving(FileServer(content=FILE, drop_after=CUT, **marks)) as server:
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert target.read_bytes() == FILE.data
    assert ranges(server) == ["", *(f"bytes={n * CUT}-" for n in (1, 2, 3))]
    mark = marks.get("modified") or marks["etag"]  # a weak ETag stands for no bytes
    assert [request.headers["if-range"] for request in server.requests[1:]] == [mark] * 3
    assert [name.name for name in target.parent.iterdir()] == [target.name]


def test_progress_goes_on_after_a_break(target: Path) -> None:
    seen: list[int] = []
    with serving(FileServer(content=FILE, drop_after=CUT)) as server:
        a_way().fetch(server.url, target, progress=lambda done, _total: seen.append(done))
    assert seen == sorted(set(seen))
    assert seen[-1] == FILE.size


def test_a_silent_connection_is_followed_by_one_for_the_rest(target: Path) -> None:
    with serving(FileServer(content=FILE, drop_after=CUT, hangs=True)) as server:
        assert a_way(idle_seconds=0.1).fetch(server.url, target) == facts_of(FILE)


def test_a_server_that_gives_only_pieces_is_asked_for_the_next(target: Path) -> None:
    respond = FileServer(content=FILE, drop_after=CUT, most=200_000)
    with serving(respond) as server:
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert len(server.requests) == 5


def test_a_file_of_unknown_size_goes_on_as_well(target: Path) -> None:
    respond = FileServer(content=FILE, drop_after=CUT, tells_total=False)
    with serving(respond) as server:
        assert a_way().fetch(server.url, target, FILE.size) == facts_of(FILE)
    assert ranges(server)[1] == f"bytes={CUT}-"


def test_a_server_that_can_not_go_on_is_not_asked_for_ever(target: Path) -> None:
    respond = FileServer(content=FILE, drop_after=CUT, can_go_on=False)
    with serving(respond) as server, pytest.raises(FetchError) as caught:
        a_way().fetch(server.url, target)
    assert caught.value.kind is FetchKind.TRUNCATED
    assert f"was cut off after {CUT} of {FILE.size} bytes" in str(caught.value)
    assert len(server.requests) == 2


def test_without_a_mark_nothing_is_put_together_from_two_answers(target: Path) -> None:
    with serving(FileServer(content=FILE, drop_after=CUT, etag="")) as server:
        for _ in range(2):
            with pytest.raises(FetchError, match="was cut off"):
                a_way().fetch(server.url, target)
    assert ranges(server) == ["", ""]


@pytest.mark.parametrize("shifted", [-1, 1, 100_000])
def test_a_rest_that_begins_at_another_place_is_not_taken(target: Path, shifted: int) -> None:
    respond = FileServer(content=FILE, drop_after=CUT, shifted=shifted)
    with serving(respond) as server, pytest.raises(FetchError) as caught:
        a_way().fetch(server.url, target)
    assert caught.value.kind is FetchKind.TRUNCATED
    assert ranges(server) == ["", f"bytes={CUT}-", ""]


def test_a_server_that_breaks_off_again_and_again_is_left_and_gone_on_with_later(
    target: Path,
) -> None:
    with serving(FileServer(content=FILE, drop_after=15_000)) as server:
        way = a_way()
        with pytest.raises(FetchError, match=f"broke {CONTINUED} times"):
            way.fetch(server.url, target)
        assert len(server.requests) == CONTINUED
        way.fetch(server.url, target)
    assert ranges(server)[CONTINUED] == f"bytes={CONTINUED * 15_000}-"
    assert target.read_bytes() == FILE.data


def test_a_later_try_goes_on_where_the_earlier_one_stopped(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        left_behind(server, target, CUT)
        came = target.stat().st_size
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert ranges(server) == ["", f"bytes={came}-"]
    assert server.requests[1].headers["if-range"] == '"v1"'
    assert target.read_bytes() == FILE.data
    assert not note_of(target).exists()


def test_a_file_that_became_another_one_is_fetched_from_its_begin(target: Path) -> None:
    respond = FileServer(content=FILE)
    with serving(respond) as server:
        left_behind(server, target, CUT)
        respond.content, respond.etag = OTHER, '"v2"'
        assert a_way().fetch(server.url, target) == facts_of(OTHER)
    assert target.read_bytes() == OTHER.data


def test_a_server_that_gives_the_rest_of_another_version_is_not_believed(target: Path) -> None:
    now = Changing(FileServer(content=FILE))
    with serving(now) as server:
        left_behind(server, target, CUT)
        start = target.stat().st_size
        now.respond = FileServer(content=OTHER, etag='"v2"', heeds_if_range=False)
        assert a_way().fetch(server.url, target) == facts_of(OTHER)
    assert ranges(server) == ["", f"bytes={start}-", ""]


def test_the_rest_of_a_file_of_another_size_is_not_taken(target: Path) -> None:
    modified = "Mon, 02 Mar 2026 08:00:00 GMT"
    longer = Bytes(OTHER.data + b"more")
    now = Changing(FileServer(content=FILE, etag="", modified=modified))
    with serving(now) as server:
        left_behind(server, target, CUT)
        now.respond = FileServer(content=longer, etag="", modified=modified)
        assert a_way().fetch(server.url, target) == facts_of(longer)
    assert len(server.requests) == 3


def without_marks(content: Bytes, drop_after: int | None = None) -> FileServer:
    return FileServer(content=content, etag="", tells_ranges=True, drop_after=drop_after)


def test_a_server_without_marks_is_gone_on_with_where_the_order_has_an_md5(target: Path) -> None:
    md5 = facts_of(FILE).md5
    now = Changing(without_marks(FILE))
    with serving(now) as server:

        def stop(done: int, _total: int | None) -> None:
            if done > CUT:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            a_way().fetch(server.url, target, FILE.size, stop, md5)
        begun = target.stat().st_size
        now.respond = without_marks(FILE, drop_after=CUT)
        assert a_way().fetch(server.url, target, FILE.size, md5=md5) == facts_of(FILE)
    assert ranges(server)[:3] == ["", f"bytes={begun}-", f"bytes={begun + CUT}-"]
    assert target.read_bytes() == FILE.data


def test_what_was_put_together_of_two_versions_is_fetched_once_more_from_its_begin(
    target: Path,
) -> None:
    now = Changing(without_marks(FILE))
    with serving(now) as server:

        def stop(done: int, _total: int | None) -> None:
            if done > CUT:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            a_way().fetch(server.url, target, FILE.size, stop, facts_of(FILE).md5)
        begun = target.stat().st_size
        now.respond = without_marks(OTHER)
        found = a_way().fetch(server.url, target, OTHER.size, md5=facts_of(OTHER).md5)
    assert found == facts_of(OTHER)
    assert ranges(server) == ["", f"bytes={begun}-", ""]


def test_without_marks_and_without_an_md5_a_file_starts_over(target: Path) -> None:
    now = Changing(without_marks(FILE, drop_after=CUT))
    with serving(now) as server:
        with pytest.raises(FetchError, match="cut off"):
            a_way().fetch(server.url, target, FILE.size)
        now.respond = without_marks(FILE)
        assert a_way().fetch(server.url, target, FILE.size) == facts_of(FILE)
    assert ranges(server) == ["", ""]


def test_another_address_does_not_go_on_with_the_part(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        left_behind(server, target, CUT)
        assert a_way().fetch(server.url + "/?other", target) == facts_of(FILE)
    assert ranges(server) == ["", ""]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda part: note_of(part).unlink(),
        lambda part: note_of(part).write_text(""),
        lambda part: note_of(part).write_text("[1]"),
        lambda part: note_of(part).write_text('{"address": 1}'),
        lambda part: note_of(part).write_bytes(b"\xff\xfe"),
        lambda part: os.truncate(part, 100),
        lambda part: part.unlink(),
    ],
    ids=["no note", "empty note", "list", "numbers", "no text", "shorter part", "no part"],
)
def test_a_part_that_does_not_fit_its_note_is_fetched_anew(target: Path, spoil: Any) -> None:
    with serving(FileServer(content=FILE)) as server:
        left_behind(server, target, CUT)
        spoil(target)
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert ranges(server) == ["", ""]
    assert target.read_bytes() == FILE.data


def test_what_came_after_the_note_is_fetched_again(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        left_behind(server, target, CUT)
        noted = target.stat().st_size
        with target.open("ab") as file:
            file.write(b"written, but never safe on the disk" * FILE.size)
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert ranges(server) == ["", f"bytes={noted}-"]
    assert target.read_bytes() == FILE.data


def test_a_part_that_is_already_whole_is_taken_as_it_is(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        left_behind(server, target, FILE.size)
        assert a_way().fetch(server.url, target) == facts_of(FILE)
        assert server.sent == FILE.size
    assert not note_of(target).exists()


def test_a_part_that_is_longer_than_the_file_became_is_fetched_anew(target: Path) -> None:
    respond = FileServer(content=FILE)
    with serving(respond) as server:
        left_behind(server, target, CUT)
        respond.content = Bytes(FILE.data[: CUT // 2])
        assert a_way().fetch(server.url, target) == facts_of(respond.content)


def test_a_refusal_in_between_does_not_throw_away_what_is_here(target: Path) -> None:
    now = Changing(FileServer(content=FILE))
    with serving(now) as server:
        left_behind(server, target, CUT)
        came = target.stat().st_size
        given, now.respond = now.respond, says(403)
        with pytest.raises(FetchError, match="access list"):
            a_way().fetch(server.url, target)
        now.respond = given
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert ranges(server) == ["", f"bytes={came}-", f"bytes={came}-"]


def test_the_note_holds_no_secret_of_the_address(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        url = f"{server.url}/Jane-Doe/cover.pdf?token=7e0ab51c9f4d"

        def stop(done: int, _total: int | None) -> None:
            if done > CUT:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            a_way().fetch(url, target, progress=stop)
    note = note_of(target).read_text()
    assert json.loads(note)["etag"] == '"v1"'
    assert "7e0ab51c9f4d" not in note
    assert "Jane" not in note


@pytest.mark.slow
def test_200_mb_come_over_connections_of_20_mb_in_little_memory(target: Path) -> None:
    book = BigPdf(200 * 1000 * 1000)
    with (
        serving(FileServer(content=book, drop_after=20 * 1000 * 1000)) as server,
        other_process(CHILD, f"{server.url}/book.pdf", target) as child,
    ):
        size, md5, peak_kib = json.loads(line_of(child))
    assert (size, md5) == (book.size, facts_of(book).md5)
    assert ranges(server) == ["", *(f"bytes={n * 20_000_000}-" for n in range(1, 10))]
    assert server.sent == book.size
    assert peak_kib < 150 * 1024
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.slow
def test_after_a_kill_the_download_goes_on_from_what_was_safe(target: Path) -> None:
    book = BigPdf(KEEP_BYTES * 3)
    respond = FileServer(content=book, drop_after=KEEP_BYTES * 2 + MIB, hangs=True)
    with serving(respond) as server:
        with other_process(CHILD, server.url, target) as child:
            wait_until(lambda: noted(target) >= KEEP_BYTES * 2, 20, "two notes")
            child.send_signal(signal.SIGKILL)
            child.wait(20)
        respond.drop_after = None
        assert a_way().fetch(server.url, target) == facts_of(book)
    first, second = ranges(server)
    assert first == ""
    assert int(second.removeprefix("bytes=").removesuffix("-")) >= KEEP_BYTES * 2


def noted(target: Path) -> int:
    try:
        return int(json.loads(note_of(target).read_text())["size"])
    except OSError:
        return 0
