"""XML and JSON replies as nested mappings, and what stands at a path in them."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn
from xml.parsers import expat

import xmltodict

from hotfolder.errors import NotUnderstood
from hotfolder.formats.plain_data import is_usable_encoding

Tree = Any  # mappings, lists, texts and None


class _GuardedExpat:
    """What xmltodict takes for the expat module: no DOCTYPE, so that nothing can be expanded."""

    @staticmethod
    def ParserCreate(  # noqa: N802 (the name is expat's)
        encoding: str | None, namespace_separator: str | None
    ) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding, namespace_separator)
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.XmlDeclHandler = _check_declaration
        return parser


def _refuse_doctype(*_: Any) -> NoReturn:
    raise NotUnderstood("it has a DOCTYPE, which no reply needs")


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    # Python would try any codec it has, and some of those do more than decode.
    if encoding is not None and not is_usable_encoding(encoding):
        raise NotUnderstood("it names an encoding that can not be read")


def xml_rows(data: bytes, path: str) -> Sequence[Tree]:
    """The elements at the path, which starts with the root. Raises NotUnderstood."""
    try:
        top: Tree = xmltodict.parse(data.strip(), expat=_GuardedExpat)
    except expat.ExpatError as error:
        words = f"the XML is not well-formed in line {error.lineno}"
        raise NotUnderstood(words) from None
    except (ValueError, LookupError):
        raise NotUnderstood("it can not be read as XML") from None
    root = next(iter(top or {}), "")
    if _local(root) != path.partition("/")[0]:
        raise NotUnderstood(f"its outermost element is not {path.partition('/')[0]}")
    return _at(top, path)


def json_rows(text: str, path: str) -> Sequence[Tree]:
    """The objects at the path; an empty one means the top. Raises NotUnderstood.

    The text is one JSON value, or one in each line.
    """
    try:
        return _at(json.loads(text), path)
    except (ValueError, RecursionError):
        pass
    try:
        tops = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        raise NotUnderstood("it is not valid JSON") from None
    return [row for top in tops for row in _at(top, path)]


def value_at(tree: Tree, path: str) -> str:
    """The text at a path below a row, the first one of several; empty when there is none."""
    if not path:
        return ""
    for found in _at(tree, path):
        value = found.get("#text") if isinstance(found, dict) else found
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def _at(tree: Tree, path: str) -> list[Tree]:
    found = _each(tree)
    for name in path.split("/") if path else ():
        found = [
            inner
            for one in found
            if isinstance(one, dict)
            for key, value in one.items()
            if _local(key) == name
            for inner in _each(value)
        ]
    return found


def _local(key: str) -> str:
    """Without the prefix of its name space."""
    mark = "@" if key.startswith("@") else ""
    return mark + key.removeprefix("@").rpartition(":")[2]


def _each(value: Tree) -> list[Tree]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
