"""Templates of dockets as a shop writes them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import hotfolder.config
from hotfolder.errors import ConfigError
from hotfolder.formats.docket_reader import read_template
from hotfolder.formats.docket_template import Align, Code, CodeKind, MarkSign, Text

NEEDED = [
    "item_id", "order_id", "product", "options", "count", "title", "ship_by", "shipping_method",
    "consignor", "address", "files", "look", "reorder_cause", "notes",
]  # fmt: skip
OURS = Path(hotfolder.config.__file__).parent / "dockets"


def a_text(**keys: Any) -> dict[str, Any]:
    return {"kind": "text", "at": [0, 0], "size": [50, 10], "text": "{title}", **keys}


def page_with(*elements: Any, **keys: Any) -> dict[str, Any]:
    return {"page": "A5", "elements": list(elements), **keys}


def problems_of(data: Any) -> dict[str, str]:
    """Where and what: everything that is wrong with this template."""
    with pytest.raises(ConfigError) as caught:
        read_template(data)
    return {problem.where: f"{problem.what} ({problem.hint})" for problem in caught.value.problems}


@pytest.mark.parametrize(("name", "width", "height"), [("a5", 148, 210), ("a4", 210, 297)])
def test_our_own_templates_are_fine_and_show_all_that_a_docket_must(
    name: str, width: float, height: float
) -> None:
    template = read_template(yaml.safe_load((OURS / f"{name}.yaml").read_text("utf-8")))

    assert (template.width, template.height) == (width, height)
    shown = " ".join(one.text for one in template.elements if isinstance(one, Text | Code))
    for placeholder in NEEDED:
        assert f"{{{placeholder}}}" in shown
    assert {one.kind for one in template.elements if isinstance(one, Code)} == set(CodeKind)
    marks = {one.mark.value for one in template.elements if isinstance(one, MarkSign)}
    assert marks == {"REORDER", "TEST"}


def test_places_start_inside_the_margin() -> None:
    template = read_template(page_with(a_text(at=[3, 4]), margin=10))

    (text,) = template.elements
    assert (text.box.x, text.box.y, text.box.width, text.box.height) == (13, 14, 50, 10)


def test_what_is_not_said_about_a_text_has_a_usual_value() -> None:
    (text,) = read_template(page_with(a_text())).elements

    assert isinstance(text, Text)
    assert (text.size, text.least, text.bold, text.align) == (9, 6, False, Align.START)


def test_a_text_that_starts_smaller_than_the_usual_least_size_is_never_larger() -> None:
    (text,) = read_template(page_with(a_text(font=4))).elements

    assert isinstance(text, Text)
    assert text.least == text.size == 4


@pytest.mark.parametrize(
    ("element", "where", "what"),
    [
        (a_text(kind="sticker"), "elements[0].kind", "text, mark, line, box"),
        ({"at": [0, 0]}, "elements[0].kind", "is missing"),
        (a_text(colour="red"), "elements[0].colour", "is not known here"),
        (a_text(text="{titel}"), "elements[0].text", "did you mean {title}?"),
        (a_text(text="{quux}"), "elements[0].text", "known here: item_id"),
        (a_text(text="{title"), "elements[0].text", "{{"),
        (a_text(text="{title.real}"), "elements[0].text", "more than a name"),
        (a_text(text=3), "elements[0].text", "must be text"),
        (a_text(at=[1]), "elements[0].at", "two numbers"),
        (a_text(at=["a", "b"]), "elements[0].at", "two numbers"),
        (a_text(at=[-1, 0]), "elements[0].at", "at least 0"),
        (a_text(size=[0, 5]), "elements[0].size", "at least 1"),
        (a_text(size=[133, 5]), "elements[0].size", "132 x 194 mm"),
        (a_text(at=[0, 190]), "elements[0].size", "ends at 200 mm down"),
        (a_text(size=[float("nan"), 5]), "elements[0].size", "two numbers"),
        (a_text(font=0), "elements[0].font", "from 3 to 200"),
        (a_text(font=True), "elements[0].font", "from 3 to 200"),
        (a_text(least=12), "elements[0].least", "from 3 to 9"),
        (a_text(bold="yes"), "elements[0].bold", "true or false"),
        (a_text(align="top"), "elements[0].align", "start, left, center, right"),
        ({"kind": "mark", "at": [0, 0], "size": [9, 9]}, "elements[0].mark", "is missing"),
        ({"kind": "qr", "at": [0, 0]}, "elements[0].size", "is missing"),
        ("a line", "elements[0]", "key: value"),
    ],
)
def test_a_mistake_is_told_with_its_place(element: Any, where: str, what: str) -> None:
    found = problems_of(page_with(element))

    assert list(found) == [where]
    assert what in found[where]


def test_all_mistakes_are_told_at_once() -> None:
    found = problems_of(page_with(a_text(font=0), a_text(at=[0]), page="A3", margin=99, paper="x"))

    assert set(found) == {"page", "margin", "paper", "elements[0].font", "elements[1].at"}


@pytest.mark.parametrize("data", [None, [], "A5", {}, {"page": "A5", "elements": []}])
def test_what_is_no_template_is_refused(data: Any) -> None:
    assert problems_of(data)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
KEYS = ["kind", "at", "size", "text", "font", "least", "bold", "align", "mark", "thickness"]
KINDS = st.sampled_from(["text", "mark", "line", "box", "thumbnail", "code128", "qr"])
PAIR = st.lists(st.integers(0, 60), min_size=2, max_size=2)
ELEMENT = st.fixed_dictionaries(
    {"kind": KINDS | PLAIN, "at": PAIR | PLAIN, "size": PAIR | PLAIN},
    optional=dict.fromkeys(KEYS[3:], PLAIN),
)


@given(PLAIN | st.fixed_dictionaries({"page": st.just("A5"), "elements": st.lists(ELEMENT)}))
def test_any_data_gives_a_template_or_its_problems(data: Any) -> None:
    try:
        found: object = read_template(data)
    except ConfigError as error:
        found = error.problems

    assert found
