"""What the intake says of itself is what it does, whatever is posted."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS

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
