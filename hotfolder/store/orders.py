"""Orders and the documents they came in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from hotfolder.domain.job import Mode
from hotfolder.store.database import Database
from hotfolder.store.rows import DocumentRow, OrderRow
from hotfolder.store.statement import Statement, insert, slot

REFUSED_KEPT = 500

ADD_DOCUMENT = insert(DocumentRow)
ADD_ORDER = insert(OrderRow)
DOCUMENTS_OF = Statement(
    lambda: (
        DocumentRow.select()
        .where(DocumentRow.order_id == slot("order_id"))
        .order_by(DocumentRow.id)
    ),
    DocumentRow,
)
REFUSED = DocumentRow.alias()
FORGET_REFUSED = Statement(
    lambda: DocumentRow.delete().where(
        DocumentRow.verdict == slot("verdict"),
        DocumentRow.id.not_in(
            REFUSED.select(REFUSED.id)
            .where(REFUSED.verdict == slot("verdict"))
            .order_by(REFUSED.id.desc())
            .limit(slot("keep"))
        ),
    )
)
DIGEST_OF = Statement(
    lambda: OrderRow.select(OrderRow.digest).where(OrderRow.order_id == slot("order_id"))
)
GET = Statement(lambda: OrderRow.select().where(OrderRow.order_id == slot("order_id")), OrderRow)
COUNT = Statement(lambda: OrderRow.select(fn.COUNT(OrderRow.id).alias("orders")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """An order document as it came, its key blanked out (see `hotfolder.domain.keyless`)."""

    received_at: datetime
    body: bytes
    key_at: Sequence[int] = ()
    content_type: str = ""
    interface: str = ""
    verdict: str = "accepted"
    reason: str = ""
    order_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderTaken:
    """An order we answered with 200. `record` is its content as JSON text, without the key."""

    order_id: str
    interface: str
    mode: Mode
    version: str
    received_at: datetime
    digest: str
    record: str
    warnings: Sequence[str] = ()


class Orders:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_document(self, document: Document) -> int:
        """The number under which the document is kept."""
        return self._database.add(
            ADD_DOCUMENT,
            order_id=document.order_id,
            interface=document.interface,
            received_at=document.received_at,
            content_type=document.content_type,
            body=document.body,
            key_at=json.dumps(list(document.key_at)),
            verdict=document.verdict,
            reason=document.reason,
        )

    def forget_old_refusals(self) -> None:
        """Keep the newest refused documents only, so that nobody fills the disk with rubbish."""
        self._database.run(FORGET_REFUSED, verdict="refused", keep=REFUSED_KEPT)

    def documents_of(self, order_id: str) -> list[Document]:
        """Every document that came under this order id, oldest first."""
        return [
            Document(
                received_at=row["received_at"],
                body=bytes(row["body"]),
                key_at=json.loads(row["key_at"]),
                content_type=row["content_type"],
                interface=row["interface"],
                verdict=row["verdict"],
                reason=row["reason"],
                order_id=row["order_id"],
            )
            for row in self._database.rows(DOCUMENTS_OF, order_id=order_id)
        ]

    def digest_of(self, order_id: str) -> str | None:
        """The digest of the content we took under this order id, or None when it is new."""
        rows = self._database.rows(DIGEST_OF, order_id=order_id)
        return str(rows[0]["digest"]) if rows else None

    def add(self, order: OrderTaken, document_id: int) -> None:
        """A new order; one row, so a second one with this id fails."""
        self._database.add(
            ADD_ORDER,
            order_id=order.order_id,
            document_id=document_id,
            interface=order.interface,
            mode=order.mode,
            version=order.version,
            received_at=order.received_at,
            digest=order.digest,
            record=order.record,
            warnings=json.dumps(list(order.warnings), ensure_ascii=False),
        )

    def get(self, order_id: str) -> OrderTaken | None:
        rows = self._database.rows(GET, order_id=order_id)
        if not rows:
            return None
        row = rows[0]
        return OrderTaken(
            order_id=row["order_id"],
            interface=row["interface"],
            mode=Mode(row["mode"]),
            version=row["version"],
            received_at=row["received_at"],
            digest=row["digest"],
            record=row["record"],
            warnings=json.loads(row["warnings"]),
        )

    def count(self) -> int:
        """How many orders were taken."""
        return int(self._database.rows(COUNT)[0]["orders"])
