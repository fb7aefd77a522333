"""Alerts: once when it begins, once when it gets worse, once when it is over."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotfolder.domain.alert import (
    Alert,
    AlertRule,
    Condition,
    Digest,
    Kind,
    QuietHours,
    after_telling,
    digest,
    follow,
)
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
HELD = Condition(kind=Kind.HELD, name="o/1", words="job o/1 is held")
DOWN = Condition(kind=Kind.DESTINATION, name="cloudsignal", words="it is down")
BROKEN = Condition(kind=Kind.UNCLEAN_STOP, name="1", words="it stopped")
NIGHT = QuietHours(begin=time(22), end=time(6))


@dataclass
class Admin:
    """Follows what is seen, and is told."""

    rule: AlertRule = field(default_factory=lambda: AlertRule(digest=5 * MINUTE))
    now: datetime = NOON
    alerts: list[Alert] = field(default_factory=list)
    last: datetime | None = None

    def sees(self, *seen: Condition, minutes: float = 0) -> Digest | None:
        self.now += minutes * MINUTE
        self.alerts = list(follow(self.alerts, seen, self.now).alerts)
        found = digest(self.alerts, self.rule, self.last, self.now)
        if found:
            self.last = self.now
            then = after_telling(found)
            kept = (then.get(alert.key, alert) for alert in self.alerts)
            self.alerts = [alert for alert in kept if alert is not None]
        return found


def names(alerts: Iterable[Alert]) -> list[str]:
    return [alert.name for alert in alerts]


def test_what_begins_is_told_at_once_and_never_again() -> None:
    admin = Admin()
    told = admin.sees(HELD)
    assert told is not None
    assert names(told.began) == ["o/1"]
    assert told.standing == 1
    assert [admin.sees(HELD, minutes=6) for _ in range(100)] == [None] * 100


def test_its_end_is_told_once_it_has_lasted() -> None:
    admin = Admin()
    admin.sees(HELD)
    assert admin.sees(minutes=6) is None, "it may be back in a moment"
    told = admin.sees(minutes=1)
    assert told is not None
    assert (names(told.over), told.standing) == (["o/1"], 0)
    assert admin.alerts == []
    assert admin.sees(minutes=10) is None


def test_what_flaps_is_one_condition() -> None:
    admin = Admin()
    admin.sees(HELD)
    for _ in range(20):
        assert admin.sees(minutes=0.5) is None
        assert admin.sees(HELD, minutes=0.4) is None


def test_a_way_that_is_down_for_seconds_is_nobodys_business() -> None:
    admin = Admin()
    assert admin.sees(DOWN) is None
    assert admin.sees(DOWN, minutes=0.5) is None
    assert admin.sees(minutes=0.4) is None
    assert admin.alerts == []


def test_a_way_that_is_down_for_a_minute_is_told() -> None:
    admin = Admin()
    admin.sees(DOWN)
    told = admin.sees(DOWN, minutes=1)
    assert told is not None
    assert names(told.began) == ["cloudsignal"]


def test_what_is_grave_needs_no_patience() -> None:
    assert Admin().sees(replace(DOWN, grave=True)) is not None


def test_what_gets_worse_is_told_once_more() -> None:
    admin = Admin()
    admin.sees(HELD)
    told = admin.sees(replace(HELD, grave=True, words="worse"), minutes=6)
    assert told is not None
    assert [alert.words for alert in told.worse] == ["worse"]
    assert admin.sees(HELD, minutes=6) is None
    assert admin.sees(replace(HELD, grave=True), minutes=6) is None, "up and down is no news"


def test_what_comes_soon_after_waits_for_the_next_message_and_is_told_together() -> None:
    admin = Admin()
    admin.sees(HELD)
    others = [replace(HELD, name=f"o/{number}") for number in (2, 3, 4)]
    assert admin.sees(HELD, *others, minutes=1) is None
    told = admin.sees(HELD, *others, minutes=4)
    assert told is not None
    assert names(told.began) == ["o/2", "o/3", "o/4"]
    assert told.standing == 4


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    admin = Admin()
    admin.sees(HELD)
    told = admin.sees(HELD, replace(HELD, name="o/2"), minutes=-600)
    assert told is not None


def test_quiet_hours_keep_everything_until_they_are_over() -> None:
    admin = Admin(AlertRule(digest=MINUTE, quiet=NIGHT), now=NOON.replace(hour=23))
    assert admin.sees(HELD, DOWN) is None
    assert admin.sees(HELD, DOWN, minutes=60) is None
    assert admin.sees(HELD, minutes=60) is None
    told = admin.sees(HELD, minutes=5 * 60)
    assert told is not None
    assert names(told.began) == ["o/1"]
    assert names(told.passed) == ["cloudsignal"], "it came and went in the night"
    assert [alert.gone_at for alert in told.passed] == [NOON.replace(hour=1) + timedelta(days=1)]


def test_what_is_urgent_is_told_in_quiet_hours_too_and_alone() -> None:
    rule = AlertRule(quiet=NIGHT, urgent=frozenset({Kind.DESTINATION}))
    admin = Admin(rule, now=NOON.replace(hour=23))
    admin.sees(HELD, DOWN)
    told = admin.sees(HELD, DOWN, minutes=1)
    assert told is not None
    assert (names(told.began), told.standing) == (["cloudsignal"], 2)
    told = admin.sees(HELD, DOWN, minutes=9 * 60)
    assert told is not None
    assert names(told.began) == ["o/1"]


def test_what_happened_is_told_although_it_is_not_seen_any_more_and_never_over() -> None:
    admin = Admin(AlertRule(quiet=NIGHT), now=NOON.replace(hour=23))
    admin.sees(BROKEN)
    admin.sees(minutes=60)
    told = admin.sees(minutes=9 * 60)
    assert told is not None
    assert names(told.began) == ["1"]
    assert admin.sees(minutes=60) is None
    assert admin.alerts == []


def test_a_condition_that_is_back_after_it_passed_unseen_begins_anew() -> None:
    admin = Admin(AlertRule(quiet=NIGHT), now=NOON.replace(hour=23))
    admin.sees(HELD)
    admin.sees(minutes=10)
    admin.sees(HELD, minutes=10)
    [alert] = admin.alerts
    assert (alert.since, alert.gone_at) == (admin.now, None)


def test_since_is_what_is_known_of_it_but_never_ahead_of_now() -> None:
    for since, wanted in [(NOON - MINUTE, NOON - MINUTE), (NOON + MINUTE, NOON), (None, NOON)]:
        [alert] = follow([], [replace(HELD, since=since)], NOON).alerts
        assert alert.since == wanted


def test_only_what_differs_is_written_down() -> None:
    first = follow([], [HELD], NOON)
    assert list(first.changed) == list(first.alerts)
    second = follow(first.alerts, [HELD], NOON + MINUTE)
    assert (second.changed, second.forgotten) == ([], [])
    third = follow(second.alerts, [replace(HELD, words="other words")], NOON + MINUTE)
    assert [alert.words for alert in third.changed] == ["other words"]


@pytest.mark.parametrize(
    ("hours", "quiet"), [(21, False), (22, True), (23, True), (0, True), (5, True), (6, False)]
)
def test_quiet_hours_may_go_past_midnight(hours: int, quiet: bool) -> None:
    assert NIGHT.cover(NOON.replace(hour=hours)) is quiet


def test_quiet_hours_are_those_on_the_wall() -> None:
    lunch = QuietHours(begin=time(12), end=time(13), zone=ZoneInfo("America/New_York"))
    assert [lunch.cover(NOON.replace(hour=hour)) for hour in (12, 17, 18)] == [False, True, False]
