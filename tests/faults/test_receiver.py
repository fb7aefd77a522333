"""Faults of the receiver: it fails, answers oddly, wants to be left alone, or refuses."""

import itertools
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from hotfolder.domain.retry import Reach
from tests.faults.bed import ALL, KEY, Bed, made_bed
from tests.net.servers import says, serving

HOUR = 3600.0


def pauses(bed: Bed, since: float) -> list[float]:
    """Seconds between tries, of those that began so long after the first."""
    first = bed.sender.tries[0]
    pairs = itertools.pairwise(bed.sender.tries)
    return [
        (later - earlier).total_seconds()
        for earlier, later in pairs
        if (earlier - first).total_seconds() >= since
    ]


# 1


@pytest.mark.slow
def test_an_hour_of_500_costs_few_probes_and_seconds_after_it_all_has_arrived(bed: Bed) -> None:
    bed.center.fault(status=500)
    bed.promise_many(500, items=2)
    began = bed.clock.now()
    bed.pass_time(14 * 60)
    assert any("have used 50% of their time" in line for line in bed.logged)
    bed.pass_time(HOUR - 14 * 60)
    assert bed.oracle.accepted() == []
    assert bed.states() == {"waiting": 1000}
    assert max(pauses(bed, 0)) <= 16
    assert min(pauses(bed, 620)) >= 12
    assert len(bed.sender.tries) <= 4 + 60 / 2 + 540 / 4 + 3000 / 12
    assert any("are past their deadline" in line for line in bed.logged)

    recovered = bed.clock.now()
    bed.center.fault()
    bed.pass_time(16)

    arrivals = bed.accepted_after(recovered)
    assert recovered - began == timedelta(hours=1)
    assert len(arrivals) == 1000
    assert arrivals[0] <= 15
    assert arrivals[-1] == arrivals[0], "all went out as soon as the first was accepted"
    assert bed.states() == {"sent": 1000}
    bed.check()


# 2


@pytest.mark.slow
def test_500_to_every_second_request_halves_the_speed_and_delays_nothing_for_a_minute(
    bed: Bed,
) -> None:
    bed.center.fault(status=500, every=2)
    for order in range(1, 2 * 180 + 1):
        bed.promise_many(1, items=3, first=order)
        bed.pass_time(20)
    bed.pass_time(60)

    rows = bed.shop.store.signals.find({})
    ages = [(row["accepted_at"] - row["at"]).total_seconds() for row in rows]
    statuses = [answer.status for answer in bed.sender.answers]
    assert bed.states() == {"sent": 2 * 180 * 3}
    assert max(ages) <= 60
    assert statuses.count(200) >= len(statuses) // 2
    assert bed.gate.health.reach is Reach.OPEN
    bed.check()


# 7


@pytest.mark.parametrize("pages_count", [False, True])
def test_a_captive_portal_is_not_taken_for_the_receiver_unless_somebody_says_so(
    bed: Bed, pages_count: bool
) -> None:
    bed.use(pages_count=pages_count)
    bed.promise("1", "11", ALL[:2])
    bed.center.fault(html=True)
    bed.pass_time(120)

    if pages_count:
        assert bed.states() == {"sent": 2}
        return
    assert bed.states() == {"waiting": 2}
    assert bed.gate.health.reach is Reach.PAUSED
    assert any("a web page answers instead of CloudSignal" in line for line in bed.logged)
    bed.center.fault()
    bed.pass_time(61)
    assert bed.oracle.everything_arrived()
    bed.check()


def test_a_redirect_to_a_login_page_is_not_followed_and_nothing_counts_as_delivered(
    tmp_path: Path, logged: list[str]
) -> None:
    page = says(200, b"<html>log in</html>", content_type="text/html")
    with (
        serving(page) as portal,
        serving(says(302, location=portal.url)) as gateway,
        made_bed(tmp_path, logged, url=gateway.url) as bed,
    ):
        bed.promise("1", "11", ALL[:2])
        bed.pass_time(120)

        assert portal.requests == []
        assert len(gateway.requests) == len(bed.sender.tries) >= 2
        assert bed.states() == {"waiting": 2}
        assert any("the address redirects" in line for line in logged)
        bed.check()


# 14


def in_half_a_minute() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("5", 5, 6),
        ("3600", 3600, 3602),
        ("a date", 20, 31),
        ("rubbish", 0, 1),
        ("-7", 0, 1),
        ("nan", 0, 1),
        ("1" + "0" * 12, 3600, 3602),
    ],
    ids=["5 s", "an hour", "a date", "rubbish", "negative", "no number", "for ever"],
)
def test_the_receiver_is_left_alone_as_long_as_it_sensibly_asks(
    bed: Bed, header: str, least: float, most: float
) -> None:
    bed.promise("1", "11")
    header = in_half_a_minute() if header == "a date" else header
    bed.center.fault(status=429, retry_after=header, times=1)
    began = time.monotonic()
    bed.pass_time(most + 2)

    (waited,) = pauses(bed, 0)
    assert least <= waited <= most
    assert time.monotonic() - began < 20, "nobody sleeps meanwhile"
    told = any("have used 50% of their time" in line for line in bed.logged)
    assert told == (most > 900), "told before the deadline breaks"
    assert bed.oracle.everything_arrived()
    bed.check()


# 15


def test_a_refused_key_pauses_all_at_once_and_a_new_one_lets_all_go(bed: Bed) -> None:
    bed.sender.set_key("f" * 32)
    bed.oracle.keys.add("f" * 32)
    bed.promise_many(20, items=3)
    bed.pass_time(1)
    assert bed.gate.health.reach is Reach.PAUSED
    assert any(line.startswith("ERROR") and "key is refused" in line for line in bed.logged)
    bed.pass_time(HOUR)
    assert bed.states() == {"waiting": 60}
    assert len(bed.sender.tries) <= 2 + HOUR / 48

    assert bed.sender.set_key(KEY)
    bed.gate.reopen()
    bed.send()

    assert bed.states() == {"sent": 60}
    bed.check()


# 16


def test_one_poisoned_item_of_a_bundle_is_parked_and_the_other_four_arrive_in_two_rounds(
    bed: Bed,
) -> None:
    bed.promise_many(1, items=5)
    bed.center.fault(status=400, item="103")
    bed.send()

    assert bed.states() == {"sent": 4, "parked": 1}
    assert len(bed.sender.tries) == 6
    (parked,) = bed.shop.store.signals.find({"state": "parked"})
    assert parked["item_id"] == "103"
    assert "status 400" in parked["last_answer"]
    bed.pass_time(120)
    assert len(bed.sender.tries) == 6, "no endless split"
    bed.check()
