"""An order document is kept: one that was refused, or one with other content for a known order."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from hotfolder.domain.job import Mode
from hotfolder.domain.keyless import blank_keys, long_enough, without_keys
from hotfolder.formats.order_fields import is_id
from hotfolder.formats.order_reader import ParsedDocument
from hotfolder.services.read_document import shows_key
from hotfolder.services.shop import Interface, Shop
from hotfolder.store.documents import Document, Verdict
from hotfolder.store.journal import Line
from hotfolder.store.notes import ORDER_CHANGED, Note


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


def keep_refused(
    shop: Shop,
    received: Received,
    parsed: ParsedDocument | None,
    reason: str,
    interface: Interface | None = None,
) -> None:
    """Keep a refused document for a person, for a time. A transaction of its own."""
    document = replace(
        document_of(shop, received, parsed, interface),
        verdict=Verdict.REFUSED,
        reason=reason,
        order_id=_id_in(parsed.data) if parsed else None,
    )
    with shop.store.transaction():
        shop.store.documents.keep(document)
        shop.store.documents.forget_refused(before=received.at - shop.rules.keep_refused)


def _id_in(data: dict[str, Any]) -> str | None:
    """The order id of a document that was not understood, when it looks like one."""
    found = data.get("id")
    is_number = isinstance(found, int) and not isinstance(found, bool)
    text = str(found).strip() if is_number or isinstance(found, str) else ""
    return text if is_id(text) else None


def keep_changed(shop: Shop, document: Document, order_id: str, interface: Interface) -> None:
    """Other content under a known id: kept once, noted until a person has decided about it.

    A document that was declined stays declined; one that was replaced is news when it comes back.
    Belongs into a transaction.
    """
    before = shop.store.documents.set_aside_before(order_id, document.digest)
    is_news = before is None or before.verdict is Verdict.REPLACED
    words = "came again with other content"
    if before is None:
        changed = replace(document, verdict=Verdict.CHANGED, reason=words)
        number = shop.store.documents.keep(changed)
    else:
        number = before.number
        if is_news:
            shop.store.documents.judge(before, Verdict.CHANGED, words)
    at = document.received_at
    detail = {"document": number, "again": before is not None}
    line = Line(at=at, order_id=order_id, action="order came changed", detail=detail)
    shop.store.journal.write([line])
    if is_news:
        shop.store.notes.add(_note(order_id, number, at, interface))


def _note(order_id: str, number: int, at: datetime, interface: Interface) -> Note:
    test = "TEST: " if interface.mode is Mode.TEST else ""
    words = (
        f"{test}came again with other content (document {number}); the order stays as it is "
        f"until you decide: hotfolder decide {order_id} --keep or --take"
    )
    return Note(stage="", name=order_id, kind=ORDER_CHANGED, since=at, words=words)
