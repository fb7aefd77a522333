"""What an admin reads: a digest of alerts as plain data with its subject and text."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from hotfolder.domain.alert import Alert, Digest, Kind

MOST_NAMED = 10  # of one kind in one message
SUBJECT_LETTERS = 120
TITLES = {
    Kind.DEADLINE: "Signals near or past their deadline",
    Kind.DESTINATION: "Signals that do not get through",
    Kind.PARKED: "Signals that wait for a person",
    Kind.FROZEN: "Frozen stages",
    Kind.STUCK: "Jobs that stay too long",
    Kind.HELD: "Held jobs",
    Kind.DISK: "Little room on a disk",
    Kind.DOWNLOADS: "Files that do not come",
    Kind.NO_ORDERS: "No orders",
    Kind.DAY: "A day that is not closed",
    Kind.BACKUP: "Backups",
    Kind.UNCLEAN_STOP: "Stopped without being asked to",
    Kind.STANDSTILL: "Parts that stand still",
    Kind.TROUBLE: "Trouble",
}
Message = Mapping[str, Any]


def message(shop: str, digest: Digest, now: datetime) -> Message:
    """Everything as plain data: shop, at, subject, text, and alerts by what became of them.

    `standing` counts what is wrong now, told before or not.
    """
    parts = {
        "began": digest.began,
        "worse": digest.worse,
        "over": digest.over,
        "passed": digest.passed,
    }
    return {
        "shop": shop,
        "at": _iso(now),
        "subject": _subject(shop, digest),
        "text": "\n".join(_lines(parts, digest.standing)),
        "standing": digest.standing,
        **{name: [alert_data(alert) for alert in alerts] for name, alerts in parts.items()},
    }


def test_message(shop: str, now: datetime) -> Message:
    """A message by which the ways are tried."""
    text = (
        "This is a test: messages of Hotfolder arrive here. Nothing is wrong and nothing is over."
    )
    told = message(shop, Digest(), now)
    return {**told, "subject": f"[{shop}] test of alerts", "text": text}


def alert_data(alert: Alert) -> dict[str, Any]:
    """An alert for programs; `over` is null while it lasts."""
    return {
        "kind": alert.kind.value,
        "name": alert.name,
        "words": alert.words,
        "since": _iso(alert.since),
        "grave": alert.grave,
        "over": _iso(alert.gone_at) if alert.gone_at else None,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _subject(shop: str, digest: Digest) -> str:
    """Of one thing its words, of several their number; what is over never hides what began."""
    news = [*digest.worse, *digest.began]
    if len(news) == 1:
        words = news[0].words
    elif news:
        words = f"{len(news)} things need a look"
    elif len(digest.over) == 1 and not digest.passed:
        words = f"over: {digest.over[0].words}"
    elif digest.over:
        words = f"{len(digest.over)} things are over"
    else:
        words = "nothing is wrong any more" if not digest.standing else "news"
    line = " ".join(f"[{shop}] {words}".split())
    return line if len(line) <= SUBJECT_LETTERS else f"{line[: SUBJECT_LETTERS - 1]}…"


def _lines(parts: Mapping[str, Sequence[Alert]], standing: int) -> Iterator[str]:
    heads = {
        "worse": "WORSE THAN BEFORE",
        "began": "NEW",
        "over": "OVER",
        "passed": "CAME AND WENT MEANWHILE",
    }
    for name, head in heads.items():
        if parts[name]:
            yield head
            yield from _by_kind(parts[name])
            yield ""
    yield f"Wrong in all just now: {standing} (hotfolder alerts)"


def _by_kind(alerts: Sequence[Alert]) -> Iterator[str]:
    ordered = sorted(alerts, key=lambda alert: (list(Kind).index(alert.kind), alert.since))
    for kind, group in groupby(ordered, key=lambda alert: alert.kind):
        several = list(group)
        yield f"  {TITLES[kind]}"
        for alert in several[:MOST_NAMED]:
            yield f"  - {' '.join(alert.words.split())} ({_span(alert)})"
        if len(several) > MOST_NAMED:
            yield f"  - and {len(several) - MOST_NAMED} more"


def _span(alert: Alert) -> str:
    since = f"{alert.since:%Y-%m-%d %H:%M} UTC"
    if alert.gone_at is None:
        return f"since {since}"
    return f"from {since} until {alert.gone_at:%Y-%m-%d %H:%M} UTC"
