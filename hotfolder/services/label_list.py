"""Read-only answers about labels: parcels, and rows of replies that helped nobody."""

from datetime import timedelta
from typing import Any

from hotfolder.domain.label import LabeledParcel, ParcelState, is_silent
from hotfolder.formats.signal_line import moment
from hotfolder.services.shop import Shop

STRANGERS_FOR = timedelta(days=14)
DONE_FOR = timedelta(days=7)


def label_lines(
    shop: Shop, *, order_id: str = "", everything: bool = False
) -> list[dict[str, Any]]:
    """Parcels as plain data, oldest first: those of an order, or the open ones and the newest.

    `words` may hold what a label program wrote of an address.
    """
    now = shop.clock.now()
    if order_id:
        found = shop.store.parcels.of_order(order_id)
    else:
        found = shop.store.parcels.in_states(list(ParcelState))
    return [
        _line(parcel, silent=is_silent(parcel, now))
        for parcel in found
        if order_id
        or everything
        or parcel.state in (ParcelState.WAITING, ParcelState.ASKED, ParcelState.HELD)
        or (parcel.answered_at or parcel.since) >= now - DONE_FOR
    ]


def _line(parcel: LabeledParcel, *, silent: bool) -> dict[str, Any]:
    return {
        "id": parcel.id,
        "program": parcel.program,
        "order": parcel.order_id,
        "items": list(parcel.items),
        "reference": parcel.reference,
        "state": parcel.state.value,
        "silent": silent,
        "tracking": parcel.tracking,
        "held_code": parcel.offered,
        "option": parcel.option,
        "file": parcel.file,
        "since": moment(parcel.since),
        "asked": moment(parcel.asked_at),
        "expected_by": moment(parcel.expected_by),
        "answered": moment(parcel.answered_at),
        "words": parcel.words,
    }


def stranger_lines(shop: Shop) -> list[dict[str, Any]]:
    """Rows of replies that were for nobody or not understood, of the last two weeks."""
    return [
        {
            "program": row.program,
            "seen": moment(row.seen_at),
            "file": row.file,
            "line": row.line,
            "words": row.words,
        }
        for row in shop.store.replies.rows_since(shop.clock.now() - STRANGERS_FOR)
    ]
