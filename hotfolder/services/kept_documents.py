"""Documents that were kept, and each of them byte for byte as it came."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from hotfolder.domain.keyless import put_key_back
from hotfolder.errors import NotPossible
from hotfolder.formats.signal_line import moment
from hotfolder.services.shop import Shop
from hotfolder.store.documents import Document


@dataclass(frozen=True, kw_only=True, slots=True)
class AsItCame:
    """The bytes of a document. `missing` is empty, or says why its key is still blanked out."""

    body: bytes = field(repr=False)
    missing: str = ""


def document_lines(shop: Shop) -> list[dict[str, Any]]:
    """Refused and changed documents, newest first, as plain data without their content."""
    return [document_line(shop, document) for document in shop.store.documents.to_look_at()]


def document_line(shop: Shop, document: Document) -> dict[str, Any]:
    """A document as plain data: number, received, order, interface, mode, verdict and reason."""
    modes = {interface.name: interface.mode.value for interface in shop.interfaces}
    return {
        "number": document.number,
        "received": moment(document.received_at),
        "order": document.order_id,
        "interface": document.interface or None,
        "mode": modes.get(document.interface),
        "verdict": document.verdict.value,
        "reason": document.reason,
    }


def kept_document(shop: Shop, number: int) -> AsItCame:
    """The document kept under this number. Raises NotPossible when there is none."""
    document = shop.store.documents.get(number)
    if document is None:
        raise NotPossible(f"there is no document {number} (any more)")
    return as_it_came(shop, document)


def as_it_came(shop: Shop, document: Document) -> AsItCame:
    """The document with its key put back from the configuration, when it is still there.

    The checksum tells whether the key is the one that came: keys are changed now and then.
    """
    if not document.key_at:
        return AsItCame(body=document.body)
    for interface in shop.interfaces:
        body = put_key_back(document.body, document.key_at, interface.key)
        if sha256(body).hexdigest() == document.sha256:
            return AsItCame(body=body)
    whose = f"interface {document.interface}" if document.interface else "any interface"
    missing = f"its key is blanked out: it is not the key of {whose} in the configuration"
    return AsItCame(body=document.body, missing=missing)
