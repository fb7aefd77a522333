"""The front of the order-document reader: which form it is, and whose key it carries."""

from dataclasses import dataclass, field
from typing import Any, Literal

from hotfolder.formats import order_json, order_xml
from hotfolder.formats.plain_data import check_limits, refused

_GZIP = b"\x1f\x8b"
Form = Literal["json", "xml"]

# Byte-order marks of all Unicode encodings, the zero bytes of UTF-16 and UTF-32, and white space.
_BEFORE_FIRST = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedDocument:
    """A well-formed document. `data` holds what stands in `order`, without the key.

    `apikey` is "" when there is none. `held_keys`: keys had to be blanked out of `data`. Neither of
    the two is shown by repr: one is secret, one is personal.
    """

    data: dict[str, Any] = field(repr=False)
    form: Form
    apikey: str = field(repr=False)
    held_keys: bool = False


def parse(body: bytes, content_type: str | None) -> ParsedDocument:
    """Read a document of either form; `to_order` then says whether it is a valid order.

    The first character that is not white space decides between JSON and XML; the Content-Type only
    when that tells nothing, so a wrong one does no harm. Raises OrderRefused for what is not
    well-formed, has a DOCTYPE, breaks a limit of size or depth, or is no order at all.
    """
    media, charset = _content_type(content_type or "")
    form = _form(body, media)
    data = order_json.read(body, charset) if form == "json" else order_xml.read(body)
    check_limits(data)
    key = data.pop("apikey", None)
    return ParsedDocument(data=data, form=form, apikey=key.strip() if isinstance(key, str) else "")


def _form(body: bytes, media: str) -> Form:
    first = body.lstrip(_BEFORE_FIRST)[:1]
    if not first:
        raise refused("document", "is empty", "send one order document as JSON or XML")
    if body.startswith(_GZIP):
        raise refused("document", "is packed (gzip)", "send it unpacked, without Content-Encoding")
    if first == b"{" or (first != b"<" and "json" in media):
        return "json"
    if first == b"<" or "xml" in media:
        return "xml"
    raise refused("document", "is neither JSON nor XML", "an order document starts with { or <")


def _content_type(header: str) -> tuple[str, str]:
    media, *parameters = header.lower().split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return media.strip(), value.strip(" \t\"'")
    return media.strip(), ""
