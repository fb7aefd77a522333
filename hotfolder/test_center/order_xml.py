"""An order as XML.

Evidence is thin: Order API XML v2.1 shows `<address>` and `<item>` directly below `<order>`; how
files and options stand is not known. So some orders repeat the elements and some put them into
containers; a shop must read both.
"""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

# list member -> name of its repeated element
_SINGULAR = {"addresses": "address", "items": "item", "files": "file", "options": "option"}
# never seen inside a container
_BARE = ("addresses",)
# not part of XML v2.1
_NEW_IN_2_2 = ("shipping_date", "costs")


def write_order_xml(order: Mapping[str, Any], *, in_containers: bool) -> bytes:
    """UTF-8 text with the members of `order` (the inside of the JSON form)."""
    root = Element("order")
    is_2_1 = order["creator"]["version"] == "2.1"
    for name, value in order.items():
        if not (is_2_1 and name in _NEW_IN_2_2):
            _add(root, name, value, in_containers=in_containers)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _add(parent: Element, name: str, value: Any, *, in_containers: bool) -> None:
    if isinstance(value, list):
        if in_containers and name not in _BARE:
            parent = SubElement(parent, name)
        for entry in value:
            _add(parent, _SINGULAR[name], entry, in_containers=in_containers)
        return
    element = SubElement(parent, name)
    if isinstance(value, Mapping):
        for inner, text in value.items():
            _add(element, inner, text, in_containers=in_containers)
    else:
        element.text = str(value) or None
