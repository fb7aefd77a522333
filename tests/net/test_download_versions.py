"""Two versions of a file are never mixed, whatever the server says of them."""

from pathlib import Path

import pytest

from hotfolder.errors import FetchError, FetchKind
from tests.net.downloads import a_way
from tests.net.ranged import Bytes, FileServer, facts_of
from tests.net.resuming import CUT, FILE, OTHER, Changing, left_behind, ranges
from tests.net.servers import serving


def without_marks(content: Bytes, drop_after: int | None = None) -> FileServer:
    return FileServer(content=content, etag="", tells_ranges=True, drop_after=drop_after)


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


def test_a_file_that_became_another_one_is_fetched_from_its_begin(target: Path) -> None:
    respond = FileServer(content=FILE)
    with serving(respond) as server:
        left_behind(server.url, target)
        respond.content, respond.etag = OTHER, '"v2"'
        assert a_way().fetch(server.url, target) == facts_of(OTHER)
    assert target.read_bytes() == OTHER.data


def test_a_server_that_gives_the_rest_of_another_version_is_not_believed(target: Path) -> None:
    now = Changing(FileServer(content=FILE))
    with serving(now) as server:
        start = left_behind(server.url, target)
        now.respond = FileServer(content=OTHER, etag='"v2"', heeds_if_range=False)
        assert a_way().fetch(server.url, target) == facts_of(OTHER)
    assert ranges(server) == ["", f"bytes={start}-", ""]


def test_the_rest_of_a_file_of_another_size_is_not_taken(target: Path) -> None:
    modified = "Mon, 02 Mar 2026 08:00:00 GMT"
    longer = Bytes(OTHER.data + b"more")
    now = Changing(FileServer(content=FILE, etag="", modified=modified))
    with serving(now) as server:
        left_behind(server.url, target)
        now.respond = FileServer(content=longer, etag="", modified=modified)
        assert a_way().fetch(server.url, target) == facts_of(longer)
    assert len(server.requests) == 3


def test_a_part_that_is_longer_than_the_file_became_is_fetched_anew(target: Path) -> None:
    respond = FileServer(content=FILE)
    with serving(respond) as server:
        left_behind(server.url, target)
        respond.content = Bytes(FILE.data[: CUT // 2])
        assert a_way().fetch(server.url, target) == facts_of(respond.content)


def test_another_address_does_not_go_on_with_the_part(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        left_behind(server.url, target)
        assert a_way().fetch(server.url + "/?other", target) == facts_of(FILE)
    assert ranges(server) == ["", ""]


def test_a_server_without_marks_is_gone_on_with_where_the_order_has_an_md5(target: Path) -> None:
    md5 = facts_of(FILE).md5
    now = Changing(without_marks(FILE))
    with serving(now) as server:
        begun = left_behind(server.url, target, FILE.size, md5)
        now.respond = without_marks(FILE, drop_after=CUT)
        assert a_way().fetch(server.url, target, FILE.size, md5=md5) == facts_of(FILE)
    assert ranges(server)[:3] == ["", f"bytes={begun}-", f"bytes={begun + CUT}-"]
    assert target.read_bytes() == FILE.data


def test_what_was_put_together_of_two_versions_is_fetched_once_more_from_its_begin(
    target: Path,
) -> None:
    now = Changing(without_marks(FILE))
    with serving(now) as server:
        begun = left_behind(server.url, target, FILE.size, facts_of(FILE).md5)
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
