"""From a document with one odd value to its order or its problems."""

from typing import Any

import pytest

from hotfolder.domain.order import Order
from hotfolder.errors import OrderRefused, Problem
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import parse
from tests.formats.writers import GONE, Path, a_document, as_json, with_value

FILE: Path = ("items", 0, "files", 1)


def order_with(path: Path, value: Any) -> Order:
    return to_order(parse(as_json(with_value(a_document(), path, value)), None).data)


def plain_order() -> Order:
    return to_order(a_document())


def problems_of(body: bytes) -> tuple[Problem, ...]:
    with pytest.raises(OrderRefused) as refusal:
        to_order(parse(body, None).data)
    return refusal.value.problems


EMPTY: list[Any] = [GONE, None, "", "  \n", {}, []]
