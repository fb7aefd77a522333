"""Names that find the way back, and what the traces of a device mean."""

from typing import Any

import pytest

from hotfolder.domain.conditions import Conditions, work_of
from hotfolder.domain.device import (
    By,
    Clue,
    Device,
    Evidence,
    Gives,
    Left,
    Wanted,
    share_out,
    verdict,
)
from hotfolder.domain.handover import (
    Handover,
    HandoverState,
    filled,
    given_name,
    numbers_in,
    stands,
    token,
)
from hotfolder.domain.job import JobState, Mode
from tests.builders import NOON, a_job, a_place, an_item, an_order

DONE = Clue(by=By.FILE, folder="/d/done")
FAILED = Clue(by=By.FILE, folder="/d/error")
COVER = Wanted(name="item-1_cover.pdf", kind="cover")
BOOK = Wanted(name="item-1_book.pdf", kind="book")
NOTE = Wanted(name="order_delivery-note.pdf", kind="delivery_note", of_item=False)
WORK = work_of(an_order(), an_item(), Mode.LIVE, "live")


def a_device(name: str = "rip", **fields: Any) -> Device:
    usual: dict[str, Any] = {"stage": "print", "folder": "/d", "input": "/d/input", "done": (DONE,)}
    return Device(name=name, **{**usual, "failed": (FAILED,), **fields})


def a_handover(state: HandoverState = HandoverState.GIVEN) -> Handover:
    return Handover(
        id=123,
        job_id=1,
        visit=2,
        device="rip",
        source="item-1_cover.pdf",
        name="HF000123_item-1_cover.pdf",
        state=state,
        since=NOON,
    )


def left(name: str, folder: str = "/d/done", **fields: Any) -> Left:
    return Left(**{"folder": folder, "name": name, "settled": True, **fields})


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("HF000123_a_cover.tif", [123]),
        ("hf000123.tif", [123]),
        ("P1-HF000123-x.tif", [123]),
        ("HF1000000_x.tif", [1000000]),
        ("HF0001234_x.tif", [1234]),
        ("XHF000123.tif", []),
        ("HF123.tif", []),
        ("cover.tif", []),
    ],
)
def test_a_name_tells_whose_it_is(name: str, numbers: list[int]) -> None:
    assert numbers_in(name) == numbers


def test_a_number_is_found_in_its_own_name_and_in_no_longer_one() -> None:
    assert numbers_in(token(100000)) == [100000]
    assert numbers_in(token(1000000)) == [1000000]


def test_a_given_name_holds_only_what_any_system_takes() -> None:
    order, item = an_order(id="Größe/1"), an_item(id="a b:c", count=3)
    name = given_name("{id}_{order}_{item}_{type}_{copies}x", 7, order, item, "cover", "pdf")
    assert name == "HF000007_Groe-1_a-b-c_cover_3x.pdf"


def test_other_braces_of_a_pattern_stay() -> None:
    assert filled("{id}x{2,3}{other}", {"id": "HF"}) == "HFx{2,3}{other}"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"moves": 3}, False),
        ({"state": JobState.CANCELED}, False),
        ({"place": a_place(stage="new")}, False),
        ({"place": None}, False),
    ],
)
def test_a_handover_stands_while_its_job_does(fields: dict[str, object], expected: bool) -> None:
    usual = {"moves": 2, "state": JobState.FLOOR, "place": a_place(stage="print")}
    assert stands(a_job(**{**usual, **fields}), a_handover(), "print") is expected


# --- who gets what ---


def test_the_device_with_the_least_waiting_gets_all_files_of_a_job() -> None:
    one, two = a_device("one"), a_device("two")
    shares = share_out([one, two], WORK, [COVER, BOOK], {"one": 2, "two": 1})
    assert [(device.name, name) for device, name, _ in shares] == [
        ("two", COVER.name),
        ("two", BOOK.name),
    ]


def test_of_equals_the_first_one_is_taken() -> None:
    shares = share_out([a_device("one"), a_device("two")], WORK, [COVER], {})
    assert shares[0][0].name == "one"


def test_papers_of_the_order_are_given_only_when_they_are_named() -> None:
    assert len(share_out([a_device()], WORK, [COVER, NOTE], {})) == 1
    named = a_device(files=("delivery*",))
    assert [name for _, name, _ in share_out([named], WORK, [COVER, NOTE], {})] == [NOTE.name]


def test_a_whole_folder_is_given_once() -> None:
    device = a_device(gives=Gives.JOB_FOLDER)
    assert share_out([device], WORK, [COVER, BOOK], {}) == [(device, "", "")]


def test_a_device_that_does_not_take_the_job_or_no_pdf_gets_nothing() -> None:
    picky = a_device(takes=(Conditions(product=("album*",)),))
    assert share_out([picky], WORK, [COVER], {}) == []
    assert share_out([a_device()], WORK, [Wanted(name="a.tif", kind="cover")], {}) == []


# --- what traces mean ---


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (Evidence(), None),
        (Evidence(gone=True), HandoverState.TAKEN),
        (Evidence(left=(left("HF000123_item-1_cover.tif"),)), HandoverState.DONE),
        (Evidence(left=(left("hf000123_ITEM-1_cover_p1.tif"),)), HandoverState.DONE),
        (Evidence(left=(left("HF000123_other.tif"),)), None),
        (Evidence(left=(left("HF000123_item-1_cover.tif", settled=False),)), None),
        (Evidence(left=(left("HF000123_item-1_cover.tif", folder="/d/x"),)), None),
        (
            Evidence(
                left=(
                    left("HF000123_item-1_cover.tif"),
                    left("HF000123_item-1_cover.pdf", folder="/d/error"),
                )
            ),
            HandoverState.FAILED,
        ),
    ],
)
def test_traces_have_a_meaning(evidence: Evidence, expected: HandoverState | None) -> None:
    found = verdict(a_device(), a_handover(), evidence)
    assert (found.state if found else None) == expected


def test_what_is_taken_already_is_not_taken_again() -> None:
    assert verdict(a_device(), a_handover(HandoverState.TAKEN), Evidence(gone=True)) is None


def test_what_the_device_does_not_have_can_not_be_done() -> None:
    seen = Evidence(left=(left("HF000123_item-1_cover.tif"),))
    for state in (HandoverState.DUE, HandoverState.GIVING, HandoverState.WITHDRAWN):
        assert verdict(a_device(), a_handover(state), seen) is None


def test_a_log_line_speaks_for_its_own_file_and_is_kept_as_words() -> None:
    clue = Clue(by=By.LOG, folder="/d", pattern="a.log", regex=r"{stem}\b.*failed")
    lines = {"/d/a.log": ["HF000124_item-1_cover failed", " HF000123_item-1_cover has failed "]}
    found = verdict(a_device(failed=(clue,)), a_handover(), Evidence(lines=lines))
    assert found is not None
    assert (found.state, found.words) == (HandoverState.FAILED, "HF000123_item-1_cover has failed")


def test_signs_of_a_name_mean_nothing_special_in_an_expression() -> None:
    clue = Clue(by=By.LOG, folder="/d", pattern="a.log", regex=r"{name}$")
    lines = {"/d/a.log": ["HF000123_item-1_coverXpdf"]}
    assert verdict(a_device(done=(clue,)), a_handover(), Evidence(lines=lines)) is None
