"""Files on their way to a device and back: whole, once, and never over another one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.errors import FloorError
from hotfolder.files.handing import Changing, Hatch, bring, set_aside
from tests.volumes import other_volume


def nothing() -> None:
    pass


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    made = tmp_path / "device" / "input"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def hatch(inbox: Path) -> Hatch:
    return Hatch(inbox.parent, inbox, "HF000001")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"content")
    return path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another volume."""
    with other_volume(tmp_path) as folder:
        yield folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_lies_ready_is_not_in_the_input_before_it_enters(
    hatch: Hatch, inbox: Path, source: Path
) -> None:
    hatch.put_file(source, "x.json", nothing)
    hatch.put_file(source, "x.pdf", nothing)
    hatch.seal()
    assert (names(inbox), hatch.is_ready()) == ([], True)
    hatch.enter("x.pdf")
    assert (names(inbox), hatch.is_ready()) == (["x.json", "x.pdf"], False)


def test_the_hatch_of_an_input_on_another_volume_lies_there(
    elsewhere: Path, tmp_path: Path, source: Path
) -> None:
    hatch = Hatch(tmp_path, elsewhere, "HF000001")
    hatch.put_file(source, "x.pdf", nothing)
    assert (elsewhere / ".hotfolder" / "HF000001" / "x.pdf").is_file()
    hatch.enter("x.pdf")
    assert (elsewhere / "x.pdf").read_bytes() == b"content"


def test_a_source_that_changes_meanwhile_is_never_given(hatch: Hatch, source: Path) -> None:
    def grow() -> None:
        source.write_bytes(b"other content")

    with pytest.raises(Changing):
        hatch.put_file(source, "x.pdf", grow)


def test_a_link_out_of_the_job_folder_is_not_followed(hatch: Hatch, tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to("/etc/passwd")
    with pytest.raises(FloorError):
        hatch.put_file(link, "x.pdf", nothing)


def test_taken_back_is_what_the_device_has_not_taken(
    hatch: Hatch, inbox: Path, source: Path
) -> None:
    hatch.put_file(source, "x.pdf", nothing)
    hatch.enter("x.pdf")
    assert hatch.take_back(["x.pdf", "x.json"]) is True
    assert names(inbox) == []
    assert hatch.take_back(["x.pdf"]) is False
    assert names(inbox.parent / ".hotfolder") == []


def test_a_result_never_takes_the_place_of_another_one(tmp_path: Path, source: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "a.pdf").write_bytes(b"mine")
    assert bring(source, target, nothing).name == "a_2.pdf"
    assert (target / "a.pdf").read_bytes() == b"mine"


@pytest.mark.parametrize("cut_off", [False, True])
def test_a_result_comes_from_another_volume(
    elsewhere: Path, tmp_path: Path, *, cut_off: bool
) -> None:
    result = elsewhere / "r.tif"
    result.write_bytes(b"dots")
    target = tmp_path / "target"
    if cut_off:  # an earlier try ended before the result was removed from where it was
        target.mkdir()
        (target / "r.tif").write_bytes(b"dots")
    assert bring(result, target, nothing) == target / "r.tif"
    assert (names(elsewhere), names(target)) == ([], ["r.tif"])


def test_a_folder_comes_from_another_volume_as_a_whole(elsewhere: Path, tmp_path: Path) -> None:
    pages = elsewhere / "pages"
    pages.mkdir()
    (pages / "1.png").write_bytes(b"1")
    (pages / "job-ticket.json").write_text("{}")
    bring(pages, tmp_path / "target", nothing)
    assert names(tmp_path / "target") == ["pages"]
    assert names(tmp_path / "target" / "pages") == ["1.png", "returned-job-ticket.json"]
    assert names(elsewhere) == []


def test_what_is_set_aside_has_a_note_beside_it(source: Path) -> None:
    there = set_aside(source, "Nobody knows it.", nothing)
    assert there.read_bytes() == b"content"
    assert "Nobody knows it." in there.with_name("a.pdf.txt").read_text()
    assert not os.path.lexists(source)
