"""hotfolder signals: lists that can be narrowed, one with its attempts, and the changes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.config.check import Loaded
from hotfolder.domain.job import Job
from hotfolder.services.compact_signals import compact_signals
from hotfolder.services.parcel import Parcel
from hotfolder.services.send_signals import send_next
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from hotfolder.shopfront import archive_path
from tests.cli.conftest import Call, job_in_print, quiet
from tests.fakes import ManualClock, RecordingSender, accept, refuse
from tests.steps import (
    ALL_TYPES,
    actions,
    again,
    fetch_all,
    gate_of,
    note,
    order_in,
    promised,
    send_all,
    signals_of,
    the_job,
)


@pytest.fixture
def sender() -> RecordingSender:
    return RecordingSender()


@pytest.fixture
def shop(shop: Shop, sender: RecordingSender) -> Shop:
    return quiet(shop, sender)


@pytest.fixture
def job(shop: Shop) -> Job:
    return job_in_print(shop)


def listed(call: Call, config: Path, *filters: str) -> list[str]:
    """The listed signals, as item and type."""
    lines = call("signals", *filters, "--json", "--config", config).data
    return [f"{line['order'][:8]} {line['type']}" for line in lines]


def test_the_list_is_narrowed_by_order_item_and_state(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    other = order_in(shop, 2, items=2)

    assert len(listed(call, config)) == 4
    assert listed(call, config, "--order", job.order_id) == [
        "00000001 ItemRegistered",
        "00000001 ItemProduce",
    ]
    assert listed(call, config, "--item", other.item_ids[1]) == ["00000002 ItemRegistered"]
    assert listed(call, config, "--state", "waiting", "--order", job.order_id) == [
        "00000001 ItemProduce"
    ]
    assert listed(call, config, "--order", "41") == []
    done = call("signals", "--state", "lost", "--config", config)
    assert (done.code, "waiting" in done.err) == (2, True)


def test_the_list_is_narrowed_by_age(call: Call, config: Path, shop: Shop, job: Job) -> None:
    ago = replace(shop, clock=ManualClock(shop.clock.now() - timedelta(hours=3)))
    order_in(ago, 2)

    assert len(listed(call, config)) == 3
    assert len(listed(call, config, "--since", "1h")) == 2
    assert len(listed(call, config, "--since", "1d")) == 3
    an_hour_ago = (shop.clock.now() - timedelta(hours=1)).isoformat()
    assert len(listed(call, config, "--since", an_hour_ago)) == 2
    assert len(listed(call, config, "--since", "2020-01-01")) == 3


@pytest.mark.parametrize(
    "age", ["", "h", "1", "1w", "-1h", "1.5h", "999999d", "one h", "0001-01-01T00:00+09:00"]
)
def test_an_age_that_is_none_is_told_in_words(call: Call, config: Path, age: str) -> None:
    done = call("signals", f"--since={age}", "--config", config)

    assert done.code == 2
    assert "is no time; write 2026-03-02, 7d, 12h or 30m" in done.err


def test_late_shows_what_is_past_its_deadline(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    ago = replace(shop, clock=ManualClock(shop.clock.now() - timedelta(minutes=20)))
    order_in(ago, 2)

    assert listed(call, config, "--late") == ["00000002 ItemRegistered"]
    assert "LATE by 5 min" in call("signals", "--late", "--config", config).out
    assert "LATE: 1 signals" in call("status", "--config", config).out


def test_the_json_tells_all_that_is_known(call: Call, config: Path, job: Job) -> None:
    sent, waiting = call("signals", "--json", "--config", config).data

    assert sent.keys() == {
        "id", "order", "item", "mode", "reorder", "type", "stage", "state", "inferred", "fields",
        "at", "due", "deadline", "accepted", "destination", "attempts", "last_try", "last_answer",
    }  # fmt: skip
    assert sent["accepted"] >= sent["last_try"]
    assert sent["destination"] == "cloudsignal"
    assert (waiting["accepted"], waiting["stage"], waiting["fields"]) == (None, "print", {})


def test_show_tells_every_attempt(
    call: Call, config: Path, shop: Shop, sender: RecordingSender
) -> None:
    order_in(shop)
    sender.answer = refuse(503, "come back later", milliseconds=41)
    send_next(shop, gate_of(shop))
    sender.answer = accept
    send_all(shop)
    (line,) = call("signals", "--json", "--config", config).data

    story = call("signals", "--config", config, "show", line["id"], "--json").data
    assert [(one["status"], one["words"], one["milliseconds"]) for one in story["tries"]] == [
        (503, "come back later", 41),
        (200, "", 0),
    ]
    assert {name: story[name] for name in line} == line
    text = call("signals", "--config", config, "show", line["id"]).out
    assert "come back later" in text
    assert "ItemRegistered" in text


def test_show_of_an_untried_and_of_no_signal(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    signal_id = signals_of(shop, job)["ItemProduce"]
    assert "not tried yet" in call("signals", "--config", config, "show", signal_id).out

    done = call("signals", "--config", config, "show", 4711)
    assert (done.code, done.err) == (1, "hotfolder: there is no signal 4711\n")


def test_send_now_ends_the_undo_time(
    call: Call, config: Path, shop: Shop, job: Job, sender: RecordingSender
) -> None:
    done = call("signals", "--config", config, "send-now")

    assert (done.code, done.out[:2]) == (0, "1 ")
    send_all(shop)
    assert sender.said(job.item_id) == ["ItemRegistered", "ItemProduce"]


def test_withdraw_park_and_resend(call: Call, config: Path, shop: Shop, job: Job) -> None:
    signal_id = signals_of(shop, job)["ItemProduce"]
    for change, state in (
        ("park", "parked"),
        ("resend", "waiting"),
        ("withdraw", "withdrawn"),
        ("resend", "waiting"),
    ):
        done = call("signals", "--config", config, change, signal_id)
        assert (done.code, done.out) == (0, f"signal {signal_id}: {change} done\n")
        assert promised(shop, job)[-1] == f"ItemProduce {state}"
    assert actions(shop, job.order_id)[-4:] == [
        "signal parked",
        "signal sent again",
        "signal withdrawn",
        "signal sent again",
    ]


@pytest.mark.parametrize("change", ["park", "withdraw"])
def test_a_change_that_is_not_possible_is_told_in_words(
    call: Call, config: Path, shop: Shop, job: Job, change: str
) -> None:
    signal_id = signals_of(shop, job)["ItemRegistered"]
    done = call("signals", "--config", config, change, signal_id)

    assert done.code == 1
    assert f"signal {signal_id} is sent" in done.err
    assert call("signals", "--config", config, change, 4711).code == 1
    assert call("signals", "--config", config, change, "first").code == 2


def test_edit_corrects_the_words(call: Call, config: Path, shop: Shop, job: Job) -> None:
    note(shop, job, "shipped")
    give_tracking(shop, again(shop, job), Parcel(tracking="JD1", shipping_option="dhl"))
    signal_id = signals_of(shop, job)["ItemShipped"]
    words = ("--tracking", "JD2", "--shipping-option", "ups")
    done = call("signals", "--config", config, "edit", signal_id, *words)

    assert done.code == 0, done.err
    found = call("signals", "--json", "--config", config).data[-1]
    assert found["fields"] == {"tracking": "JD2", "shipping_option": "ups"}


@pytest.mark.parametrize(
    "case",
    [
        ((), 1, "nothing to change"),
        (("--tracking", "JD2"), 1, "has no field tracking"),
        (("--colour", "red"), 2, "colour"),
        (("--delay", "-1"), 2, "delay"),
    ],
)
def test_edit_refuses_what_the_signal_does_not_have(
    call: Call, config: Path, shop: Shop, job: Job, case: tuple[tuple[str, ...], int, str]
) -> None:
    words, code, told = case
    signal_id = signals_of(shop, job)["ItemProduce"]
    done = call("signals", "--config", config, "edit", signal_id, *words)

    assert done.code == code
    assert told in done.err
    assert "Traceback" not in done.err


def test_the_archive_is_listed_with_the_same_filters(
    call: Call, config: Path, loaded: Loaded, shop: Shop
) -> None:
    assert call("signals", "--archive", "--json", "--config", config).data == []
    assert "There are no signals" in call("signals", "--archive", "--config", config).out
    clock = ManualClock(shop.clock.now() - timedelta(days=100))
    old = replace(shop, clock=clock)
    for number in (1, 2):
        order = order_in(old, number)
        fetch_all(old)
        job = the_job(old, order.order_id)
        note(old, job, "shipped")
        give_tracking(old, again(old, job), Parcel(tracking="JD1", shipping_option="dhl"))
    clock.turn(60)
    send_all(old)
    order_in(shop, 3)
    before = call("signals", "--order", order.order_id, "--json", "--config", config).data
    while compact_signals(shop, archive_path(loaded), timedelta(days=90)):
        pass

    assert listed(call, config) == ["00000003 ItemRegistered"]
    found = call(
        "signals", "--archive", "--order", order.order_id, "--json", "--config", config
    ).data
    assert [{name: one[name] for name in before[0]} for one in found] == before
    assert [one["type"] for one in found] == ALL_TYPES
    assert [len(one["tries"]) for one in found] == [1] * 5
    assert len(listed(call, config, "--archive")) == 10
    assert listed(call, config, "--archive", "--since", "90d") == []
    assert listed(call, config, "--archive", "--limit", "2") == [
        "00000002 ItemPacked",
        "00000002 ItemShipped",
    ]
    text = call("signals", "--archive", "--config", config).out
    assert "ItemShipped" in text
    assert "LATE" not in text
