"""What a label program is told of a parcel."""

from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.label_form import LabelProgram, ReplyForm, RequestForm, Weight
from hotfolder.domain.label_request import (
    PLACEHOLDERS,
    brings_label,
    file_name,
    filled,
    label_request,
    unknown_placeholders,
)
from hotfolder.domain.order import Order, Shipping
from tests.builders import NOON, a_file, an_address, an_item, an_order


def a_program(**fields: Any) -> LabelProgram:
    one = LabelProgram(
        name="labels",
        request=RequestForm(file="{reference}.csv"),
        reply=ReplyForm(file="*.csv", key="1", tracking="2"),
        request_folder="/labels/in",
        reply_folder="/labels/out",
    )
    return replace(one, **fields)


def two_items(**shipping: Any) -> Order:
    items = (
        an_item(id="i-1", count=2, pages="100", price="3,50", currency="EUR", hc="4901"),
        an_item(id="i-2", count=1, pages="20", price="10", currency="EUR", hc="4901"),
    )
    whole = Shipping(method="ups_standard", consignor="Lantern Press", **shipping)
    return an_order(items=items, shipping=whole)


def values(program: LabelProgram, order: Order, *items: str) -> Any:
    return label_request(program, order, items, "ref-1", NOON).values


def test_every_placeholder_has_a_value_and_every_value_a_placeholder() -> None:
    assert values(a_program(), two_items(), "i-1").keys() == PLACEHOLDERS.keys()


def test_a_parcel_of_two_items_tells_of_both() -> None:
    told = values(a_program(), two_items(), "i-1", "i-2")
    assert told["items"] == "i-1 i-2"
    assert told["count"] == "3"
    assert told["customs.value"] == "17.00"
    assert (told["customs.currency"], told["customs.hc"]) == ("EUR", "4901")
    assert (told["sender"], told["reference"]) == ("Lantern Press", "ref-1")


def test_a_parcel_of_one_item_tells_of_that_alone() -> None:
    told = values(a_program(), two_items(), "i-1")
    assert (told["items"], told["count"], told["customs.value"]) == ("i-1", "2", "7.00")


def test_customs_values_of_the_order_count_only_for_a_parcel_that_holds_all_of_it() -> None:
    order = two_items(proforma_invoice={"total": "24.9", "currency": "USD", "weight": "612.5"})
    bare = replace(order, items=tuple(replace(item, price="") for item in order.items))
    whole, part = values(a_program(), bare, "i-1", "i-2"), values(a_program(), bare, "i-1")
    assert (whole["customs.value"], whole["customs.currency"]) == ("24.90", "USD")
    assert (whole["weight_g"], whole["weight_kg"]) == ("612", "0.612")
    assert (part["customs.value"], part["weight_g"]) == ("", "")


def test_the_weight_is_that_of_the_products_and_the_box() -> None:
    weights = (Weight(product="poster_*", grams=50, grams_per_page=1.5),)
    program = a_program(weights=weights, packaging_grams=80)
    assert values(program, two_items(), "i-1", "i-2")["weight_g"] == "560"


def test_without_any_weight_the_usual_one_is_told() -> None:
    assert values(a_program(default_grams=250), two_items(), "i-1")["weight_g"] == "250"


def test_services_and_accounts_are_mapped() -> None:
    program = a_program(services={"ups_*": "11"}, accounts={"lantern*": "A1", "*": "A2"})
    told = values(program, two_items(), "i-1")
    assert (told["service"], told["account"]) == ("11", "A1")


def test_a_method_without_a_service_is_a_trouble_that_names_it() -> None:
    program = a_program(services={"dhl_*": "11"}, accounts={"x": "A1"})
    request = label_request(program, two_items(), ["i-1"], "r", NOON)
    assert [words.rpartition(" ")[2] for words in request.troubles] == ["ups_standard", "Press"]
    assert label_request(a_program(), two_items(), ["i-1"], "r", NOON).troubles == ()


def test_without_a_table_the_method_itself_is_the_service() -> None:
    assert values(a_program(), two_items(), "i-1")["service"] == "ups_standard"


@pytest.mark.parametrize(
    ("company", "name", "told"),
    [
        ("", "A. Reader", ("A. Reader", "", "A. Reader", "")),
        ("Books", "", ("Books", "", "Books", "")),
        ("Books", "A. Reader", ("A. Reader", "Books", "Books", "A. Reader")),
    ],
)
def test_a_receiver_has_a_name_whatever_the_order_has(
    company: str, name: str, told: tuple[str, ...]
) -> None:
    order = replace(two_items(), addresses=(an_address(company=company, name=name),))
    found = values(a_program(), order, "i-1")
    names = ("name", "company", "company_or_name", "attention")
    assert tuple(found[f"receiver.{one}"] for one in names) == told


def test_an_order_may_bring_its_label() -> None:
    assert not brings_label(two_items())
    assert brings_label(replace(two_items(), files=(a_file(type="shipping_label"),)))


def test_text_between_placeholders_stays() -> None:
    assert filled("No. {reference} {x} {", {"reference": "{x}"}) == "No. {x} {x} {"
    assert unknown_placeholders("{reference} {receiver.street}") == ["receiver.street"]


def test_a_file_name_can_not_leave_its_folder() -> None:
    assert file_name("{reference}.csv", {"reference": "../a b/c:*"}) == "a_b_c.csv"
