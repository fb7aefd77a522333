"""What stands in an order document, without any key that was written where it does not belong."""

from collections.abc import Sequence
from dataclasses import replace

from hotfolder.domain.keyless import holds_key, long_enough, without_keys
from hotfolder.errors import OrderRefused
from hotfolder.formats.order_reader import Form, ParsedDocument, parse
from hotfolder.services.shop import Shop


def read_document(shop: Shop, body: bytes, content_type: str | None) -> ParsedDocument:
    """The document, every key of the configuration and its own blanked out of its data.

    Refusals, records, tickets and rows are all made from that data. Raises OrderRefused.
    """
    parsed = parse(body, content_type)
    keys = long_enough([*shop.keys(), parsed.apikey])
    if not _may_hold(body, parsed.form, keys) or not holds_key(parsed.data, keys):
        return parsed
    return replace(parsed, data=without_keys(parsed.data, keys), held_keys=True)


def shows_key(body: bytes, content_type: str, keys: Sequence[str]) -> bool:
    """Whether a document whose keys were blanked out still tells one, written with escapes."""
    try:
        parsed = parse(body, content_type)
    except OrderRefused:
        return True
    return parsed.apikey in keys or holds_key(parsed.data, keys)


def _may_hold(body: bytes, form: Form, keys: Sequence[str]) -> bool:
    """False when the bytes alone tell that no key stands beside the one in its own place.

    Text of a JSON document is written as it is, unless there are escapes or wider letters; that of
    XML can be written in parts.
    """
    if form == "xml" or b"\\" in body or b"\0" in body:
        return True
    return sum(body.count(key.encode("utf-8", "replace")) for key in keys) > 1
