"""Letters of a docket: every script that has a font, in its direction and its forms."""

import pytest

from hotfolder.domain.typeface import Face
from tests.formats.docket_eyes import look_at, needs_poppler, words_of
from tests.formats.dockets import a_page, a_text, drawn, fonts_with, no_fonts, ours, with_title
from tests.tiny_fonts import tiny_font


def test_what_no_font_has_is_a_question_mark_and_is_told() -> None:
    docket = drawn(with_title("Naïve Ωμέγα \U0001f600"), ours(), no_fonts)

    text = look_at(docket.pdf).text
    assert docket.missing_glyphs == tuple(sorted("Ωμέγα\U0001f600"))
    assert "Naïve ????? ?" in text
    assert "No font here has: U+03A9 U+03AD" in text


def test_a_font_without_question_mark_or_ellipsis_prints_no_boxes() -> None:
    def only_a(characters: frozenset[str], _bold: bool) -> tuple[Face, ...]:
        return (Face(name="A", data=tiny_font("A "), covers=characters & frozenset("A ")),)

    docket = drawn(with_title("AAA xyz " * 300), a_page(a_text()), only_a)

    assert docket.missing_glyphs == ("x", "y", "z")
    assert docket.cut == ("title",)
    assert set(look_at(docket.pdf).text) <= set("A \r\n")


@pytest.mark.parametrize(
    "title", ["Ελληνικά Ωμέγα", "Кириллица Ёж", "Blåbærgrød & Œuvre — ĄŻ", "北斎の波、見本"]
)
def test_any_script_that_has_a_font_is_embedded_and_can_be_read(title: str) -> None:
    docket = drawn(with_title(title), ours(), fonts_with(title))

    assert docket.missing_glyphs == ()
    assert title in look_at(docket.pdf).text


@needs_poppler
@pytest.mark.parametrize(
    ("title", "first", "last"), [("كتاب عربي", "كتاب", "عربي"), ("ספר בישול", "ספר", "בישול")]
)
def test_right_to_left_scripts_run_from_the_right(title: str, first: str, last: str) -> None:
    docket = drawn(with_title(title), a_page(a_text()), fonts_with(title))

    words = words_of(docket.pdf)
    assert docket.missing_glyphs == ()
    assert words.index(first) < words.index(last)  # poppler gives back the logical order
    assert look_at(docket.pdf).letters[0].right == pytest.approx(10 + 20 + 60, abs=1.5)


def test_signs_without_direction_follow_their_paragraph() -> None:
    fonts = fonts_with("שלום")

    letters = look_at(drawn(with_title("שלום abc!"), a_page(a_text()), fonts).pdf).letters

    assert min(letters, key=lambda letter: letter.left).sign == "!"


def test_arabic_letters_are_joined() -> None:
    letters = "\u0628\u0628\u0628"
    apart = "\u0628\u200c\u0628\u200c\u0628"
    fonts = fonts_with(letters)

    def width(title: str) -> float:
        seen = look_at(drawn(with_title(title), a_page(a_text()), fonts).pdf).letters
        return max(one.right for one in seen) - min(one.left for one in seen)

    assert width(letters) < 0.8 * width(apart)
