"""What a docket says about a job."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.docket import DocketFacts, Mark, docket_facts, printable
from hotfolder.domain.finding import Check, Finding, Level
from hotfolder.domain.job import Mode
from hotfolder.domain.order import Address, Item, Option, Order, Reorder, Shipping
from hotfolder.domain.ticket import TicketFile
from tests.builders import NOON, a_file, a_ticket, an_address, an_item, an_order


def facts_of(item: Item | None = None, order: Order | None = None) -> DocketFacts:
    """The docket of a ticket with this item, in this order."""
    item = item or an_item()
    return docket_facts(a_ticket(order=order or an_order(items=(item,)), item=item))


def test_a_docket_says_whose_job_it_is_and_what_is_made() -> None:
    item = an_item(
        id="700-1", count=250, title="Field Notes", desc="Casewrap book A5", product="book_a5"
    )

    facts = facts_of(item, an_order(id="700-0", items=(item,)))

    assert (facts.item_id, facts.order_id, facts.count) == ("700-1", "700-0", "250")
    assert (facts.title, facts.product, facts.product_code) == (
        "Field Notes",
        "Casewrap book A5",
        "book_a5",
    )


def test_a_product_without_words_is_told_by_its_code() -> None:
    assert facts_of(an_item(product="book_a5", desc="")).product == "book_a5"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Option(option="cover_130mcg", desc="Cover, 130 gsm", count="1"), "Cover, 130 gsm"),
        (Option(option="pageblock", desc="Pages, 80 gsm", count="24"), "Pages, 80 gsm (24)"),
        (Option(option="cover_130mcg"), "cover_130mcg"),
    ],
)
def test_an_option_is_told_in_words_with_its_count(option: Option, words: str) -> None:
    assert facts_of(an_item(options=(option,))).options == (words,)


def test_an_option_that_says_nothing_takes_no_line() -> None:
    assert facts_of(an_item(options=(Option(option="", desc="\u200b"),))).options == ()


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2026-03-05 16:00:00", "2026-03-05 16:00"),
        ("2026-03-05", "2026-03-05"),
        ("Thursday", "Thursday"),
        ("", ""),
    ],
)
def test_the_ship_by_date_is_told_to_the_minute_or_as_it_came(date: str, words: str) -> None:
    assert facts_of(order=an_order(shipping_date=date)).ship_by == words


def test_an_address_has_a_line_for_each_part_that_is_there() -> None:
    address = Address(
        type="delivery",
        company="Reading Room",
        name="A. Reader",
        street1="Quay 1",
        street2="",
        zip="1000",
        city="Port",
        state="CA",
        country="US",
    )

    facts = facts_of(order=an_order(addresses=(address,)))

    assert facts.address == ("Reading Room", "A. Reader", "Quay 1", "1000 Port", "CA US")


def test_of_several_addresses_the_receivers_is_told() -> None:
    billing = an_address(type="billing", name="B. Payer")

    facts = facts_of(order=an_order(addresses=(billing, an_address(name="A. Reader"))))

    assert facts.address[0] == "A. Reader"


def test_only_the_consignor_is_named_and_no_price_phone_or_mail() -> None:
    item = an_item(price="12.3400", currency="EUR", extra={"shop": "Hidden Shop"})
    order = an_order(
        items=(item,),
        shipping=Shipping(method="post", consignor="Seen Sender", invoice={"total": "98.7600"}),
        client={"name": "Hidden Client", "reference": "hidden-1"},
        creator={"name": "Hidden Creator"},
        costs={"total": "45.6700"},
        email="hidden@example.org",
        addresses=(an_address(phone="+4599999999", email="reader@example.org"),),
    )

    said = str(asdict(facts_of(item, order)))

    assert "Seen Sender" in said
    for secret in ("idden", "12.34", "98.76", "45.67", "99999999", "@"):
        assert secret not in said


@pytest.mark.parametrize(
    ("mode", "reorder", "marks"),
    [
        (Mode.LIVE, None, ()),
        (Mode.TEST, None, (Mark.TEST,)),
        (Mode.LIVE, Reorder(cause="x"), (Mark.REORDER,)),
        (Mode.TEST, Reorder(cause="x"), (Mark.REORDER, Mark.TEST)),
    ],
)
def test_reorders_and_tests_are_marked(
    mode: Mode, reorder: Reorder | None, marks: tuple[Mark, ...]
) -> None:
    assert docket_facts(a_ticket(mode=mode, item=an_item(reorder=reorder))).marks == marks


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("reorder_shipping_item_damaged", "item was damaged on the way"),
        ("reorder_new_cause", "reorder_new_cause"),
    ],
)
def test_a_reorder_tells_why_and_of_what(cause: str, words: str) -> None:
    reorder = Reorder(cause=cause, desc="Crushed", order_id="600", item_id="600-1")

    facts = facts_of(an_item(reorder=reorder))

    assert facts.reorder_cause == words
    assert (facts.reorder_text, facts.reorder_of) == ("Crushed", "600-1")


def test_the_time_of_taking_in_names_its_zone() -> None:
    facts = facts_of()

    assert facts.received == "2026-03-02 12:00 UTC"
    assert facts.received_at == NOON


def test_an_item_among_others_tells_its_place_in_the_order() -> None:
    first, second = an_item(id="a"), an_item(id="b")
    order = an_order(items=(first, second))

    assert facts_of(second, order).position == "2 / 2"
    assert facts_of(first, an_order(items=(first,))).position == ""


@pytest.mark.parametrize(("run", "words"), [(1, ""), (2, "2")])
def test_only_a_repeated_run_is_told(run: int, words: str) -> None:
    assert docket_facts(a_ticket(run=run)).run == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (8801, "9 kB"), (2_500_000, "2.5 MB"), (3 * 10**9, "3.0 GB")],
)
def test_files_are_told_with_their_size(size: int, words: str) -> None:
    file = TicketFile(name="cover.pdf", type="cover", size=size, md5="")

    assert docket_facts(a_ticket(item=an_item(files=()), files=(file,))).files == (
        f"cover.pdf ({words})",
    )


def test_a_file_that_never_came_is_told_as_missing_before_the_others() -> None:
    item = an_item(files=(a_file(), a_file(type="book")))
    order = an_order(items=(item,), files=(a_file(type="delivery_note"),))
    here = TicketFile(name="item-1_cover.pdf", type="cover", size=0, md5="")

    assert docket_facts(a_ticket(order=order, item=item, files=(here,))).files == (
        "MISSING: item-1_book.pdf",
        "MISSING: order_delivery-note.pdf",
        "item-1_cover.pdf (0 B)",
    )


def test_what_was_found_is_told_the_most_serious_first_and_notes_apart() -> None:
    found = [
        Finding(code=Check.FONTS, level=level, file=file, words=words, cause="")
        for level, file, words in [
            (Level.NOTE, "a.pdf", "a font is not\nin the file"),
            (Level.WARN, "b.pdf", "the block has 3 pages"),
            (Level.HOLD, "", "there is no cover"),
        ]
    ]

    facts = docket_facts(a_ticket(findings=tuple(found)))
    assert facts.look == ("STOP there is no cover", "LOOK b.pdf: the block has 3 pages")
    assert facts.noted == ("Note: a.pdf: a font is not in the file",)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (" a\tb\r\nc\u2028d ", "a b c d"),
        ("a\x00b\x1bc\x9bd", "a b c d"),
        ("safe\u202egnp.exe\u202c", "safegnp.exe"),
        ("\u2066x\u2069\u200e\u200f\ufeff", "x"),
        ("e\u0301", "\u00e9"),
        ("\u0646\u200c\u0645", "\u0646\u200c\u0645"),
        ("\U0001f600\ufe0f", "\U0001f600"),
        ("0 \xad 0", "0 0"),
        ("\ud800", "\ufffd"),
        ("北斎 Œuvre Ωμέγα", "北斎 Œuvre Ωμέγα"),
    ],
)
def test_a_text_keeps_its_letters_and_loses_what_can_not_be_seen(text: str, seen: str) -> None:
    assert printable(text) == seen


@given(st.text(st.characters()))
def test_a_printable_text_is_one_line_without_hidden_characters(text: str) -> None:
    seen = printable(text)

    assert printable(seen) == seen
    assert not set(seen) & set("\n\r\t\x00\u2028\u202e\u2066\u200b")


@given(st.text(st.characters()))
def test_every_text_of_an_order_comes_printable(text: str) -> None:
    item = replace(an_item(), title=text, desc=text, options=(Option(option=text),))
    order = replace(
        an_order(items=(item,), addresses=(an_address(name=text, street1=text, city=text),)),
        shipping=Shipping(method=text, consignor=text),
    )

    facts = asdict(facts_of(item, order))

    lines = [line for value in facts.values() for line in (value if _is_lines(value) else [value])]
    assert all(printable(line) == line for line in lines if isinstance(line, str))


def _is_lines(value: object) -> bool:
    return isinstance(value, tuple)
