"""Items of an order go through the first flow that takes them."""

from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.conditions import Conditions
from hotfolder.domain.flow import Flow, SortBy
from hotfolder.domain.job import Mode
from hotfolder.services.decide_order import take_changed
from hotfolder.services.shop import Shop
from tests.builders import a_flow, no_preflight
from tests.changes import come_changed
from tests.services.deciding import ORDER, files_away
from tests.steps import TEST_KEY, fetch_all, folder_of, order_in, the_job

USUAL = a_flow(name="default", preflight=no_preflight())


def taking(name: str, **conditions: Any) -> Flow:
    return replace(USUAL, name=name, takes=(Conditions(**conditions),))


def flows_of(shop: Shop, order_id: str) -> list[str]:
    return [job.flow for job in shop.store.jobs.of_order(order_id)]


@pytest.fixture
def shop(shop: Shop) -> Shop:
    posters = taking("posters", product=("poster_*",))
    trials = taking("trials", mode=(Mode.TEST,))
    return replace(shop, flows=[trials, posters, USUAL])


def test_each_item_of_an_order_goes_through_its_own_flow(shop: Shop) -> None:
    calendars = taking("calendars", product=("calendar_*",))
    shop = replace(shop, flows=[calendars, USUAL])
    order = order_in(shop, kind="mixed")

    assert sorted(flows_of(shop, order.order_id)) == ["calendars", "default", "default"]


def test_mode_and_interface_are_those_of_the_door(shop: Shop) -> None:
    assert flows_of(shop, order_in(shop, 1, key=TEST_KEY).order_id) == ["trials"]
    assert flows_of(shop, order_in(shop, 2).order_id) == ["posters"]
    second = replace(shop, flows=[taking("second", interface=("li*",)), USUAL])
    assert flows_of(second, order_in(second, 3).order_id) == ["second"]


def test_a_job_made_anew_goes_through_the_flow_of_its_new_content(shop: Shop) -> None:
    shop = files_away(shop)
    order_in(shop)
    assert flows_of(shop, ORDER) == ["posters"]

    def other_product(order: dict[str, Any]) -> None:
        order["items"][0]["product"] = "textbook_cw_a5_p_bw"

    come_changed(shop, other_product)
    take_changed(shop, ORDER)

    assert flows_of(shop, ORDER) == ["default"]


def test_a_folder_is_named_as_its_flow_sorts(shop: Shop) -> None:
    flow = replace(USUAL, sort_by=SortBy.RECEIVED)
    shop = replace(shop, flows=[flow])
    order = order_in(shop)
    fetch_all(shop)

    name = folder_of(shop, the_job(shop, order.order_id)).name
    assert name.startswith("2026-03-02-080000_by-2026-01-04_000000010001_")
