"""A connection that breaks is followed by one for the rest, within one try."""

from pathlib import Path
from typing import Any

import pytest

from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.download import CONTINUED
from tests.net.downloads import a_way
from tests.net.ranged import FileServer, facts_of
from tests.net.resuming import CUT, FILE, ranges
from tests.net.servers import serving


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
