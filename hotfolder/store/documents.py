"""Order documents: each byte for byte as it came, its key blanked out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate
from typing import Any

from peewee import fn

from hotfolder.store.database import Database
from hotfolder.store.rows import DocumentRow
from hotfolder.store.statement import Statement, insert, slot

# Anybody can post what no key of ours stands in: that may push out no document of an interface.
REFUSED_KEPT = 500
STRANGE_KEPT = 100
STRANGE_BYTES = 50 * 1024 * 1024


class Verdict(StrEnum):
    """What came of a document.

    Changed: other content under a known order id, a person has to decide. Declined: the person
    decided against it. Replaced: it was the order until the person took another one.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    CHANGED = "changed"
    DECLINED = "declined"
    REPLACED = "replaced"


LOOKED_AT = [verdict.value for verdict in Verdict if verdict is not Verdict.ACCEPTED]
SET_ASIDE = [Verdict.CHANGED.value, Verdict.DECLINED.value, Verdict.REPLACED.value]
HEAD = [field for name, field in DocumentRow._meta.fields.items() if name != "body"]  # noqa: SLF001 (peewee documents it)

ADD = insert(DocumentRow)
GET = Statement(lambda: DocumentRow.select().where(DocumentRow.id == slot("number")), DocumentRow)
OF_ORDER = Statement(
    lambda: (
        DocumentRow.select()
        .where(DocumentRow.order_id == slot("order_id"))
        .order_by(DocumentRow.id)
    ),
    DocumentRow,
)
TO_LOOK_AT = Statement(
    lambda: (
        DocumentRow.select(*HEAD)
        .where(DocumentRow.verdict << LOOKED_AT)
        .order_by(DocumentRow.id.desc())
    ),
    DocumentRow,
)
SET_ASIDE_BEFORE = Statement(
    lambda: (
        DocumentRow.select(*HEAD)
        .where(
            DocumentRow.order_id == slot("order_id"),
            DocumentRow.digest == slot("digest"),
            DocumentRow.interface == slot("interface"),
            DocumentRow.verdict << SET_ASIDE,
        )
        .order_by(DocumentRow.id.desc())
        .limit(1)
    ),
    DocumentRow,
)
REFUSED_SINCE = Statement(
    lambda: (
        DocumentRow.select(DocumentRow.interface, fn.COUNT(DocumentRow.id).alias("documents"))
        .where(DocumentRow.verdict == slot("verdict"), DocumentRow.received_at >= slot("since"))
        .group_by(DocumentRow.interface)
    )
)
JUDGE = Statement(
    lambda: DocumentRow.update(verdict=slot("verdict"), reason=slot("reason")).where(
        DocumentRow.id == slot("number"), DocumentRow.verdict == slot("was")
    )
)
REFUSED_SIZES = Statement(
    lambda: (
        DocumentRow.select(
            DocumentRow.id, DocumentRow.interface, fn.LENGTH(DocumentRow.body).alias("size")
        )
        .where(DocumentRow.verdict == slot("verdict"))
        .order_by(DocumentRow.received_at.desc(), DocumentRow.id.desc())
    )
)
FORGET = Statement(lambda: DocumentRow.delete().where(DocumentRow.id == slot("number")))
OLD = Statement(
    lambda: (
        DocumentRow.select(DocumentRow.id)
        .where(DocumentRow.verdict == slot("verdict"), DocumentRow.received_at < slot("before"))
        .limit(1)
    )
)
FORGET_OLD = Statement(
    lambda: DocumentRow.delete().where(
        DocumentRow.verdict == slot("verdict"), DocumentRow.received_at < slot("before")
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """An order document as it came, its key blanked out (see `hotfolder.domain.keyless`).

    `digest` is of its content, "" when it was not understood. `sha256` is of the bytes as they
    came, key included: who puts a key back knows by it whether it was the right one. `number` is
    0 until it is kept; in a list of documents `body` is empty.
    """

    received_at: datetime
    body: bytes
    key_at: Sequence[int] = ()
    content_type: str = ""
    interface: str = ""
    verdict: Verdict = Verdict.ACCEPTED
    reason: str = ""
    order_id: str | None = None
    digest: str = ""
    sha256: str = ""
    number: int = 0


class Documents:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, document: Document) -> int:
        """The number under which the document is kept."""
        return self._database.add(
            ADD,
            order_id=document.order_id,
            interface=document.interface,
            received_at=document.received_at,
            content_type=document.content_type,
            body=document.body,
            key_at=json.dumps(list(document.key_at)),
            verdict=document.verdict,
            reason=document.reason,
            digest=document.digest,
            sha256=document.sha256,
        )

    def forget_refused(self, before: datetime) -> None:
        """Drop refused documents that came before this time, and the oldest of what is too many.

        Those of an interface and those of strangers are counted apart.
        """
        self._database.run(FORGET_OLD, verdict=Verdict.REFUSED, before=before)
        rows = self._database.rows(REFUSED_SIZES, verdict=Verdict.REFUSED)
        known = [row["id"] for row in rows if row["interface"]]
        strange = [(row["id"], row["size"]) for row in rows if not row["interface"]]
        kept = sum(1 for size in accumulate(size for _, size in strange) if size <= STRANGE_BYTES)
        too_many = [number for number, _ in strange[min(kept, STRANGE_KEPT) :]]
        for number in [*known[REFUSED_KEPT:], *too_many]:
            self._database.run(FORGET, number=number)

    def has_refused(self, before: datetime) -> bool:
        """True when refused documents are kept that came before this time."""
        return bool(self._database.rows(OLD, verdict=Verdict.REFUSED, before=before))

    def refused_since(self, since: datetime) -> dict[str, int]:
        """How many documents were refused since then, by interface; "" for those of none."""
        rows = self._database.rows(REFUSED_SINCE, verdict=Verdict.REFUSED, since=since)
        return {row["interface"]: int(row["documents"]) for row in rows}

    def get(self, number: int) -> Document | None:
        rows = self._database.rows(GET, number=number)
        return _document(rows[0]) if rows else None

    def of_order(self, order_id: str) -> list[Document]:
        """Every document that came under this order id, oldest first."""
        return [_document(row) for row in self._database.rows(OF_ORDER, order_id=order_id)]

    def to_look_at(self) -> list[Document]:
        """Every document that did not just become an order, newest first, without the bodies."""
        return [_document(row) for row in self._database.rows(TO_LOOK_AT)]

    def set_aside_before(self, order_id: str, digest: str, interface: str) -> Document | None:
        """The document of this content and interface that was set aside for a known order.

        It comes without its body.
        """
        values = {"order_id": order_id, "digest": digest, "interface": interface}
        rows = self._database.rows(SET_ASIDE_BEFORE, **values)
        return _document(rows[0]) if rows else None

    def judge(self, document: Document, verdict: Verdict, reason: str = "") -> bool:
        """True when the document still stood as `document` says and has another verdict now."""
        return bool(
            self._database.run(
                JUDGE, number=document.number, was=document.verdict, verdict=verdict, reason=reason
            )
        )


def _document(row: dict[str, Any]) -> Document:
    return Document(
        number=row["id"],
        received_at=row["received_at"],
        body=bytes(row.get("body", b"")),
        key_at=json.loads(row["key_at"]),
        content_type=row["content_type"],
        interface=row["interface"],
        verdict=Verdict(row["verdict"]),
        reason=row["reason"],
        order_id=row["order_id"],
        digest=row["digest"],
        sha256=row["sha256"],
    )
