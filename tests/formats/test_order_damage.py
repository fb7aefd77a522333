"""However a document is damaged, it becomes an order or is refused: nothing else ever happens."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from hotfolder.errors import OrderRefused
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import parse
from hotfolder.formats.order_record import digest, order_from_data, order_to_data
from tests.formats.writers import KEY, a_document, as_json, as_xml

BODIES = [
    as_json(a_document()),
    as_xml(a_document()),
    as_xml(a_document(), boxed=True),
    as_xml(a_document()).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
]
PRIVATE = (KEY, "Testperson", "Willow", "alma@example.org")


def take(body: bytes, content_type: str | None = None) -> str:
    """What became of the body; an order must then bear storing, and a refusal must be discreet."""
    told = ""
    try:
        order = to_order(parse(body, content_type).data)
    except OrderRefused as refusal:
        told = str(refusal)
    if told:
        assert not any(private in told for private in PRIVATE)
        assert told.encode()
        return "refused"
    data = order_to_data(order)
    stored = json.dumps(data, ensure_ascii=False).encode()
    assert order_from_data(json.loads(stored)) == order
    assert b"\\u0000" not in stored
    assert len(digest(order)) == 64
    return order.id


@st.composite
def damaged_bodies(draw: st.DrawFn) -> bytes:
    body = bytearray(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(body)))
        length = draw(st.integers(0, 6))
        body[at : at + length] = draw(st.binary(max_size=6))
    cut = draw(st.none() | st.integers(0, len(body)))
    return bytes(body[:cut])


@given(body=damaged_bodies())
@settings(max_examples=150, deadline=None)
def test_damaged_bytes_are_refused_or_read(body: bytes) -> None:
    assert take(body)


@given(body=st.binary(max_size=60), content_type=st.none() | st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_bytes_under_any_content_type_are_refused(
    body: bytes, content_type: str | None
) -> None:
    assert take(body, content_type) == "refused"
    assert take(body, "application/json; charset=iso-8859-1") == "refused"
    assert take(b"<" + body, content_type) == "refused"
    assert take(b'{"order": ' + body, content_type) == "refused"


def places(value: Any) -> Iterator[tuple[Any, str | int]]:
    """Every (parent, key) in plain data."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


PLACES = len(list(places(a_document())))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["0", "-0", "1e5", "\ud800", "\0", "[::1", "http://", "9" * 5000, "\u0661"])
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@given(changes=st.lists(st.tuples(st.integers(0, PLACES - 1), ANY_JSON), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_value_of_any_other_json_type_is_refused_or_read(changes: list[tuple[int, Any]]) -> None:
    document = a_document()
    for at, value in changes:
        found = list(places(document))
        parent, key = found[at % len(found)]
        parent[key] = value

    assert take(as_json(document))


@given(moves=st.lists(st.tuples(st.integers(0), st.integers(0)), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_elements_in_the_wrong_place_are_refused_or_read(moves: list[tuple[int, int]]) -> None:
    root = ET.fromstring(BODIES[1])
    for from_, to in moves:
        elements = list(root.iter())
        moved = deepcopy(elements[from_ % len(elements)])
        elements[to % len(elements)].append(moved)

    assert take(ET.tostring(root))


def test_each_undamaged_body_is_read() -> None:
    assert [take(body) for body in BODIES] == [a_document()["id"]] * len(BODIES)
