"""Alerts: what an admin is told once when it begins, once when it gets worse, once when it is over.

A condition is what is seen now; an alert is a condition with its story, kept until it is over and
that was told. Nothing here says how or whom it is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

LASTED = timedelta(minutes=1)  # what comes and goes quicker is nobody's business
REST = timedelta(minutes=1)  # what is back within it never was over
POST_MINUTES = (1, 5, 15)
POST_GIVEN_UP = timedelta(days=1)


class Kind(StrEnum):
    """What can be wrong; the values stand in configurations."""

    DEADLINE = "deadline"
    DESTINATION = "destination"
    PARKED = "parked"
    FROZEN = "frozen"
    STUCK = "stuck"
    HELD = "held"
    DISK = "disk"
    DOWNLOADS = "downloads"
    NO_ORDERS = "no_orders"
    DAY = "day"
    BACKUP = "backup"
    UNCLEAN_STOP = "unclean_stop"
    STANDSTILL = "standstill"
    TROUBLE = "trouble"


# these come and go by themselves, so they have to last before they count
PATIENCE = dict.fromkeys(
    (Kind.DESTINATION, Kind.FROZEN, Kind.TROUBLE, Kind.DAY, Kind.STANDSTILL), LASTED
)
EVENTS = frozenset({Kind.UNCLEAN_STOP})  # they happened and are never over

Key = tuple[Kind, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """Something that is wrong now. `name` tells it from others of its kind; `words` are for people.

    `since` is None when nobody knows: it counts from when it was seen. What is `grave` is told
    without patience, and once more when it was told before and was not grave then.
    """

    kind: Kind
    name: str
    words: str
    since: datetime | None = None
    grave: bool = False

    @property
    def key(self) -> Key:
        return self.kind, self.name


class Told(StrEnum):
    """What people heard of it."""

    NOTHING = ""
    BEGAN = "began"
    GRAVE = "grave"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A condition and its story. `seen_at` is when it was seen first, `gone_at` when no more."""

    kind: Kind
    name: str
    words: str
    since: datetime
    seen_at: datetime
    grave: bool = False
    told: Told = Told.NOTHING
    gone_at: datetime | None = None

    @property
    def key(self) -> Key:
        return self.kind, self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """From `begin` to `end` on the wall of `zone`, past midnight when `end` comes first."""

    begin: time
    end: time
    zone: tzinfo = UTC

    def cover(self, now: datetime) -> bool:
        """Whether it is quiet now."""
        here = now.astimezone(self.zone).time()
        if self.begin <= self.end:
            return self.begin <= here < self.end
        return here >= self.begin or here < self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRule:
    """When alerts are told. Between two messages lies `digest`; what is `urgent` never waits.

    Kinds that are left out are not even looked for.
    """

    digest: timedelta = timedelta(minutes=10)
    quiet: QuietHours | None = None
    urgent: frozenset[Kind] = frozenset()
    left_out: frozenset[Kind] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertLimits:
    """From where on something is wrong; what is None never is.

    `no_orders` and `stuck` are times of working days, `disk_free` bytes.
    """

    no_orders: timedelta | None = None
    stuck: timedelta = timedelta(hours=48)
    disk_free: int = 2 * 1024**3
    backup: timedelta | None = timedelta(hours=48)


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What is told together. `passed` began and ended while nothing could be told."""

    began: tuple[Alert, ...] = ()
    worse: tuple[Alert, ...] = ()
    over: tuple[Alert, ...] = ()
    passed: tuple[Alert, ...] = ()
    standing: int = 0

    def __bool__(self) -> bool:
        return bool(self.began or self.worse or self.over or self.passed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """The alerts as they stand now; `changed` and `forgotten` differ from how they were known."""

    alerts: Sequence[Alert]
    changed: Sequence[Alert] = field(default_factory=tuple)
    forgotten: Sequence[Alert] = field(default_factory=tuple)


def follow(known: Iterable[Alert], seen: Iterable[Condition], now: datetime) -> Followed:
    """The story goes on: what is seen now begins or lasts, what is not seen any more has gone.

    What went before it had lasted, and what nobody says the end of, is forgotten.
    """
    conditions = {condition.key: condition for condition in seen}
    alerts, changed, forgotten = [], [], []
    for alert in known:
        condition = conditions.pop(alert.key, None)
        then = _gone(alert, now) if condition is None else _lasting(alert, condition, now)
        if then is None:
            forgotten.append(alert)
            continue
        alerts.append(then)
        if then != alert:
            changed.append(then)
    begun = [_begun(condition, now) for condition in conditions.values()]
    return Followed(alerts=[*alerts, *begun], changed=[*changed, *begun], forgotten=forgotten)


def _begun(condition: Condition, now: datetime) -> Alert:
    return Alert(
        kind=condition.kind,
        name=condition.name,
        words=condition.words,
        since=min(condition.since or now, now),
        seen_at=now,
        grave=condition.grave,
    )


def _lasting(alert: Alert, condition: Condition, now: datetime) -> Alert:
    if alert.gone_at is not None and now - alert.gone_at >= REST and alert.told is Told.NOTHING:
        return _begun(condition, now)  # the one before passed; this is another one
    return replace(
        alert,
        words=condition.words,
        grave=condition.grave or alert.grave,
        gone_at=None,
    )


def _gone(alert: Alert, now: datetime) -> Alert | None:
    if alert.kind in EVENTS:
        return None if alert.told is not Told.NOTHING else alert
    if alert.gone_at is not None:
        return alert
    if alert.told is Told.NOTHING and not _has_lasted(alert, now):
        return None
    return replace(alert, gone_at=now)


def _has_lasted(alert: Alert, now: datetime) -> bool:
    until = alert.gone_at or now
    return alert.grave or until - alert.seen_at >= PATIENCE.get(alert.kind, timedelta())


def digest(
    alerts: Iterable[Alert], rule: AlertRule, last_told: datetime | None, now: datetime
) -> Digest | None:
    """What is to be told now; None when there is nothing, or when it has to wait.

    Everything new goes into one message as soon as one may go out; before that only what is urgent.
    """
    known = list(alerts)
    news = [alert for alert in known if _is_news(alert, now)]
    if not _may_tell(rule, last_told, now):
        news = [alert for alert in news if alert.kind in rule.urgent]
    standing = sum(1 for alert in known if alert.gone_at is None and _has_lasted(alert, now))
    found = Digest(
        began=tuple(a for a in news if not a.gone_at and a.told is Told.NOTHING),
        worse=tuple(a for a in news if not a.gone_at and a.told is Told.BEGAN),
        over=tuple(a for a in news if a.gone_at and a.told is not Told.NOTHING),
        passed=tuple(a for a in news if a.gone_at and a.told is Told.NOTHING),
        standing=standing,
    )
    return found or None


def _is_news(alert: Alert, now: datetime) -> bool:
    if alert.gone_at is not None:
        return now - alert.gone_at >= REST
    if alert.told is Told.NOTHING:
        return _has_lasted(alert, now)
    return alert.grave and alert.told is Told.BEGAN


def _may_tell(rule: AlertRule, last_told: datetime | None, now: datetime) -> bool:
    if rule.quiet is not None and rule.quiet.cover(now):
        return False
    # of a clock that was set back nothing is known
    return last_told is None or not timedelta() <= now - last_told < rule.digest


def after_telling(told: Digest) -> Mapping[Key, Alert | None]:
    """How the alerts of a digest stand once it is told; None: it is over and forgotten."""
    heard = {
        alert.key: replace(alert, told=Told.GRAVE if alert.grave else Told.BEGAN)
        for alert in (*told.began, *told.worse)
    }
    return {**heard, **{alert.key: None for alert in (*told.over, *told.passed)}}


def next_post(attempts: int, made_at: datetime, now: datetime) -> datetime | None:
    """When a message that was not taken is tried again; None: it is too old to be of use."""
    if now - made_at >= POST_GIVEN_UP:
        return None
    return now + timedelta(minutes=POST_MINUTES[min(attempts, len(POST_MINUTES) - 1)])
