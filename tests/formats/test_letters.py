"""Letters that an encoding lacks are written with others, and that is said."""

import pytest

from hotfolder.formats.letters import codec_of, fitted


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [
        ("Łódź", "iso-8859-1", "Lódz"),
        ("Łódź", "ascii", "Lodz"),
        ("Prøvegata Ærø", "ascii", "Provegata AEro"),
        ("Größe", "ascii", "Groesse"),
        ("Œuvre “x” \u2013 5 €", "iso-8859-1", 'OEuvre "x" - 5 EUR'),
        ("Œuvre “x” \u2013 5 €", "windows-1252", "Œuvre “x” \u2013 5 €"),
        ("5 €", "iso-8859-15", "5 €"),
        ("Dvořák İstanbul", "windows-1252", "Dvorák Istanbul"),
        ("e\u0301t\u00e9", "iso-8859-1", "été"),
        ("x\u030c", "iso-8859-1", "x"),
        ("a\u2003b", "ascii", "a b"),
    ],
)
def test_text_is_written_as_near_as_can_be(text: str, encoding: str, written: str) -> None:
    found = fitted(text, encoding)
    assert (found.text, found.lost) == (written, False)
    found.text.encode(codec_of(encoding))


@pytest.mark.parametrize("text", ["東京", "Москва", "Αθήνα 5"])
def test_letters_of_another_script_are_lost_and_told(text: str) -> None:
    found = fitted(text, "windows-1252")
    assert found.lost
    assert "?" in found.text


def test_utf_8_has_every_letter() -> None:
    assert fitted("東京 Łódź", "utf-8-bom").text == "東京 Łódź"
    assert not fitted("東京 Łódź", "utf-8").changed
