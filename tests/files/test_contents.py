"""Everything below a folder, with names that every archive can hold."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfolder.errors import FloorError
from hotfolder.files.contents import NAME_BYTES, Kind, contents, safe_name


def named(folder: Path) -> dict[str, str]:
    return {entry.path: entry.name for entry in contents(folder)}


def test_files_folders_links_and_the_rest_are_told_and_links_are_not_followed(
    tmp_path: Path,
) -> None:
    (tmp_path / "job" / "empty").mkdir(parents=True)
    (tmp_path / "job" / "a.pdf").write_bytes(b"12345")
    (tmp_path / "job" / ".hidden").touch()
    (tmp_path / "job" / "up").symlink_to("..//elsewhere")
    os.mkfifo(tmp_path / "job" / "pipe")

    found = [(one.path, one.kind, one.size, one.target) for one in contents(tmp_path / "job")]
    assert found == [
        (".hidden", Kind.FILE, 0, ""),
        ("a.pdf", Kind.FILE, 5, ""),
        ("empty", Kind.FOLDER, 0, ""),
        ("pipe", Kind.OTHER, 0, ""),
        ("up", Kind.LINK, 0, "..//elsewhere"),
    ]


def test_names_that_are_no_text_or_mean_a_path_elsewhere_are_written_out(tmp_path: Path) -> None:
    for name in (b"caf\xe9.pdf", b"..\\..\\evil.exe", b"two\nlines", "Grüße.pdf".encode()):
        (tmp_path / os.fsdecode(name)).touch()

    assert sorted(named(tmp_path).values()) == [
        "..%5C..%5Cevil.exe",
        "Grüße.pdf",
        "caf%E9.pdf",
        "two%0Alines",
    ]


def test_no_two_names_are_the_same_on_a_system_that_makes_no_difference(tmp_path: Path) -> None:
    for name in (b"a.pdf", b"A.PDF", b"x%FF", b"x\xff", "\u00e9".encode(), "e\u0301".encode()):
        (tmp_path / os.fsdecode(name)).touch()
    (tmp_path / "hotfolder-archive.json").touch()

    names = named(tmp_path)
    assert names["A.PDF"] == "A.PDF"
    assert names["a.pdf"] == "a_2.pdf"
    assert names["x%FF"] == "x%FF"
    assert names[os.fsdecode(b"x\xff")] == "x%FF_2"
    assert names["hotfolder-archive.json"] == "hotfolder-archive_2.json", "the first is our record"
    assert len({name.casefold() for name in names.values()}) == 7


@settings(max_examples=50)
@given(st.binary(min_size=1, max_size=255))
def test_a_safe_name_is_text_and_not_too_long(raw: bytes) -> None:
    name = safe_name(os.fsdecode(raw.replace(b"/", b"_").replace(b"\0", b"_")))

    assert 0 < len(name.encode("utf-8")) <= NAME_BYTES
    assert not set(name) & {"\\", "/", "\0", "\n"}


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("ä" * 126 + ".pdf") == "ä" * 98 + ".pdf"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FloorError, match="gone can not be listed: No such file"):
        contents(tmp_path / "gone")


def test_a_change_of_anything_below_is_seen(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_text("one")
    before = contents(tmp_path)
    assert contents(tmp_path) == before

    (tmp_path / "in" / "file").write_text("two")
    os.utime(tmp_path / "in" / "file", (0, before[1].modified))
    assert contents(tmp_path) != before
