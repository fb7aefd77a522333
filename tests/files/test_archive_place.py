"""The place of the archive: its own disk, whole copies, each compared byte by byte."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfolder.domain.retention import ArchiveForm
from hotfolder.errors import FloorError
from hotfolder.files.archive_place import ArchivePlace, Bundle
from hotfolder.files.contents import RECORD_NAME, Entry
from hotfolder.files.copying import Digests
from tests.rights import without_power


@pytest.fixture
def place(tmp_path: Path) -> ArchivePlace:
    made = ArchivePlace(tmp_path / "archive", "floor-1")
    assert made.prepare()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A job folder with all that a file system allows."""
    made = tmp_path / "job"
    (made / "empty").mkdir(parents=True)
    (made / "in" / "side").mkdir(parents=True)
    (made / "in" / "side" / "Grüße 1.pdf").write_bytes(b"pdf" * 1000)
    (made / os.fsdecode(b"caf\xe9.pdf")).write_bytes(b"latin")
    (made / "none").touch()
    (made / "secret").symlink_to("/etc/passwd")
    os.mkfifo(made / "pipe")
    os.utime(made / "none", (0, -1e10))  # before a zip can tell the time
    return made


def a_bundle(folder: Path, form: ArchiveForm = ArchiveForm.ZIP, name: str = "job") -> Bundle:
    return Bundle(id=1, folder=folder, name=name, month="2026-03", form=form)


def a_record(_entries: tuple[Entry, ...], digests: Digests) -> bytes:
    return "\n".join(digests).encode()


def put(place: ArchivePlace, bundle: Bundle, go_on: Callable[[], None] = lambda: None) -> Path:
    return place.put(bundle, a_record, go_on)


def test_a_zip_holds_every_file_and_nothing_else(place: ArchivePlace, folder: Path) -> None:
    path = put(place, a_bundle(folder))

    with zipfile.ZipFile(path) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        assert archive.read("in/side/Grüße 1.pdf") == b"pdf" * 1000
        assert archive.read("caf%E9.pdf") == b"latin"
    assert {info.compress_type for info in infos.values()} == {zipfile.ZIP_STORED}
    assert set(infos) == {
        "caf%E9.pdf",
        "empty/",
        "in/",
        "in/side/",
        "in/side/Grüße 1.pdf",
        "none",
        RECORD_NAME,
    }


def test_a_folder_holds_every_file_with_its_time(place: ArchivePlace, folder: Path) -> None:
    os.utime(folder / "in" / "side" / "Grüße 1.pdf", (1_700_000_000, 1_700_000_000))
    path = put(place, a_bundle(folder, ArchiveForm.FOLDER))

    found = {str(one.relative_to(path)) for one in path.rglob("*")}
    kept = path / "in" / "side" / "Grüße 1.pdf"
    assert found == {
        "caf%E9.pdf",
        "empty",
        "in",
        "in/side",
        "in/side/Grüße 1.pdf",
        "none",
        RECORD_NAME,
    }
    assert kept.read_bytes() == b"pdf" * 1000
    assert kept.stat().st_mtime == 1_700_000_000
    assert not any(one.is_symlink() for one in path.rglob("*"))


@pytest.mark.parametrize("form", ArchiveForm)
def test_the_same_put_again_is_the_same_archive_and_something_else_another(
    place: ArchivePlace, folder: Path, form: ArchiveForm
) -> None:
    first = put(place, a_bundle(folder, form))
    assert put(place, a_bundle(folder, form)) == first

    (folder / "none").write_text("something")
    second = put(place, a_bundle(folder, form))
    assert second.stem == f"{first.stem}_2"
    (first.parent / f"{first.stem}_3{first.suffix}").write_text("of a person")
    (folder / "none").write_text("something else")
    assert put(place, a_bundle(folder, form)).stem == f"{first.stem}_4"
    assert len(list(first.parent.iterdir())) == 4


@pytest.mark.parametrize("form", ArchiveForm)
def test_what_was_not_written_as_it_was_read_is_no_archive(
    place: ArchivePlace, folder: Path, form: ArchiveForm
) -> None:
    def spoil() -> None:
        """As a failing disk does, once something of the copy is there."""
        for path in place.path.rglob("*"):
            data = path.read_bytes() if path.is_file() else b""
            if b"abcabcabc" in data:
                path.write_bytes(data.replace(b"abcabcabc", b"ABCabcabc", 1))

    (folder / "in" / "side" / "Grüße 1.pdf").write_bytes(b"abc" * 100_000)
    (folder / "last").write_bytes(b"x")
    with pytest.raises(FloorError, match="read back from the archive"):
        put(place, a_bundle(folder, form), spoil)
    assert not list(place.path.glob("*/*"))


def test_the_empty_folder_of_a_disk_that_is_away_is_no_archive(tmp_path: Path) -> None:
    away = ArchivePlace(tmp_path / "archive", "floor-1")
    with pytest.raises(FloorError, match="is not there: is its disk or share mounted"):
        away.check()
    away.path.mkdir()
    with pytest.raises(FloorError, match="has no marker file"):
        away.check()
    away.prepare()
    away.check()
    assert not away.prepare()


def test_the_archive_of_another_floor_is_not_used(place: ArchivePlace) -> None:
    with pytest.raises(FloorError, match="belongs to another floor"):
        ArchivePlace(place.path, "floor-2").check()
    marker = place.path / ".hotfolder-archive"
    marker.unlink()
    marker.write_text("no json")
    with pytest.raises(FloorError, match="is damaged"):
        place.check()


def test_what_can_not_be_read_or_written_is_told_by_its_name(
    place: ArchivePlace, folder: Path
) -> None:
    (folder / "none").chmod(0)
    with pytest.raises(FloorError, match="none can not be read: Permission denied"):
        without_power(lambda: put(place, a_bundle(folder)))
    (folder / "none").chmod(0o644)
    place.path.chmod(0o500)
    with pytest.raises(FloorError, match="can not be written by this user"):
        without_power(lambda: put(place, a_bundle(folder)))


def test_a_very_long_name_of_a_folder_fits(place: ArchivePlace, folder: Path) -> None:
    path = put(place, a_bundle(folder, name="ü" * 127))

    assert path.is_file()
    assert path.name == "ü" * 100 + ".zip"
