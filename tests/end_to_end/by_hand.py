"""What tests do with a shop that runs: order, drag, ship, and wait for what follows."""

from pathlib import Path

from hotfolder.test_center.records import Accepted
from tests.end_to_end.running_shop import ORDER_KEY, RunningShop
from tests.test_center_server import RunningTestCenter
from tests.waiting import wait_until

ALL = ["ItemRegistered", "ItemProduce", "ItemProduced", "ItemPacked", "ItemShipped"]
SECONDS = 30.0


def push(shop: RunningShop, center: RunningTestCenter, count: int = 1, **more: object) -> list[str]:
    """Orders pushed and taken; their ids."""
    pushed = center.push(count, order_url=shop.order_url, order_key=ORDER_KEY, **more)
    assert [one.status for one in pushed] == [200] * count
    return [one.order for one in pushed]


def wait_for_jobs(shop: RunningShop, stage: str, count: int) -> list[Path]:
    wait_until(lambda: len(shop.jobs_in(stage)) >= count, SECONDS, f"{count} jobs in {stage}")
    return shop.jobs_in(stage)


def ship(shop: RunningShop, folder: Path, code: str = "JD0123") -> None:
    (folder / "tracking.txt").write_text(code)
    shop.drag(folder, "shipped")


def wait_for_signals(center: RunningTestCenter, kind: str, count: int) -> None:
    center.wait_for(lambda accepted: [one.type for one in accepted].count(kind) == count, SECONDS)


def wait_for_more(center: RunningTestCenter) -> None:
    """The next signal that is accepted, whichever it is."""
    before = len(center.accepted())
    center.wait_for(lambda accepted: len(accepted) > before, SECONDS)


def wait_for_stage(shop: RunningShop, stage: str) -> None:
    """Every job was noted in this stage."""
    statement = "SELECT DISTINCT stage FROM job"
    wait_until(lambda: shop.rows(statement) == [(stage,)], SECONDS, f"every job noted in {stage}")


def expected(center: RunningTestCenter) -> dict[tuple[str, str], list[str]]:
    """Every item of every order that was pushed, with all its signals."""
    orders = center.state.account.known_orders
    return {(order, item): ALL for order, items in orders.items() for item in items}


def wait_for_all(center: RunningTestCenter, seconds: float = SECONDS) -> list[Accepted]:
    """Waits until every signal of every item was accepted; all that were."""
    wanted = {(*item, kind) for item, kinds in expected(center).items() for kind in kinds}
    center.wait_for(
        lambda accepted: wanted <= {(one.order, one.item, one.type) for one in accepted}, seconds
    )
    return center.accepted()
