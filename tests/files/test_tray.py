"""Files are taken out of a folder once, and none is lost."""

from pathlib import Path

import pytest

from hotfolder.errors import FloorError
from hotfolder.files.tray import Tray


@pytest.fixture
def tray(tmp_path: Path) -> Tray:
    (tmp_path / "ups.csv").write_text("a;1")
    return Tray(tmp_path)


def test_a_claimed_file_is_found_again_until_it_is_done(tray: Tray) -> None:
    tray.claim("ups.csv", "2026-03-02")
    (one,) = Tray(tray.path).claimed()
    assert (one.mark, one.name, tray.read(one)) == ("2026-03-02", "ups.csv", b"a;1")
    assert tray.finish(one) == tray.path / "done" / "ups.csv"
    assert tray.claimed() == []


def test_a_name_that_was_there_before_keeps_its_file(tray: Tray) -> None:
    for content in ("a;1", "b;2"):
        (tray.path / "ups.csv").write_text(content)
        tray.claim("ups.csv", "x")
        tray.finish(tray.claimed()[0])
    names = {path.name: path.read_text() for path in (tray.path / "done").iterdir()}
    assert names == {"ups.csv": "a;1", "ups_2.csv": "b;2"}


def test_what_is_set_aside_has_the_reason_beside_it(tray: Tray) -> None:
    tray.claim("ups.csv", "x")
    path = tray.set_aside(tray.claimed()[0], "no manifest")
    assert path.read_text() == "a;1"
    assert path.with_name("ups.csv.txt").read_text() == "no manifest\n"


def test_who_is_in_the_way_is_told_and_nothing_is_overwritten(tray: Tray) -> None:
    tray.claim("ups.csv", "x")
    (tray.path / "ups.csv").write_text("b;2")
    with pytest.raises(FloorError, match="is in the way"):
        tray.claim("ups.csv", "x")
    assert (tray.path / "ups.csv").read_text() == "b;2"


def test_a_file_that_is_gone_is_told(tray: Tray) -> None:
    with pytest.raises(FloorError, match="can not be taken: No such file"):
        tray.claim("dhl.csv", "x")
    assert tray.claimed() == []
