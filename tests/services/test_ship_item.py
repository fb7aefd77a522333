"""Tracking comes by file or by command, before the job reaches its shipping stage or after."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking, ship_item, ship_waiting
from hotfolder.services.shop import Rules, Shop
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    ALL_TYPES,
    actions,
    again,
    folder_of,
    job_on_floor,
    note,
    promised,
    send_all,
)

METHOD = "ups_international_standard"  # of order 1


def shipped_fields(shop: Shop, sent: RecordingSender, clock: ManualClock) -> list[tuple[str, str]]:
    """Tracking and option of every ItemShipped that went out."""
    clock.turn(60)
    send_all(shop)
    return [
        (signal["tracking"], signal["shipping_option"])
        for signal in sent.signals
        if signal["type"] == "ItemShipped"
    ]


def write(shop: Shop, job: Job, name: str, data: bytes) -> None:
    (folder_of(shop, job) / name).write_bytes(data)


SHAPES = [
    ("tracking.txt", b"JD0123", ("JD0123", METHOD)),
    ("tracking.txt", b"  JD0123 \r\n\r\n", ("JD0123", METHOD)),
    ("tracking.txt", b"JD0123\r\ndhl_express\r\n", ("JD0123", "dhl_express")),
    ("Tracking.TXT", b"JD0123", ("JD0123", METHOD)),
    ("tracking.txt.txt", b"JD0123", ("JD0123", METHOD)),
    ("tracking", b"JD0123", ("JD0123", METHOD)),
    ("tracking.txt", b"option: dhl_express\ntracking: JD0123\n", ("JD0123", "dhl_express")),
    ("tracking.txt", b"Tracking number = JD0123", ("JD0123", METHOD)),
    ("tracking.txt", "JD0123\n".encode("utf-8-sig"), ("JD0123", METHOD)),
    ("tracking.txt", "JD0123\r\ndhl_express".encode("utf-16"), ("JD0123", "dhl_express")),
    ("tracking.json", b'{"tracking": "JD0123"}', ("JD0123", METHOD)),
    (
        "tracking.json",
        '{"Tracking": "JD0123", "shipping_option": "dhl_express"}'.encode("utf-16"),
        ("JD0123", "dhl_express"),
    ),
    ("tracking.json", b'\xef\xbb\xbf{"tracking_number": 123456789012}', ("123456789012", METHOD)),
]


@pytest.mark.parametrize(("name", "data", "expected"), SHAPES)
def test_a_tracking_file_in_the_folder_goes_out_with_item_shipped(
    shop: Shop,
    clock: ManualClock,
    sent: RecordingSender,
    name: str,
    data: bytes,
    expected: tuple[str, str],
) -> None:
    job = job_on_floor(shop)
    write(shop, job, name, data)
    note(shop, job, "shipped")

    assert shipped_fields(shop, sent, clock) == [expected]
    assert sent.said(job.item_id) == ALL_TYPES


@pytest.mark.parametrize(("name", "data", "expected"), SHAPES[:1] + SHAPES[-1:])
def test_a_tracking_file_that_comes_after_the_move_is_found_by_looking(
    shop: Shop,
    clock: ManualClock,
    sent: RecordingSender,
    name: str,
    data: bytes,
    expected: tuple[str, str],
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    assert shipped_fields(shop, sent, clock) == []
    assert {one.id: why for one, why in ship_waiting(shop).items()} == {job.id: ""}
    assert again(shop, job).waits_for == "tracking"

    write(shop, job, name, data)
    assert ship_waiting(shop) == {}
    assert shipped_fields(shop, sent, clock) == [expected]
    assert again(shop, job).waits_for == ""


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("tracking.txt", b"", "holds no tracking code"),
        ("tracking.txt", b"\r\n \r\n", "holds no tracking code"),
        ("tracking.json", b'{"tracking": ', "not valid JSON"),
        ("tracking.json", b'["JD0123"]', "not an object"),
        ("tracking.json", b'{"code": "JD0123"}', "holds no tracking code"),
        ("tracking.txt", b"J" * 201, "does not look like a tracking code"),
        ("tracking.txt", b"%PDF-1.7 \x00\x01\x02", "does not look like a tracking code"),
    ],
)
def test_a_tracking_file_that_helps_nobody_waits_visibly_and_can_be_mended(
    shop: Shop, clock: ManualClock, sent: RecordingSender, name: str, data: bytes, words: str
) -> None:
    job = job_on_floor(shop)
    write(shop, job, name, data)
    note(shop, job, "shipped")

    (why,) = ship_waiting(shop).values()
    assert words in why
    assert shipped_fields(shop, sent, clock) == []

    write(shop, job, name, b'{"tracking": "JD1"}' if name.endswith("json") else b"JD1")
    assert ship_waiting(shop) == {}
    assert shipped_fields(shop, sent, clock) == [("JD1", METHOD)]


def test_a_job_taken_to_hold_with_its_tracking_says_nothing_until_it_is_back(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    note(shop, job, "hold")
    write(shop, job, "tracking.txt", b"JD0123")
    before = actions(shop, job.order_id)
    for _ in range(3):
        assert ship_waiting(shop) == {}
    assert actions(shop, job.order_id) == before

    note(shop, job, "shipped")
    assert ship_waiting(shop) == {}
    assert promised(shop, job)[-1] == "ItemShipped waiting"


def test_a_job_whose_flow_is_gone_writes_nothing_at_each_look(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    write(shop, job, "tracking.txt", b"JD0123")
    before = actions(shop, job.order_id)
    assert ship_waiting(replace(shop, flows=[])) == {}
    assert actions(shop, job.order_id) == before


def test_a_tracking_file_that_is_being_written_is_left_for_the_next_look(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    careful = replace(shop, rules=Rules(tracking_quiet_seconds=3600))
    job = job_on_floor(careful)
    write(shop, job, "tracking.txt", b"JD01")
    note(careful, job, "shipped")
    ship_waiting(careful)
    assert shipped_fields(shop, sent, clock) == []

    write(shop, job, "tracking.txt", b"JD0123")
    ship_waiting(shop)
    assert shipped_fields(shop, sent, clock) == [("JD0123", METHOD)]


def test_a_folder_called_like_a_tracking_file_is_no_tracking_file(shop: Shop) -> None:
    job = job_on_floor(shop)
    (folder_of(shop, job) / "tracking").mkdir()
    note(shop, job, "shipped")

    assert again(shop, job).waits_for == "tracking"


def test_ship_before_the_move_is_kept_until_the_job_ships(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    words = ship_item(shop, job, Parcel(tracking="JD7"))
    assert "when the job reaches its shipping stage" in words
    assert shipped_fields(shop, sent, clock) == []

    note(shop, job, "shipped")
    assert shipped_fields(shop, sent, clock) == [("JD7", METHOD)]
    assert sent.said(job.item_id) == ALL_TYPES


def test_ship_after_the_move_sends_at_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    clock.turn(60)
    send_all(shop)

    words = ship_item(shop, job, Parcel(tracking="JD7"))
    assert words == "ItemShipped is on its way"
    send_all(shop)
    assert sent.said(job.item_id) == ALL_TYPES
    assert actions(shop, job.order_id).count("tracking given") == 1


def test_the_option_really_used_replaces_the_ordered_method(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    parcel = Parcel(tracking="JD7", shipping_option="ups_standard")
    ship_item(shop, job, parcel)
    note(shop, job, "shipped")

    assert shipped_fields(shop, sent, clock) == [("JD7", "ups_standard")]


def test_a_second_tracking_code_is_kept_but_item_shipped_is_not_said_again(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    ship_item(shop, job, Parcel(tracking="JD7"))
    words = ship_item(shop, job, Parcel(tracking="JD8"))

    assert "said before" in words
    assert again(shop, job).tracking == "JD8"
    assert shipped_fields(shop, sent, clock) == [("JD7", METHOD)]


def test_a_move_noted_while_tracking_is_being_given_loses_neither(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    read_before_the_move = again(shop, job)
    note(shop, job, "shipped")

    parcel = Parcel(tracking="JD7", shipping_option=METHOD)
    give_tracking(shop, read_before_the_move, parcel)
    ship_waiting(shop)

    assert shipped_fields(shop, sent, clock) == [("JD7", METHOD)]
    assert promised(shop, job).count("ItemShipped sent") == 1
    assert again(shop, job).waits_for == ""


def test_a_withdrawn_item_shipped_is_said_with_the_same_code_after_all(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    write(shop, job, "tracking.txt", b"JD7")
    note(shop, job, "shipped")
    note(shop, job, "packed")
    assert shipped_fields(shop, sent, clock) == []

    note(shop, job, "shipped")
    assert shipped_fields(shop, sent, clock) == [("JD7", METHOD)]
