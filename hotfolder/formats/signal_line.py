"""A signal of the outbox as plain data for lists, people and programs."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any


def signal_line(row: Mapping[str, Any]) -> dict[str, Any]:
    """One signal as plain data."""
    return {
        "id": row["id"],
        "order": row["order_id"],
        "item": row["item_id"],
        "mode": row["mode"],
        "reorder": bool(row["reorder"]),
        "type": row["type"],
        "stage": row["stage"],
        "state": row["state"],
        "inferred": row["inferred"],
        "fields": json.loads(row["fields"]),
        "at": moment(row["at"]),
        "due": moment(row["due"]),
        "deadline": moment(row["deadline"]),
        "accepted": moment(row["accepted_at"]),
        "destination": row["destination"],
        "attempts": row["attempts"],
        "last_try": moment(row["last_try"]),
        "last_answer": row["last_answer"],
    }


def moment(at: datetime | None) -> str | None:
    """A time as ISO 8601 text in UTC."""
    return None if at is None else at.isoformat(timespec="milliseconds")
