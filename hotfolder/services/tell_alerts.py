"""Messages to the admin go out by every way, each on its own, until they are taken."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from loguru import logger

from hotfolder.domain.alert import Digest, Told, next_post
from hotfolder.formats.alert_text import Message, message, test_message
from hotfolder.services.shop import Shop
from hotfolder.store.alerts import Post
from hotfolder.store.notes import Note

TRIES_ALONE = 3  # of a message, before another one is tried
NOTE = "alerts"  # kind of the notes on ways that take no messages


class Way(Protocol):
    """By which a message goes out: mail, webhook, command."""

    def tell(self, message: Mapping[str, Any]) -> str:
        """Empty when it was taken, otherwise why not, without anything secret; raises nothing."""


Ways = Mapping[str, Way]


def tell_alerts(shop: Shop, ways: Ways) -> int:
    """Send what is due; how many messages were taken.

    A way takes its messages in order: while it does not take the oldest, no other is tried, until
    that was refused so often that it may be the message and not the way.
    """
    queues: dict[str, list[Post]] = {}
    for post in shop.store.alerts.posts():
        queues.setdefault(post.way, []).append(post)
    taken = 0
    for name, queue in queues.items():
        if name in ways:
            taken += _tell_by(shop, ways[name], queue)
        else:
            for post in queue:
                _give_up(shop, post, "it is not configured any more")
    return taken


def _tell_by(shop: Shop, way: Way, queue: Sequence[Post]) -> int:
    now = shop.clock.now()
    for number, post in enumerate(queue):
        if post.due > now:
            return number
        words = way.tell(post.message)
        if words:
            _not_taken(shop, post, words)
            others = queue[number + 1 :]
            if post.attempts < TRIES_ALONE or not others or way.tell(others[0].message):
                return number
            _give_up(shop, post, f"{words}; others are taken")
            _taken(shop, others[0])
            return number + 1
        _taken(shop, post)
    return len(queue)


def forget_ways(shop: Shop, ways: Ways) -> None:
    """No note is kept of a way that is not configured any more."""
    notes = shop.store.notes.all()
    old = [note.name for note in notes if note.kind == NOTE and note.name not in ways]
    if old:
        with shop.store.transaction():
            for name in old:
                shop.store.notes.remove("", name, NOTE)


def test_ways(shop_name: str, now: datetime, ways: Ways) -> dict[str, str]:
    """What became of a test message: by way, empty when it was taken, otherwise why not."""
    test: Message = test_message(shop_name, now)
    return {name: way.tell(test) for name, way in ways.items()}


def _taken(shop: Shop, post: Post) -> None:
    with shop.store.transaction():
        shop.store.alerts.done(post)
        shop.store.notes.remove("", post.way, NOTE)
    logger.bind(way=post.way).info("alert told: {}", post.message.get("subject", ""))


def _not_taken(shop: Shop, post: Post, words: str) -> None:
    now = shop.clock.now()
    again = next_post(post.attempts, post.made_at, now)
    if again is None:
        _give_up(shop, post, words)
        _tell_anew(shop, post)
        return
    logger.bind(way=post.way).error("the admin could not be told: {}", words)
    told = f"takes no messages to the admin: {words} (hotfolder alerts test)"
    with shop.store.transaction():
        shop.store.alerts.later(post, words, again)
        shop.store.notes.add(Note(stage="", name=post.way, kind=NOTE, since=now, words=told))


def _tell_anew(shop: Shop, lost: Post) -> None:
    """What lasts still goes into a new message: by this way nobody has heard that it began.

    What messages tell that wait for the way after it is told by them.
    """
    alerts, now = shop.store.alerts, shop.clock.now()
    told_later = {
        (one["kind"], one["name"])
        for post in alerts.posts()
        if post.way == lost.way
        for part in ("began", "worse")
        for one in post.message.get(part, ())
    }
    lasting = [
        one
        for one in alerts.all()
        if one.gone_at is None and one.told is not Told.NOTHING and one.key not in told_later
    ]
    if lasting:
        told = Digest(began=tuple(lasting), standing=len(lasting))
        with shop.store.transaction():
            alerts.post([lost.way], message(str(lost.message.get("shop", "")), told, now), now)


def _give_up(shop: Shop, post: Post, words: str) -> None:
    with shop.store.transaction():
        shop.store.alerts.done(post)
    subject = post.message.get("subject", "")
    logger.bind(way=post.way).error("a message was given up ({}): {}", words, subject)
