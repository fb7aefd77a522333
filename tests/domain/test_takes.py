"""Which flow takes an item, why, and which flows nothing can reach."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.conditions import Conditions, Work, work_of
from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Mode
from hotfolder.domain.order import Option, Reorder
from hotfolder.domain.takes import choose_flow, hidden_by, taken_by
from tests.builders import a_flow, an_address, an_item, an_order

BOOK = an_item(
    product="textbook_cw_a5_p_bw",
    pages="120",
    options=(Option(option="pageblock_80off"), Option(option="cover_finish_gloss")),
)
ORDER = an_order(items=(BOOK,), client={"id": 4711, "name": "Reader's Own Press"})


def the_work(**item: Any) -> Work:
    changed = an_item(**{**{name: getattr(BOOK, name) for name in BOOK.__slots__}, **item})
    return work_of(ORDER, changed, Mode.LIVE, "main")


def a_taking_flow(name: str, *blocks: Conditions) -> Flow:
    return a_flow(name=name, takes=blocks)


HOLDS: list[dict[str, Any]] = [
    {"product": ("notebook_*", "TEXTBOOK_*_a5_*")},
    {"option": ("pageblock_90*", "cover_finish_glos?")},
    {"all_options": ("cover_finish_gloss", "pageblock_*")},
    {"client": ("4711",)},
    {"client": ("reader's own*",)},
    {"country": ("SE", "DK")},
    {"mode": (Mode.LIVE,)},
    {"interface": ("main", "second")},
    {"reorder": False},
    {"pages_min": 120, "pages_max": 120},
    {"pages_min": 49},
    {"pages_max": 200},
    {"product": ("textbook_*",), "country": ("DK",), "reorder": False, "pages_min": 49},
]

MISFITS: list[tuple[dict[str, Any], str]] = [
    (
        {"product": ("notebook_*", "poster_*")},
        "its product textbook_cw_a5_p_bw is not notebook_* or poster_*",
    ),
    (
        {"option": ("pageblock_90*",)},
        "it has no option pageblock_90* (it has pageblock_80off and cover_finish_gloss)",
    ),
    (
        {"all_options": ("pageblock_*", "wire")},
        "it has no option wire (it has pageblock_80off and cover_finish_gloss)",
    ),
    ({"client": ("47", "Other*")}, "its client 4711 is not 47 or Other*"),
    ({"country": ("SE", "NO")}, "it goes to DK, not to SE or NO"),
    ({"mode": (Mode.TEST,)}, "it is a live order, not test"),
    ({"interface": ("second",)}, "it came through main, not through second"),
    ({"reorder": True}, "it is no reorder"),
    ({"pages_min": 121}, "it has 120 pages, not 121 pages or more"),
    ({"pages_max": 48}, "it has 120 pages, not 48 pages or fewer"),
    ({"pages_min": 49, "pages_max": 64}, "it has 120 pages, not 49 to 64 pages"),
]


@pytest.mark.parametrize("asked", HOLDS)
def test_a_condition_that_holds_takes_the_item(asked: dict[str, Any]) -> None:
    assert Conditions(**asked).misfits(the_work()) == []


@pytest.mark.parametrize(("asked", "why"), MISFITS)
def test_a_condition_that_does_not_hold_says_why(asked: dict[str, Any], why: str) -> None:
    assert Conditions(**asked).misfits(the_work()) == [why]


def test_every_condition_that_does_not_hold_is_told() -> None:
    asked = Conditions(product=("textbook_*",), country=("SE",), reorder=True)
    assert asked.misfits(the_work()) == ["it goes to DK, not to SE", "it is no reorder"]


@pytest.mark.parametrize("pages", ["", "many", "-5", "12.0", "١٢٠", "9" * 5000])
def test_pages_that_are_no_number_fit_no_condition_on_pages(pages: str) -> None:
    work = the_work(pages=pages)
    assert Conditions(pages_min=1).misfits(work) == ["its number of pages is not known"]
    assert Conditions(product=("*",)).misfits(work) == []


def test_a_reorder_is_told_from_others() -> None:
    work = the_work(reorder=Reorder(cause="reorder_print_quality"))
    assert Conditions(reorder=True).misfits(work) == []
    assert Conditions(reorder=False).misfits(work) == ["it is a reorder"]


def test_the_name_of_a_client_is_never_told() -> None:
    (why,) = Conditions(client=("Somebody*",)).misfits(the_work())
    assert "Own Press" not in why


def test_brackets_in_a_condition_are_plain_letters() -> None:
    assert Conditions(product=("[a]*",)).misfits(the_work(product="[a]-b")) == []
    assert Conditions(product=("[a]*",)).misfits(the_work(product="a-b"))


def test_the_first_flow_that_takes_an_item_wins_and_each_before_it_says_why_not() -> None:
    posters = a_taking_flow("posters", Conditions(product=("poster_*",)))
    books = a_taking_flow("books", Conditions(country=("SE",)), Conditions(product=("textbook_*",)))
    also = a_taking_flow("also", Conditions(product=("textbook_*",)))

    choice = choose_flow([posters, books, also, a_flow(name="rest")], the_work())

    assert choice.flow is books
    assert [(one.flow, one.takes, one.why) for one in choice.asked] == [
        ("posters", False, "its product textbook_cw_a5_p_bw is not poster_*"),
        ("books", True, "it takes product textbook_*"),
    ]


def test_the_default_catches_the_rest() -> None:
    books = a_taking_flow("books", Conditions(country=("SE",)), Conditions(mode=(Mode.TEST,)))
    choice = choose_flow([books, a_flow(name="default")], the_work())

    assert choice.flow.name == "default"
    assert [one.why for one in choice.asked] == [
        "it goes to DK, not to SE; it is a live order, not test",
        "it takes everything",
    ]


def test_what_a_flow_takes_can_be_said_in_words() -> None:
    first = Conditions(
        product=("a*", "b*", "c"),
        all_options=("x", "y"),
        mode=(Mode.LIVE,),
        reorder=True,
        pages_min=2,
    )
    flow = a_taking_flow("books", first, Conditions(client=("7",), reorder=False, pages_max=9))
    assert taken_by(flow) == (
        "product a*, b* or c, mode live, options x and y, reorders, 2 pages or more;"
        " or client 7, no reorders, 9 pages or fewer"
    )
    assert taken_by(a_flow()) == "everything"


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ({"product": ("text*",)}, {"product": ("TEXTbook_*",)}, True),
        ({"product": ("text*",)}, {"product": ("text*", "poster*")}, False),
        ({"product": ("text*",)}, {"country": ("DK",)}, False),
        ({"product": ("text*",)}, {"product": ("textbook",), "country": ("DK",)}, True),
        ({"product": ("a?",)}, {"product": ("a*",)}, False),
        ({"product": ("a?",)}, {"product": ("A?",)}, True),
        ({"option": ("gloss",)}, {"all_options": ("wire", "gloss")}, True),
        ({"all_options": ("wire",)}, {"option": ("wire",)}, False),
        ({"pages_max": 48}, {"pages_min": 2, "pages_max": 48}, True),
        ({"pages_max": 48}, {"pages_min": 2}, False),
        ({"pages_min": 1}, {"product": ("a",)}, False),
        ({"reorder": True}, {"product": ("a",)}, False),
        ({"mode": (Mode.TEST,)}, {"mode": (Mode.TEST,), "reorder": True}, True),
    ],
)
def test_conditions_leave_nothing_for_narrower_ones(
    wide: dict[str, Any], narrow: dict[str, Any], covered: bool
) -> None:
    assert Conditions(**wide).cover(Conditions(**narrow)) is covered


def test_a_flow_is_hidden_when_earlier_ones_take_all_of_it() -> None:
    posters = a_taking_flow("posters", Conditions(product=("poster_*",)))
    cards = a_taking_flow("cards", Conditions(product=("card_*",)))
    both = [Conditions(product=("poster_a2",)), Conditions(product=("card_a6",))]

    assert hidden_by(a_taking_flow("x", *both), [posters, cards]) == ["posters", "cards"]
    assert hidden_by(a_taking_flow("x", *both), [posters]) == []
    assert hidden_by(a_taking_flow("x", *both), [a_flow(name="all"), posters]) == ["all"]
    assert hidden_by(a_flow(name="rest"), [posters, cards]) == []


TEXTS = st.lists(st.sampled_from(["a", "b", "a*", "*b", "?b", "ab"]), max_size=2).map(tuple)
BLOCKS = st.builds(
    Conditions,
    product=TEXTS,
    option=TEXTS,
    all_options=TEXTS,
    reorder=st.sampled_from([None, True, False]),
    pages_min=st.sampled_from([None, 1, 3]),
    pages_max=st.sampled_from([None, 3, 5]),
)
WORKS = st.builds(
    Work,
    product=st.sampled_from(["a", "b", "ab", "bb", "c"]),
    options=st.lists(st.sampled_from(["a", "b", "ab"]), max_size=3).map(tuple),
    client=st.just(("", "")),
    country=st.just("DK"),
    mode=st.just(Mode.LIVE),
    interface=st.just(""),
    reorder=st.booleans(),
    pages=st.sampled_from([None, 1, 3, 4, 6]),
)


@given(BLOCKS, BLOCKS, WORKS)
def test_what_is_covered_is_never_left_over(wide: Conditions, narrow: Conditions, it: Work) -> None:
    if wide.cover(narrow) and not narrow.misfits(it):
        assert wide.misfits(it) == []


def test_the_country_is_that_of_the_receiver() -> None:
    billing = an_address(type="billing", country="SE")
    order = an_order(addresses=(billing, an_address(country="no")))
    work = work_of(order, order.items[0], Mode.TEST, "")
    assert Conditions(country=("NO",)).misfits(work) == []
