"""Text that fits its box. Letters and spaces are as wide as the font is high, accents take none."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.formats.docket_text import ELLIPSIS, LEADING, Fitted, Room, fit, is_right_to_left

PARAGRAPHS = st.lists(st.text(st.sampled_from("ab 、。「」北西کتاب\u0301-")), max_size=5)


def wide(text: str) -> float:
    return float(sum(not unicodedata.combining(letter) for letter in text))


def room_of(columns: int, lines: int, *, size: float = 10, least: float = 5) -> Room:
    """Room for so many letters and lines in the larger size."""
    return Room(width=columns * size, height=lines * size * LEADING, size=size, least=least)


def texts(fitted: Fitted) -> list[str]:
    return [line.text for line in fitted.lines]


def test_words_are_wrapped_between_words() -> None:
    fitted = fit(["one two three"], room_of(7, 3), wide)

    assert texts(fitted) == ["one two", "three"]
    assert (fitted.size, fitted.cut) == (10, False)


def test_a_text_without_room_shrinks_before_it_is_cut() -> None:
    fitted = fit(["one two three"], room_of(7, 1), wide)

    assert texts(fitted) == ["one two three"]
    assert 5 <= fitted.size < 10
    assert not fitted.cut


def test_a_text_that_never_fits_is_cut_with_an_ellipsis() -> None:
    fitted = fit(["one two three four five six"], room_of(4, 1, least=9), wide)

    assert texts(fitted) == ["one…"]
    assert (fitted.size, fitted.cut) == (9, True)


def test_paragraphs_that_do_not_fit_are_cut_too() -> None:
    fitted = fit(["a", "b", "c"], room_of(5, 2, least=10), wide)

    assert texts(fitted) == ["a", "b…"]
    assert fitted.cut


def test_a_word_wider_than_the_box_is_broken() -> None:
    assert texts(fit(["abcdefgh"], room_of(3, 3, least=10), wide)) == ["abc", "def", "gh"]


def test_a_number_shrinks_before_it_is_broken_over_two_lines() -> None:
    fitted = fit(["1000000000"], room_of(6, 3), wide)

    assert texts(fitted) == ["1000000000"]
    assert fitted.size == pytest.approx(6)


def test_an_accent_stays_with_its_letter() -> None:
    fitted = fit(["xx\u0301" * 4], room_of(3, 9, least=10), wide)

    assert all(not line.startswith("\u0301") for line in texts(fitted))


def test_chinese_and_japanese_break_between_letters() -> None:
    assert texts(fit(["北斎の波の本"], room_of(4, 2), wide)) == ["北斎の波", "の本"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [("北斎の波。本", ["北斎の", "波。本"]), ("北斎の「波」", ["北斎の", "「波」"])],
)
def test_closing_marks_begin_no_line_and_opening_ones_end_none(text: str, lines: list[str]) -> None:
    assert texts(fit([text], room_of(4, 2), wide)) == lines


@pytest.mark.parametrize(
    ("text", "rtl"),
    [("abc كتاب", False), ("كتاب abc", True), ("(2026) שלום", True), ("2026", False), ("", False)],
)
def test_the_first_letter_tells_the_direction(text: str, rtl: bool) -> None:
    assert is_right_to_left(text) is rtl


def test_all_lines_of_a_paragraph_run_the_same_way() -> None:
    fitted = fit(["שלום abc abc", "abc"], room_of(5, 4), wide)

    assert [line.rtl for line in fitted.lines] == [True, True, True, False]


def test_a_text_of_any_length_takes_little_work() -> None:
    asked: list[str] = []

    def counted(text: str) -> float:
        asked.append(text)
        return float(len(text))

    fitted = fit(["word " * 100_000], room_of(20, 5), counted)

    assert fitted.cut
    assert sum(map(len, asked)) < 50_000


@given(PARAGRAPHS, st.integers(1, 12), st.integers(1, 4))
def test_lines_never_leave_their_room(paragraphs: list[str], columns: int, lines: int) -> None:
    room = room_of(columns, lines)

    fitted = fit(paragraphs, room, wide)

    assert room.least <= fitted.size <= room.size
    assert len(fitted.lines) <= room.lines(fitted.size)
    assert all(wide(line.text) * fitted.size <= room.width + 1e-6 for line in fitted.lines)


@given(PARAGRAPHS, st.integers(1, 12), st.integers(1, 4))
def test_nothing_is_lost_unless_it_is_told(paragraphs: list[str], columns: int, lines: int) -> None:
    fitted = fit(paragraphs, room_of(columns, lines), wide)

    given_letters = "".join("".join(paragraphs).split())
    shown = "".join("".join(texts(fitted)).split())
    if fitted.cut:
        assert shown.endswith(ELLIPSIS)
        assert given_letters.startswith(shown.removesuffix(ELLIPSIS))
    else:
        assert shown == given_letters
