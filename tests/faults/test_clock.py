"""Faults of the clock: set forward, set back, from 1970, on days with 23, 23.5 or 25 hours."""

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotfolder.services.recover import recover
from hotfolder.services.send_signals import Gate
from hotfolder.services.shop import SIGNALS
from tests.fakes import START
from tests.faults.bed import ALL, Bed, SetClock, made_bed
from tests.processes import line_of, other_process, tell

HOUR = timedelta(hours=1)
YEARS = timedelta(days=3653)
SINCE_1970 = START - datetime(1970, 1, 1, tzinfo=UTC)
JUMPS = [HOUR, -HOUR, YEARS, -YEARS]
FAKETIME = list(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))  # whatever the architecture
TIMERS = """
import sys, threading
from pathlib import Path
from hotfolder.timers import Timers
told = threading.Event()
calls = []
def call():
    calls.append(1)
    told.set()
timers = Timers({"tick": (1.0, call)})
timers.start()
for line in sys.stdin:
    told.clear()
    came = told.wait(30)
    status = Path("/proc/self/status").read_text()
    resident = next(one for one in status.splitlines() if one.startswith("VmRSS:"))
    print(came, int(resident.split()[1]) // 1024, flush=True)
"""

# 20


@pytest.mark.parametrize("jump", [*JUMPS, -SINCE_1970], ids=str)
def test_due_signals_go_within_half_a_minute_of_a_clock_that_was_set(
    bed: Bed, jump: timedelta
) -> None:
    bed.do_chores()
    bed.center.fault(status=503)
    bed.promise("1", "11", ALL)
    bed.promise("2", "21", undo=timedelta(seconds=20))
    bed.pass_time(3)
    deadlines = [row["deadline"] for row in bed.shop.store.signals.find({})]

    bed.clock.set_by(jump)
    bed.center.fault()
    bed.pass_time(30)

    assert bed.oracle.everything_arrived()
    assert bed.states() == {"sent": 6}
    assert [row["deadline"] for row in bed.shop.store.signals.find({})] == deadlines
    assert any("the clock was set by" in line for line in bed.logged)
    bed.check()


def test_a_machine_that_woke_up_in_1970_gives_nothing_up_when_it_learns_the_time(
    tmp_path: Path, logged: list[str]
) -> None:
    with made_bed(tmp_path, logged, start=START - SINCE_1970) as bed:
        bed.center.fault(status=503)
        bed.promise("1", "11", ALL)
        bed.pass_time(60)
        bed.clock.set_by(SINCE_1970)
        bed.pass_time(60)
        assert bed.states() == {"waiting": 5}

        bed.center.fault()
        bed.pass_time(30)
        assert bed.oracle.everything_arrived()
        bed.check()


@pytest.mark.parametrize("jump", [-HOUR, -YEARS, -SINCE_1970], ids=str)
def test_a_clock_set_back_while_the_daemon_was_off_holds_nothing_back(
    bed: Bed, jump: timedelta
) -> None:
    bed.promise("1", "11", ALL, undo=timedelta(seconds=20))
    bed.clock.set_by(jump - timedelta(minutes=1))

    recover(bed.shop)
    bed.gate = Gate(bed.shop.destinations[SIGNALS])
    bed.pass_time(30)

    assert bed.oracle.everything_arrived()
    bed.check()


def test_signals_older_than_a_week_are_given_up_only_when_the_week_has_really_passed(
    bed: Bed,
) -> None:
    bed.do_chores()
    bed.center.fault(status=503)
    bed.promise("1", "11")
    bed.clock.set_by(timedelta(days=8))
    bed.do_chores()
    assert bed.states() == {"waiting": 1}

    bed.clock.turn(7 * 24 * 3600)
    bed.do_chores()
    assert bed.states() == {"parked": 1}
    bed.check()


def test_the_timers_go_on_and_stay_small_when_the_clock_is_set_by_decades(tmp_path: Path) -> None:
    if not FAKETIME:
        pytest.skip("no libfaketime on this machine: apt-get install faketime")
    now = tmp_path / "now"
    now.write_text("@1970-01-02 00:00:00")
    faked = {
        "LD_PRELOAD": str(FAKETIME[0]),
        "FAKETIME_TIMESTAMP_FILE": str(now),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    code = f"import os; os.environ.update({faked!r}); import sys; sys.argv[:1] = ['-c', {TIMERS!r}]"
    start = f"{code}; os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv])"
    with other_process(start) as timers:
        tell(timers, "go on")
        came, before = line_of(timers).split()
        assert came == "True"
        now.write_text("@2026-03-02 08:00:00")
        for _ in range(3):
            tell(timers, "go on")
            came, after = line_of(timers).split()
            assert came == "True"
            assert int(after) < int(before) + 30


# 21

ZONES = {
    "Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "New York": "EST5EDT,M3.2.0,M11.1.0",
    "Lord Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
}
CHANGES = {
    "Berlin": ("2026-03-29T01:00", "2026-10-25T01:00"),
    "New York": ("2026-03-08T07:00", "2026-11-01T06:00"),
    "Lord Howe": ("2026-10-03T15:30", "2026-04-04T15:00"),
}


@pytest.fixture
def any_zone() -> Iterator[None]:
    """The zone of this process is put back afterwards."""
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


def move_to(zone: str) -> None:
    os.environ["TZ"] = ZONES[zone]
    time.tzset()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", [0, 1], ids=["spring", "autumn"])
@pytest.mark.usefixtures("any_zone")
def test_on_a_day_with_another_length_signals_and_deadlines_keep_their_time(
    tmp_path: Path, logged: list[str], zone: str, change: int
) -> None:
    move_to(zone)
    at = datetime.fromisoformat(CHANGES[zone][change]).replace(tzinfo=UTC)
    before, after = (time.localtime((at + side).timestamp()) for side in (-HOUR, HOUR))
    assert before.tm_isdst != after.tm_isdst, "the clocks are changed here"
    with made_bed(tmp_path, logged, start=at - HOUR) as bed:
        for number in range(12):
            if number == 9:
                move_to("New York" if zone == "Berlin" else "Berlin")
            bed.promise("1", f"{number:03}", undo=timedelta(seconds=20))
            bed.pass_time(600, step=10)

        rows = bed.shop.store.signals.find({})
        arrived = {one.item: one for one in bed.oracle.accepted()}
        assert len(rows) == len(arrived) == 12
        for row in rows:
            came = arrived[row["item_id"]]
            assert row["deadline"] - row["at"] == timedelta(minutes=15)
            assert came.datetime == f"{row['at']:%Y-%m-%d %H:%M:%S} GMT"
            assert 20 <= came.at - row["at"].timestamp() <= 30
        assert not any("the clock was set" in line for line in logged)
        bed.check()


def test_the_bed_of_these_tests_sets_one_clock_and_not_the_other() -> None:
    clock = SetClock()
    clock.set_by(HOUR)
    assert clock.now() - START == HOUR
    assert clock.monotonic() == SetClock().monotonic()
