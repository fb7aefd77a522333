"""An XML order document as plain data of the same shape as the JSON form.

Repeated elements (`<item>`, `<file>`, `<option>`, `<address>`) and containers of them (`<items>`
and so on) become the same lists. Attributes carry nothing in this format and are ignored; comments
too. A DOCTYPE of any kind is refused before an entity could be declared, expanded or fetched.
"""

from typing import Any, NoReturn
from xml.parsers import expat

import xmltodict

from hotfolder.formats.plain_data import MARK_LIMIT, is_usable_encoding, refused

_BOM = b"\xef\xbb\xbf"
_STRANGE_ENCODING = ("document", "names an encoding that can not be read", "send UTF-8")
_LISTS_OF_ORDER = (("address", "addresses"), ("item", "items"), ("file", "files"))
_LISTS_OF_ITEM = (("file", "files"), ("option", "options"))


def read(body: bytes) -> dict[str, Any]:
    """Contents of the root element `<order>`. Raises OrderRefused."""
    if body.count(b"<") > MARK_LIMIT:
        raise refused("order", "has far too many elements")
    top = _parse(body)
    if "order" not in top or isinstance(top["order"], str):
        hint = "the root element of an XML order document is <order>, and it holds elements"
        raise refused("order", "there is no such root element", hint)
    order: dict[str, Any] = top["order"] or {}
    for one, many in _LISTS_OF_ORDER:
        _gather(order, one, many)
    for item in order.get("items", ()):
        if isinstance(item, dict):
            for one, many in _LISTS_OF_ITEM:
                _gather(item, one, many)
    return order


class _GuardedExpat:
    """What xmltodict takes for the expat module: its parsers refuse what we never want to read."""

    @staticmethod
    def ParserCreate(  # noqa: N802 (the name is expat's)
        encoding: str | None, namespace_separator: str | None
    ) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding, namespace_separator)
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.XmlDeclHandler = _check_declaration
        return parser


def _refuse_doctype(*_: Any) -> NoReturn:
    hint = "leave it out: an order needs no entities, and nothing is fetched while reading one"
    raise refused("document", "has a DOCTYPE", hint)


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    # Python would try any codec it has, and some of those do more than decode.
    if encoding is not None and not is_usable_encoding(encoding):
        raise refused(*_STRANGE_ENCODING)


def _parse(body: bytes) -> dict[str, Any]:
    # White space before the declaration is a fault of form only, and JSON may have it too.
    body = body.removeprefix(_BOM).lstrip(b" \t\r\n")
    try:
        top: dict[str, Any] = xmltodict.parse(body, expat=_GuardedExpat, xml_attribs=False)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        reason = expat.ErrorString(error.code)
        raise refused(where, f"the XML is not well-formed: {reason}") from None
    except (ValueError, LookupError):
        raise refused(*_STRANGE_ENCODING) from None
    return top


def _gather(parent: dict[str, Any], one: str, many: str) -> None:
    """Move all `<one>` elements of the parent, boxed or not, into the list `many`."""
    found = _each(parent.pop(one, None)) + _each(parent.pop(many, None))
    entries = []
    for element in found:
        if not _is_box(element, one):
            entries.append(element)
            continue
        entries += _each(element.pop(one))
        if element:  # other things in the box are unknown to us, and kept
            parent[f"{many}_other"] = element
    entries = [entry for entry in entries if entry is not None]
    if entries:
        parent[many] = entries


def _is_box(element: Any, one: str) -> bool:
    """Whether the element holds entries, or is one itself.

    The reference of an option stands in a child `<option>` too: that one has no child elements.
    """
    if not isinstance(element, dict) or one not in element:
        return False
    inside = element[one]
    return isinstance(inside, (dict, list)) or (inside is None and len(element) == 1)


def _each(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
