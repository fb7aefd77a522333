"""How a parcel stands, which row is for it, and what the row does to it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

import pytest

from hotfolder.domain.label import (
    Accept,
    Facts,
    Hold,
    LabeledParcel,
    LabelReply,
    ParcelState,
    expected_by,
    is_news,
    is_silent,
    judge,
    own_words,
    references,
    the_one,
)
from tests.builders import NOON

CODE = "1Z999AA10123456784"
MINUTE = timedelta(minutes=1)


def a_parcel(**fields: Any) -> LabeledParcel:
    usual = {"id": 1, "program": "ups", "order_id": "o-1", "reference": "i-1", "since": NOON}
    return LabeledParcel(**{**usual, "state": ParcelState.ASKED, "items": ("i-1",), **fields})


def a_row(**fields: Any) -> LabelReply:
    return replace(LabelReply(line=2, key="i-1", tracking=CODE, digest="d"), **fields)


def test_a_code_that_nothing_speaks_against_is_accepted() -> None:
    assert judge(a_row(), CODE, Facts()) == Accept(tracking=CODE)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts(wrong="its check digit is wrong"), "check digit"),
        (Facts(used="item i-2 has it"), "item i-2 has it"),
        (Facts(canceled=True), "void the label"),
        (Facts(shipped=True), "has shipped"),
        (Facts(given="JD1"), "a person has given another code: JD1"),
    ],
)
def test_a_code_that_something_speaks_against_is_held_with_the_reason(
    facts: Facts, words: str
) -> None:
    held = judge(a_row(), CODE, facts)
    assert isinstance(held, Hold)
    assert words in held.words
    assert held.tracking == CODE


def test_an_error_of_the_program_holds_even_with_a_code() -> None:
    held = judge(a_row(error="no such street"), CODE, Facts())
    assert held == Hold(words="the label program says: no such street", tracking=CODE)


@pytest.mark.parametrize(
    "parcel",
    [
        a_parcel(tracking=CODE, state=ParcelState.ANSWERED),
        a_parcel(offered=CODE, state=ParcelState.HELD),
        a_parcel(former=frozenset({CODE})),
    ],
)
def test_a_code_that_is_known_of_the_parcel_is_no_news(parcel: LabeledParcel) -> None:
    assert not is_news(parcel, a_row(), CODE)
    assert is_news(parcel, a_row(), "1Z5R89390357567127")


def test_a_row_without_code_or_error_is_no_news() -> None:
    assert not is_news(a_parcel(), a_row(tracking=""), "")


def test_an_error_is_news_once_and_not_after_a_code_came() -> None:
    row = a_row(tracking="", error="no such street")
    parcel = a_parcel()
    held = judge(row, "", Facts())
    assert isinstance(held, Hold)
    assert is_news(parcel, row, "")
    assert not is_news(replace(parcel, state=ParcelState.HELD, words=held.words), row, "")
    assert not is_news(replace(parcel, tracking=CODE), row, "")


def test_a_row_is_for_one_parcel_or_says_why_not() -> None:
    parcel = a_parcel()
    assert the_one("i-1", [parcel]) is parcel
    assert "names no reference" in str(the_one("", []))
    assert "i-9 is no parcel" in str(the_one("i-9", []))
    assert "o-1 has 2 parcels" in str(the_one("o-1", [parcel, parcel]))


@pytest.mark.parametrize(
    ("asked", "after", "due"),
    [
        ("2026-03-02 12:00", None, "2026-03-02 12:30"),
        ("2026-03-02 12:00", time(17, 30), "2026-03-02 18:00"),
        ("2026-03-02 17:30", time(17, 30), "2026-03-02 18:00"),
        ("2026-03-02 17:31", time(17, 30), "2026-03-03 18:00"),
    ],
)
def test_silence_is_counted_from_the_request_or_from_the_daily_close(
    asked: str, after: time | None, due: str
) -> None:
    at, wanted = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (asked, due))
    assert expected_by(at, 30, after) == wanted


def test_silence_never_worries_when_nobody_expects_a_reply() -> None:
    assert expected_by(NOON, None, time(17, 30)) is None


def test_a_parcel_is_silent_from_the_minute_on_and_only_while_it_is_asked_for() -> None:
    parcel = a_parcel(expected_by=NOON)
    assert not is_silent(parcel, NOON - MINUTE)
    assert is_silent(parcel, NOON)
    assert not is_silent(replace(parcel, state=ParcelState.ANSWERED), NOON)
    assert not is_silent(replace(parcel, expected_by=None), NOON)


def test_references_of_one_base_are_told_apart() -> None:
    assert list(islice(references("o-1"), 3)) == ["o-1", "o-1-2", "o-1-3"]


@pytest.mark.parametrize(("days", "held"), [(0, False), (1, False), (2, True)])
def test_a_row_of_a_day_before_it_was_asked_for_is_held(days: int, held: bool) -> None:
    row = a_row(day=(NOON - timedelta(days=days)).date())
    decision = judge(row, CODE, Facts(asked=NOON.date()))
    assert isinstance(decision, Hold) is held


def test_what_the_label_program_wrote_is_not_repeated() -> None:
    held = judge(a_row(error="no 1 Quay"), CODE, Facts())
    assert isinstance(held, Hold)
    assert "Quay" not in own_words(held.words)
    assert own_words("its check digit is wrong") == "its check digit is wrong"
