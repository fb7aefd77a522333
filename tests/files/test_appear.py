"""A file for another program appears whole or not at all, and never over another."""

from pathlib import Path

import pytest

from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.appear import (
    appear,
    count_files,
    forget_hidden,
    hidden,
    put_into,
    small_bytes,
    write_hidden,
)


def test_a_file_lies_hidden_and_appears_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_hidden(path, b"x")
    assert [one.name for one in tmp_path.iterdir()] == [".a.csv.new"]
    appear(path)
    appear(path)
    assert path.read_bytes() == b"x"
    path.unlink()
    appear(path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_still_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    write_hidden(path, b"new")
    with pytest.raises(FloorError, match="still there"):
        appear(path)
    assert path.read_bytes() == b"old"
    path.unlink()
    appear(path)
    assert path.read_bytes() == b"new"


def test_a_folder_that_is_away_never_counts_as_taken(tmp_path: Path) -> None:
    path = tmp_path / "away" / "a.csv"
    with pytest.raises(FloorError):
        write_hidden(path, b"x")
    with pytest.raises(FloorError):
        appear(path)


def test_what_shall_not_appear_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_hidden(path, b"x")
    forget_hidden(path)
    forget_hidden(path)
    assert not hidden(path).exists()


def test_files_are_put_aside_beside_each_other_with_their_notes(tmp_path: Path) -> None:
    for text in ("1", "2", "3"):
        path = tmp_path / "a.csv"
        path.write_text(text)
        put_into(path, "set-aside", f"why {text}")
    aside = tmp_path / "set-aside"
    assert {one.name: one.read_text() for one in aside.iterdir()} == {
        "a.csv": "1",
        "a.csv.txt": "why 1\n",
        "a-2.csv": "2",
        "a-2.csv.txt": "why 2\n",
        "a-3.csv": "3",
        "a-3.csv.txt": "why 3\n",
    }
    assert count_files(aside) == 3
    assert count_files(tmp_path / "nothing") == 0


def test_a_file_is_read_up_to_a_size(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"12345")
    assert small_bytes(path, 5) == b"12345"
    with pytest.raises(NotUnderstood, match="larger than 4 bytes"):
        small_bytes(path, 4)
    with pytest.raises(FloorError, match="can not be read"):
        small_bytes(tmp_path / "b.csv", 5)
