"""Alerts and untold messages as plain data, for those who ask."""

from typing import Any

from hotfolder.formats.alert_text import alert_data
from hotfolder.formats.signal_line import moment
from hotfolder.services.shop import Shop


def alert_lines(shop: Shop) -> list[dict[str, Any]]:
    """What is wrong, and what is over without anybody being told; the longest lasting first.

    `told` is empty, began, or grave: what people heard of it.
    """
    return [alert_data(alert) | {"told": alert.told.value} for alert in shop.store.alerts.all()]


def post_lines(shop: Shop) -> list[dict[str, Any]]:
    """Messages that some way has still to take."""
    return [
        {
            "way": post.way,
            "at": moment(post.made_at),
            "subject": str(post.message.get("subject", "")),
            "tries": post.attempts,
            "next_try": moment(post.due),
            "last_answer": post.last_answer,
        }
        for post in shop.store.alerts.posts()
    ]
