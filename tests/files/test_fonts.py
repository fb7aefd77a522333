"""Fonts of a machine: folders with fonts made on the spot."""

from pathlib import Path

import pytest
import uharfbuzz

from hotfolder.files.fonts import FontShelf, usual_folders
from tests.tiny_fonts import tiny_font


def lay(folder: Path, name: str, characters: str) -> Path:
    """A font with these characters in the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tiny_font(characters, path.stem))
    return path


def names(shelf: FontShelf, characters: str, *, bold: bool = False) -> list[str]:
    return [face.name for face in shelf.faces(frozenset(characters), bold)]


def letters_of(data: bytes) -> set[str]:
    return set(map(chr, uharfbuzz.Face(data).unicodes))


def test_a_face_has_the_letters_that_were_asked_for_and_no_others(tmp_path: Path) -> None:
    lay(tmp_path, "DejaVuSans.ttf", "abcdefghij")

    (face,) = FontShelf([tmp_path]).faces(frozenset("bdx"), False)

    assert face.covers == frozenset("bd")
    assert letters_of(face.data) == set("bd")


def test_each_letter_comes_from_the_first_font_that_has_it(tmp_path: Path) -> None:
    lay(tmp_path, "NotoSansCJK-Regular.ttf", "ab北")
    lay(tmp_path, "deep/er/DejaVuSans.ttf", "ab")
    lay(tmp_path, "Zapping.otf", "☃")

    faces = FontShelf([tmp_path]).faces(frozenset("ab北☃"), False)

    assert [(face.name, face.covers) for face in faces] == [
        ("DejaVuSans", frozenset("ab")),
        ("NotoSansCJK-Regular", frozenset("北")),
        ("Zapping", frozenset("☃")),
    ]


def test_fonts_that_are_not_needed_are_left_alone(tmp_path: Path) -> None:
    lay(tmp_path, "DejaVuSans.ttf", "ab")
    lay(tmp_path, "NotoSansCJK-Regular.ttf", "ab北")

    assert names(FontShelf([tmp_path]), "ab") == ["DejaVuSans"]


def test_bold_letters_come_from_the_bold_font_of_a_family_and_the_rest_from_its_other(
    tmp_path: Path,
) -> None:
    lay(tmp_path, "DejaVuSans.ttf", "abc")
    lay(tmp_path, "DejaVuSans-Bold.ttf", "ab")
    lay(tmp_path, "Aardvark-Bold.ttf", "abc")
    shelf = FontShelf([tmp_path])

    assert names(shelf, "abc", bold=True) == ["DejaVuSans-Bold", "DejaVuSans"]
    assert names(shelf, "abc") == ["DejaVuSans"]


def test_slanted_narrow_and_typewriter_fonts_are_the_last_choice(tmp_path: Path) -> None:
    lay(tmp_path, "DejaVuSans-Oblique.ttf", "abc")
    lay(tmp_path, "DejaVuSansMono.ttf", "ab")
    lay(tmp_path, "Zebra.ttf", "a")

    assert names(FontShelf([tmp_path]), "ab")[0] == "Zebra"


def test_damaged_files_are_passed_over(tmp_path: Path) -> None:
    good = lay(tmp_path, "Zebra.ttf", "ab").read_bytes()
    (tmp_path / "empty.ttf").touch()
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"no font" * 99)
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(good[: len(good) // 2])
    (tmp_path / "gone.ttf").symlink_to(tmp_path / "nowhere.ttf")
    (tmp_path / "folder.ttf").mkdir()

    assert names(FontShelf([tmp_path]), "ab") == ["Zebra"]


@pytest.mark.parametrize("table", ["glyf", "OS/2", "name", "cmap"])
def test_a_font_that_a_pdf_can_not_carry_is_passed_over(tmp_path: Path, table: str) -> None:
    font = lay(tmp_path, "DejaVuSans.ttf", "ab")
    font.write_bytes(font.read_bytes().replace(table.encode(), b"Xxxx", 1))
    lay(tmp_path, "Zebra.ttf", "ab")

    assert names(FontShelf([tmp_path]), "ab") == ["Zebra"]


def test_a_font_that_goes_away_or_breaks_later_is_passed_over(tmp_path: Path) -> None:
    first, second = lay(tmp_path, "DejaVuSans.ttf", "ab"), lay(tmp_path, "Zebra.ttf", "ab")
    shelf = FontShelf([tmp_path])
    assert names(shelf, "ab") == ["DejaVuSans"]

    first.unlink()

    assert names(shelf, "ab") == ["Zebra"]
    second.write_bytes(b"")
    assert names(shelf, "ab") == []


@pytest.mark.parametrize(("bold", "weight"), [(False, 400), (True, 700)])
def test_a_variable_font_gives_the_weight_that_is_asked_for(
    tmp_path: Path, bold: bool, weight: int
) -> None:
    (tmp_path / "NotoSans-VF.ttf").write_bytes(tiny_font("ab", variable=True))

    (face,) = FontShelf([tmp_path]).faces(frozenset("ab"), bold)

    font = uharfbuzz.Face(face.data)
    assert "fvar" not in font.table_tags
    assert int.from_bytes(font.reference_table("OS/2").data[4:6]) == weight


def test_a_machine_without_fonts_gives_no_faces(tmp_path: Path) -> None:
    assert FontShelf([tmp_path, tmp_path / "missing"]).faces(frozenset("ab"), False) == ()


def test_fonts_of_the_user_are_looked_for_as_well(tmp_path: Path) -> None:
    assert tmp_path / ".fonts" in usual_folders(tmp_path)
    assert Path("/usr/share/fonts") in usual_folders(tmp_path)
