"""The journal in plain words."""

from pathlib import Path

import pytest

import hotfolder
from hotfolder.domain.action import Action
from hotfolder.formats.journal_words import in_words

ORIGINAL = {"original_order": "7001", "original_item": "70011"}


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        (
            "order taken",
            {"interface": "live", "mode": "test", "items": 1},
            "order taken through live (test) with 1 item",
        ),
        ("order came again", {}, "the same document came again; nothing is new"),
        (
            "order came changed",
            {"document": 7, "again": False, "words": "came again through test"},
            "came again through test, refused and kept as document 7",
        ),
        (
            "order came changed",
            {"document": 7, "again": True},
            "the same other document came once more, it is document 7",
        ),
        (
            "reorder taken",
            {**ORIGINAL, "cause": "reorder_print_quality", "known": True},
            (
                "is a reorder of item 70011 of order 7001, which was made here; "
                "the cause: print quality is not acceptable"
            ),
        ),
        (
            "reorder taken",
            {"original_order": "", "original_item": "", "cause": "", "known": False},
            "is a reorder of an item that it does not name well, which was NOT made here",
        ),
        (
            "job moved",
            {
                "from": "new",
                "to": "packed",
                "kind": "skipped",
                "signals": ["ItemProduce", "ItemPacked"],
                "inferred": ["ItemProduce"],
            },
            (
                "moved past stages from new to packed; says ItemProduce and ItemPacked; "
                "filled in ItemProduce"
            ),
        ),
        (
            "job moved",
            {"from": "print", "to": "new", "kind": "back", "signals": [], "withdrawn": ["X"]},
            "moved back from print to new; takes back X",
        ),
        (
            "files changed",
            {"stage": "print", "changed": ["1_book.pdf"], "missing": []},
            "files were changed in stage print; other content in: 1_book.pdf",
        ),
        (
            "files changed",
            {"stage": "print", "changed": [], "missing": ["1_book.pdf", "1_cover.pdf"]},
            "files were changed in stage print; not there: 1_book.pdf and 1_cover.pdf",
        ),
        (
            "job released",
            {"stage": "new", "folder": "1_2x", "files": 2},
            "job folder 1_2x put into stage new with 2 files",
        ),
        ("job put away", {"stage": "shipped"}, "its folder left stage shipped to be archived"),
        ("job archived", {"path": "/a/1.zip"}, "its folder is archived: /a/1.zip"),
        (
            "changed order taken",
            {"document": 9, "added": ["2"], "anew": [], "off": [], "alone": ["1"]},
            "document 9 is the order now, on a person's decision; new items 2; left as they were 1",
        ),
        ("signal sent", {"signal": "ItemPacked"}, "ItemPacked was accepted"),
        (
            "signal parked",
            {"signal": "ItemPacked", "answer": "400 no"},
            "ItemPacked was parked: 400 no",
        ),
        (
            "signal parked",
            {"signal": "ItemPacked", "id": 7, "by": "a person"},
            "ItemPacked was parked by a person",
        ),
        (
            "signal edited",
            {"signal": "ItemShipped", "fields": {"tracking": "JD7", "shipping_option": "dhl"}},
            "ItemShipped was corrected by a person: tracking JD7, shipping option dhl",
        ),
        (
            "signal withdrawn",
            {"signal": "ItemPacked", "id": 7, "by": "a person"},
            "ItemPacked was withdrawn by a person",
        ),
        (
            "signal sent again",
            {"signal": "ItemPacked", "id": 7, "by": "a person"},
            "ItemPacked is to be sent again, a person asked for it",
        ),
        (
            "item delayed",
            {"cause": "paper is late", "delay": "1", "signals": ["ItemDelay"], "by": "a person"},
            "a person told of a delay of 1 hour: paper is late",
        ),
        (
            "item canceled",
            {"cause": "CancelMiscError", "message": "it burnt", "signals": ["ItemCanceled"]},
            "canceled by a person, CancelMiscError: it burnt",
        ),
        (
            "job moved",
            {"from": "new", "to": "print", "kind": "silent", "signals": []},
            "moved, though canceled, from new to print",
        ),
    ],
)
def test_an_action_is_told_as_a_sentence(
    action: str, detail: dict[str, object], words: str
) -> None:
    assert in_words(action, detail) == words


def test_an_action_that_has_no_sentence_yet_is_told_as_it_was_written() -> None:
    detail = {"shelf_place": 4, "papers": ["label", "note"], "wet": True, "marks": []}

    assert in_words("item shelved", detail) == (
        "item shelved: shelf place 4, papers label and note, wet yes, marks none"
    )
    assert in_words("item shelved", {}) == "item shelved"


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_a_sentence_that_survives_an_empty_detail(action: Action) -> None:
    assert in_words(action, {}) not in ("", action.value)
    assert not in_words(action, {"detail": 1}).startswith(f"{action.value}: detail")


def test_what_is_written_into_the_journal_is_of_the_closed_set() -> None:
    for path in Path(hotfolder.__file__).parent.rglob("*.py"):
        assert 'action="' not in path.read_text("utf-8"), path


def test_a_job_that_a_person_put_on_hold_was_not_overruled_when_it_goes_on() -> None:
    detail = {"from": "hold", "to": "print", "kind": "forward", "overruled": "put on hold"}
    words = in_words("job moved", detail)
    assert words == "moved from hold to print; a person had put it on hold"
    assert "a person overruled: damaged" in in_words("job moved", detail | {"overruled": "damaged"})
