"""The causes are those of the published lists, and what is not known is kept."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.cause import (
    CANCEL_CAUSES,
    REORDER_CAUSES,
    cancel_cause,
    cause_of_fetch,
    cause_of_file,
    listed_cause,
    reorder_words,
)
from hotfolder.errors import FetchKind, NotPossible

PUBLISHED: Mapping[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "causes.json").read_text(encoding="utf-8")
)


def test_the_cancellation_causes_are_the_published_ones() -> None:
    published = PUBLISHED["cancellation"]
    assert {(cause.code, cause.concern.value, cause.words) for cause in CANCEL_CAUSES.values()} == {
        (one["code"], one["concerns"], one["description"]) for one in published["causes"]
    }
    assert len(CANCEL_CAUSES) == published["count"]
    assert all(code == cause.code for code, cause in CANCEL_CAUSES.items())


def test_the_reorder_causes_are_the_known_ones() -> None:
    known = {one["code"]: one["description"] for one in PUBLISHED["reorder"]["causes"]}
    assert known == REORDER_CAUSES


@pytest.mark.parametrize("written", ["CancelBookRip", "cancelbookrip", " CANCELBOOKRIP\n"])
def test_a_cancellation_cause_is_found_in_any_case(written: str) -> None:
    cause = cancel_cause(written)
    assert cause is not None
    assert cause.code == "CancelBookRip"


@pytest.mark.parametrize("written", ["", "Cancel", "CancelBookRip2", "reorder_print_quality"])
def test_no_other_code_is_a_cancellation_cause(written: str) -> None:
    assert cancel_cause(written) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("reorder_print_quality", "print quality is not acceptable"),
        ("Reorder_Print_Quality ", "print quality is not acceptable"),
        ("reorder_eaten_by_dog", "reorder_eaten_by_dog"),
        ("", ""),
    ],
)
def test_an_unknown_reorder_cause_is_kept_as_it_came(code: str, words: str) -> None:
    assert reorder_words(code) == words


@pytest.mark.parametrize("file_type", ["book", "cover", "product", "box", "", "Book"])
@pytest.mark.parametrize("fault", ["Size", "Trim", "Margins", "Corrupt", "Rip"])
def test_every_fault_of_a_file_has_a_published_code(fault: str, file_type: str) -> None:
    assert cause_of_file(fault, file_type) in CANCEL_CAUSES


def test_faults_of_block_and_cover_are_told_apart() -> None:
    assert cause_of_file("Trim", "book") == "CancelBookTrim"
    assert cause_of_file("Trim", "cover") == "CancelCoverTrim"
    assert cause_of_file("Trim", "product") == "CancelValidateError"
    assert cause_of_file("Corrupt", "product") == "CancelFilesCorrupt"


def test_a_file_that_never_comes_has_a_published_code_unless_the_shop_is_to_blame() -> None:
    causes = {kind: cause_of_fetch(kind) for kind in FetchKind}
    assert {cause for cause in causes.values() if cause} <= set(CANCEL_CAUSES)
    assert causes[FetchKind.EXPIRED] == causes[FetchKind.TRUNCATED] == "CancelDownloadError"
    assert causes[FetchKind.MISMATCH] == "CancelDownloadError"
    for ours in (FetchKind.REFUSED, FetchKind.NO_SPACE, FetchKind.BUSY, FetchKind.ADDRESS_REFUSED):
        assert causes[ours] == ""


@pytest.mark.parametrize("code", CANCEL_CAUSES)
def test_a_listed_cause_is_given_in_its_own_spelling(code: str) -> None:
    assert listed_cause(f" {code.upper()} ").code == code


@pytest.mark.parametrize("code", CANCEL_CAUSES)
def test_of_a_cause_with_a_typing_error_the_nearest_is_named(code: str) -> None:
    with pytest.raises(NotPossible, match=rf"no cancellation cause .* the nearest is {code}: "):
        listed_cause(f"{code[:5]}{code[6:]}")


@pytest.mark.parametrize("code", ["", "?", "the cat ate it"])
def test_where_none_is_near_the_cause_for_all_else_is_named(code: str) -> None:
    with pytest.raises(NotPossible, match="the nearest is CancelMiscError: "):
        listed_cause(code)
