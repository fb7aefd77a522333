"""An order document is kept: one that was refused, or another one for a known order."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from hotfolder.domain.action import Action
from hotfolder.domain.job import Mode
from hotfolder.domain.keyless import blank_keys, long_enough, without_keys
from hotfolder.formats.order_fields import is_id
from hotfolder.formats.order_reader import ParsedDocument
from hotfolder.services.read_document import shows_key
from hotfolder.services.shop import Interface, Shop
from hotfolder.store.documents import Document, Verdict
from hotfolder.store.journal import Line
from hotfolder.store.notes import ORDER_CHANGED, Note
from hotfolder.store.orders import OrderTaken


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A document on its way through the checks."""

    body: bytes
    content_type: str
    at: datetime


def document_of(
    shop: Shop,
    received: Received,
    parsed: ParsedDocument | None,
    interface: Interface | None = None,
) -> Document:
    """What came, ready to be kept: every key of the configuration and its own blanked out.

    A key that is written with escapes is not found in the bytes: then what was understood is kept
    instead of the document.
    """
    inside = long_enough([*shop.keys(), parsed.apikey if parsed else ""])
    own = [interface.key] if interface else [one.key for one in shop.interfaces]
    body, key_at = blank_keys(received.body, {*inside, *own})
    if parsed and _is_hidden(received, parsed, body, key_at, inside):
        body, key_at = _understood(parsed), []
    return Document(
        received_at=received.at,
        body=body,
        key_at=key_at,
        content_type=without_keys(received.content_type, inside),
        interface=interface.name if interface else "",
        sha256=sha256(received.body).hexdigest(),
    )


def _is_hidden(
    received: Received, parsed: ParsedDocument, body: bytes, key_at: list[int], keys: list[str]
) -> bool:
    if parsed.held_keys or len(key_at) > 1:
        return shows_key(body, received.content_type, keys)
    return bool(parsed.apikey) and not key_at


def _understood(parsed: ParsedDocument) -> bytes:
    return json.dumps({"order": parsed.data}, ensure_ascii=False).encode("utf-8", "replace")


def refused_document(
    shop: Shop,
    received: Received,
    parsed: ParsedDocument | None,
    reason: str,
    interface: Interface | None = None,
) -> Document:
    """A refused document, ready to be kept for a person, for a time."""
    return replace(
        document_of(shop, received, parsed, interface),
        verdict=Verdict.REFUSED,
        reason=reason,
        order_id=_id_in(parsed.data) if parsed else None,
    )


def forget_refused(shop: Shop) -> None:
    """Those kept long enough, or too many, are dropped. Belongs into a transaction."""
    shop.store.documents.forget_refused(before=shop.clock.now() - shop.rules.keep_refused)


def _id_in(data: dict[str, Any]) -> str | None:
    """The order id of a document that was not understood, when it looks like one."""
    found = data.get("id")
    is_number = isinstance(found, int) and not isinstance(found, bool)
    text = str(found).strip() if is_number or isinstance(found, str) else ""
    return text if is_id(text) else None


def is_repeat(first: OrderTaken, content: str, interface: Interface) -> bool:
    """True for the order that we have: `content` is of the same digest, interface and mode.

    What came as a test is no live order, however alike the two are.
    """
    known = (first.digest, first.interface, first.mode)
    return known == (content, interface.name, interface.mode)


def keep_changed(shop: Shop, document: Document, first: OrderTaken, interface: Interface) -> None:
    """Another document under a known id: kept once, noted until a person has decided about it.

    A document that was declined stays declined; one that was replaced is news when it comes back.
    Belongs into a transaction.
    """
    before = shop.store.documents.set_aside_before(
        first.order_id, document.digest, document.interface
    )
    is_news = before is None or before.verdict is Verdict.REPLACED
    words = f"came again {_difference(first, document, interface)}"
    if before is None:
        changed = replace(document, verdict=Verdict.CHANGED, reason=words)
        number = shop.store.documents.keep(changed)
    else:
        number = before.number
        if is_news:
            shop.store.documents.judge(before, Verdict.CHANGED, words)
    at = document.received_at
    detail = {"document": number, "again": before is not None, "words": words}
    line = Line(at=at, order_id=first.order_id, action=Action.ORDER_CAME_CHANGED, detail=detail)
    shop.store.journal.write([line])
    if is_news:
        test = "TEST: " if interface.mode is Mode.TEST else ""
        words = (
            f"{test}{words} (document {number}); the order stays as it is "
            f"until you decide: hotfolder decide {first.order_id} --keep or --take"
        )
        place = {"stage": "", "name": first.order_id, "kind": ORDER_CHANGED}
        shop.store.notes.add(Note(since=at, words=words, **place))


def _difference(first: OrderTaken, document: Document, interface: Interface) -> str:
    other = "" if document.digest == first.digest else " and with other content"
    if (first.interface, first.mode) == (interface.name, interface.mode):
        return "with other content"
    here = f"{interface.name} ({interface.mode.value})"
    return f"through {here}, the first through {first.interface} ({first.mode.value}){other}"
