"""Orders go to a shop's endpoint, as Cloudprinter would post them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests

from hotfolder.errors import ConfigError, Problem
from hotfolder.test_center.catalogue import (
    MOST_ITEMS,
    MOST_NUMBER,
    Form,
    OrderDocument,
    make_order,
    pick_form,
)
from hotfolder.test_center.goods import Kind
from hotfolder.test_center.records import Pushed
from hotfolder.test_center.state import CenterState

_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 30
_ANSWER_CHARACTERS = 500
_MOST_ORDERS = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PushPlan:
    """What to push and where.

    `base_url` is the address under which the shop reaches this test center. `forms`, `kind` and
    `items` as in `make_order`; several forms take turns. Orders are numbered from `start`, or
    with new numbers.
    """

    order_url: str
    order_key: str = field(repr=False)
    base_url: str
    count: int = 1
    forms: tuple[Form, ...] = (Form.JSON, Form.XML)
    start: int | None = None
    items: int | None = None
    kind: Kind | None = None


def read_plan(data: Any, base_url: str) -> PushPlan:
    """The plan that plain data describes; `base_url` holds when the data names none.

    Raises ConfigError with every problem at once.
    """
    if not isinstance(data, Mapping):
        raise ConfigError([Problem("push", "is not a JSON object")])
    given = {"base_url": base_url, "order_url": "", "order_key": "", **data}
    problems = []
    values: dict[str, Any] = {}
    for name, value in given.items():
        try:
            values[name] = _READERS[name](value)
        except KeyError:
            problems.append(Problem(f"push.{name}", "is unknown", f"known: {', '.join(_READERS)}"))
        except ValueError as error:
            problems.append(Problem(f"push.{name}", str(error)))
    if not problems and values.get("start", 1) + values.get("count", 1) - 1 > MOST_NUMBER:
        problems.append(Problem("push.start", f"leads beyond order number {MOST_NUMBER}"))
    if problems:
        raise ConfigError(problems)
    return PushPlan(**values)


def _address(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        raise ValueError("is not an http or https address")
    return value


def _key(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("is missing; give the order key of the shop")
    return value


def _whole(most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise ValueError(f"is not a whole number from 1 to {most}")
        return value

    return read


def _forms(value: Any) -> tuple[Form, ...]:
    named = [value] if isinstance(value, str) else value
    if not isinstance(named, list) or not named or any(form not in list(Form) for form in named):
        raise ValueError(f"is not a list of {' or '.join(Form)}")
    return tuple(Form(form) for form in named)


def _kind(value: Any) -> Kind:
    if value not in list(Kind):
        raise ValueError(f"is unknown; known: {', '.join(Kind)}")
    return Kind(value)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "order_url": _address,
    "order_key": _key,
    "base_url": _address,
    "count": _whole(_MOST_ORDERS),
    "forms": _forms,
    "start": _whole(MOST_NUMBER),
    "items": _whole(MOST_ITEMS),
    "kind": _kind,
}


def push_orders(
    state: CenterState, plan: PushPlan, news: Callable[[Pushed], None] | None = None
) -> list[Pushed]:
    """Make the orders, post them one after the other, and give back the answers.

    Each order is known to the account before it goes out, as its first signal may come before
    the answer. A shop that does not answer is told in the result, not raised. `news` hears of
    each answer as it comes.
    """
    answers = []
    with requests.Session() as session:
        for number in state.take_numbers(plan.count, plan.start):
            document = make_order(
                number,
                base_url=plan.base_url,
                apikey=plan.order_key,
                items=plan.items,
                form=pick_form(number, plan.forms),
                kind=plan.kind,
            )
            state.account.expect(document.order_id, document.item_ids)
            pushed = _post(session, plan.order_url, document)
            state.account.note_pushed(pushed)
            answers.append(pushed)
            if news is not None:
                news(pushed)
    return answers


def _post(session: requests.Session, url: str, document: OrderDocument) -> Pushed:
    sent_at, started = time.time(), time.monotonic()
    status = None
    try:
        response = session.post(
            url,
            data=document.body,
            headers={"Content-Type": document.content_type},
            timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
            allow_redirects=False,
        )
        status, answer = response.status_code, response.text[:_ANSWER_CHARACTERS]
    except requests.RequestException as error:
        answer = f"no answer from {_host(url)}: {type(error).__name__}"
    return Pushed(
        order=document.order_id,
        items=document.item_ids,
        form=document.form,
        at=sent_at,
        status=status,
        answer=answer,
        seconds=round(time.monotonic() - started, 4),
    )


def _host(url: str) -> str:
    # an address may carry a password
    return urlsplit(url).netloc.rpartition("@")[2]
