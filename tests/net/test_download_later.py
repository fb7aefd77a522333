"""A later try goes on from what an earlier one left and noted, where that still fits."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from hotfolder.errors import FetchError
from hotfolder.net.part import note_of
from tests.net.downloads import SECRET_PATH, a_way
from tests.net.ranged import FileServer, facts_of
from tests.net.resuming import FILE, Changing, left_behind, ranges
from tests.net.servers import says, serving


def test_a_later_try_goes_on_where_the_earlier_one_stopped(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        came = left_behind(server.url, target)
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert ranges(server) == ["", f"bytes={came}-"]
    assert server.requests[1].headers["if-range"] == '"v1"'
    assert target.read_bytes() == FILE.data
    assert not note_of(target).exists()


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
        left_behind(server.url, target)
        spoil(target)
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert ranges(server) == ["", ""]
    assert target.read_bytes() == FILE.data


def test_what_came_after_the_note_is_fetched_again(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        noted = left_behind(server.url, target)
        with target.open("ab") as file:
            file.write(b"written, but never safe on the disk" * FILE.size)
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert ranges(server) == ["", f"bytes={noted}-"]
    assert target.read_bytes() == FILE.data


def test_a_part_that_is_already_whole_is_taken_as_it_is(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        left_behind(server.url, target, until=FILE.size)
        assert a_way().fetch(server.url, target) == facts_of(FILE)
        assert server.sent == FILE.size
    assert not note_of(target).exists()


def test_a_refusal_in_between_does_not_throw_away_what_is_here(target: Path) -> None:
    now = Changing(FileServer(content=FILE))
    with serving(now) as server:
        came = left_behind(server.url, target)
        given, now.respond = now.respond, says(403)
        with pytest.raises(FetchError, match="access list"):
            a_way().fetch(server.url, target)
        now.respond = given
        assert a_way().fetch(server.url, target) == facts_of(FILE)
    assert ranges(server) == ["", f"bytes={came}-", f"bytes={came}-"]


def test_the_note_holds_no_secret_of_the_address(target: Path) -> None:
    with serving(FileServer(content=FILE)) as server:
        left_behind(server.url + SECRET_PATH, target)
    note = note_of(target).read_text()
    assert json.loads(note)["etag"] == '"v1"'
    assert "7e0ab51c9f4d" not in note
    assert "Jane" not in note
