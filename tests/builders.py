"""Small valid things of the domain: plain functions, each field can be given by its name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hotfolder.config.sides import Sides, side_stages
from hotfolder.domain.finding import Check, Level
from hotfolder.domain.flow import Flow, Skipped, Stage
from hotfolder.domain.job import Job, JobState, Mode, Place, ticket_id
from hotfolder.domain.order import Address, Item, Order, ProductFile
from hotfolder.domain.preflight import PreflightRules
from hotfolder.domain.signal import REQUIRED, Signal, SignalType
from hotfolder.domain.ticket import JobTicket, TicketFile
from hotfolder.store.outbox import Promise

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e"


def a_file(**fields: Any) -> ProductFile:
    return replace(ProductFile(type="cover", url="http://files.example/cover.pdf"), **fields)


def an_item(**fields: Any) -> Item:
    return replace(Item(id="item-1", count=5, product="poster_a2", files=(a_file(),)), **fields)


def an_address(**fields: Any) -> Address:
    one = Address(type="delivery", name="A. Reader", street1="1 Quay", zip="1000", city="Port")
    return replace(one, **{"country": "DK", **fields})


def an_order(**fields: Any) -> Order:
    return replace(Order(id="order-1", items=(an_item(),), addresses=(an_address(),)), **fields)


def a_stage(key: str = "print", **fields: Any) -> Stage:
    return replace(Stage(key=key, folder=key), **fields)


def sides() -> tuple[Stage, ...]:
    """All stages beside the flows, as a shop has them that changes nothing."""
    return side_stages(Sides())


def hold_stage() -> Stage:
    return sides()[0]


def a_flow(**fields: Any) -> Flow:
    """new, print, produced, packed, shipped; all but the first say their signal."""
    stages = (
        a_stage("new"),
        a_stage("print", signal=SignalType.PRODUCE),
        a_stage("produced", signal=SignalType.PRODUCED),
        a_stage("packed", signal=SignalType.PACKED),
        a_stage("shipped", signal=SignalType.SHIPPED),
    )
    return replace(Flow(name="books", stages=stages), **fields)


def a_flow_that(skipped: Skipped, *keys: str) -> Flow:
    """`a_flow` in which these stages, or all, do this when they are skipped."""
    flow = a_flow()
    stages = [
        replace(stage, skipped=skipped) if not keys or stage.key in keys else stage
        for stage in flow.stages
    ]
    return replace(flow, stages=tuple(stages))


def no_preflight() -> PreflightRules:
    """Nothing is looked at: to look into a PDF takes a process of its own each time."""
    return PreflightRules(levels=dict.fromkeys(Check, Level.OFF))


def a_place(**fields: Any) -> Place:
    return replace(Place(stage="print", folder="item-1_5x", inode="1:100"), **fields)


def a_job(**fields: Any) -> Job:
    """A job that waits for its files; `ticket_id` follows its order, item and run."""
    given = {"order_id": "order-1", "item_id": "item-1", "run": 1, **fields}
    ticket = ticket_id(given["order_id"], given["item_id"], given["run"])
    usual = {
        "id": 0,
        "ticket_id": ticket,
        "flow": "books",
        "mode": Mode.LIVE,
        "state": JobState.WAITING,
        "since": NOON,
    }
    return Job(**{**usual, **given})


def a_ticket(**fields: Any) -> JobTicket:
    order = an_order()
    one = JobTicket(
        ticket_id="order-1/item-1/1",
        run=1,
        mode=Mode.LIVE,
        flow="books",
        received_at=NOON,
        order=order,
        item=order.items[0],
        files=(TicketFile(name="item-1_cover.pdf", type="cover", size=0, md5=MD5_OF_NOTHING),),
    )
    return replace(one, **fields)


def fields_of(kind: SignalType) -> Mapping[str, str]:
    """Something in every field that a signal of this type must carry."""
    return {name: f"some {name}" for name in REQUIRED.get(kind, ())}


def a_signal(kind: SignalType = SignalType.PRODUCE, **fields: Any) -> Signal:
    item = "" if kind is SignalType.ORDER_REGISTERED else "item-1"
    usual = {"order_id": "order-1", "item_id": item, "at": NOON, "fields": fields_of(kind)}
    return Signal(**{"type": kind, **usual, **fields})


def a_promise(kind: SignalType = SignalType.PRODUCE, **fields: Any) -> Promise:
    """A signal due at once; `order_id`, `item_id` and `at` go into the signal."""
    own = {name: fields.pop(name) for name in ("order_id", "item_id", "at") if name in fields}
    usual: dict[str, Any] = {
        "job_id": 1,
        "due": NOON,
        "deadline": NOON,
        "destination": "cloudsignal",
    }
    usual["signal"] = a_signal(kind, **own)
    return Promise(**{**usual, **fields})
