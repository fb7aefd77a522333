"""What the intake says of itself is what it does, whatever is posted."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS

from hotfolder.errors import OrderRefused
from hotfolder.formats import order_document
from hotfolder.services.shop import Shop
from hotfolder.web.contract import contract
from tests.steps import LIVE_KEY
from tests.web.conftest import OpenDoor

EXAMPLES = 12
PROMISES = ("not_a_server_error", "status_code_conformance", "response_schema_conformance")


@pytest.mark.parametrize("status", [401, 400])
def test_the_contract_is_served_and_names_the_status_for_an_unknown_key(
    open_door: OpenDoor, status: int
) -> None:
    door = open_door(key_status=status)
    told = requests.get(door.replace("/orders", "/openapi.json"), timeout=10).json()

    assert told == contract("/orders", status)
    answers = told["paths"]["/orders"]["post"]["responses"]
    assert "Production Interface" in answers[str(status)]["description"]
    unknown = requests.post(door, json={"order": {"apikey": "x", "id": "1"}}, timeout=10)
    assert unknown.status_code == status


def test_every_member_that_the_reader_looks_at_is_described() -> None:
    (posted,) = contract("/orders", 401)["paths"].values()
    told = posted["post"]["requestBody"]["content"]["application/json"]["schema"]
    order = told["properties"]["order"]["properties"]
    item, address = order["items"]["items"], order["addresses"]["items"]
    described: dict[type[BaseModel], Any] = {
        order_document._Order: {"properties": order},
        order_document._Item: item,
        order_document._Option: item["properties"]["options"]["items"],
        order_document._File: item["properties"]["files"]["items"],
        order_document._Address: address,
        order_document._Shipping: order["shipping"],
    }
    for part, schema in described.items():
        assert part.model_fields.keys() <= schema["properties"].keys()


@pytest.mark.parametrize("name", ["method", "consignor"])
def test_a_text_of_shipping_that_is_none_is_refused_as_described(name: str) -> None:
    with pytest.raises(OrderRefused, match=f"order.shipping.{name}"):
        order_document.to_order({"shipping": {name: {"a": "b"}}})


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_nothing_that_can_be_posted_is_a_server_error(
    shop: Shop, open_door: OpenDoor, mode: GenerationMode
) -> None:
    door = open_door().removesuffix("/orders")
    schema = schemathesis.openapi.from_url(f"{door}/openapi.json")
    operation = schema["/orders"]["POST"]
    statuses: set[int] = set()
    checks: Any = CHECKS.get_by_names(PROMISES)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def post(case: Case[Any]) -> None:
        body: Any = case.body
        if isinstance(body, dict) and isinstance(body.get("order"), dict):
            body["order"]["apikey"] = LIVE_KEY
        answer = case.call()
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=checks)

    post()

    assert (200 if mode is GenerationMode.POSITIVE else 400) in statuses
    assert statuses <= {200, 400, 401, 409, 413}
    assert len(shop.store.jobs.all()) >= shop.store.orders.count()
