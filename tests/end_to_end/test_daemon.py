"""The program itself: orders come in, folders are moved, signals arrive, nothing is lost."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest
import requests

from hotfolder.test_center.verdict import judge
from tests.end_to_end.by_hand import (
    ALL,
    SECONDS,
    expected,
    push,
    ship,
    wait_for_all,
    wait_for_jobs,
    wait_for_more,
    wait_for_signals,
    wait_for_stage,
)
from tests.end_to_end.running_shop import ORDER_KEY, STAGES, RunningShop
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter
from tests.waiting import wait_until

pytestmark = pytest.mark.end_to_end


def test_an_order_goes_through_the_shop_and_every_signal_arrives_in_order(
    shop: RunningShop, center: RunningTestCenter
) -> None:
    assert shop.command("check").returncode == 0
    shop.start()
    push(shop, center, kind="mixed")
    folders = wait_for_jobs(shop, "new", 3)
    for stage in STAGES[1:4]:
        folders = [shop.drag(folder, stage) for folder in folders]
        wait_for_signals(center, ALL[STAGES.index(stage)], 3)
    for folder in folders:
        ship(shop, folder)

    accepted = wait_for_all(center)
    assert judge(accepted, expected(center)) == []
    assert center.refused() == []
    assert {one.fields["tracking"] for one in accepted if one.type == "ItemShipped"} == {"JD0123"}
    jobs = shop.ask("jobs")
    assert [job["stage"] for job in jobs] == ["shipped"] * 3
    assert all(Path(job["path"]).is_dir() for job in jobs)
    assert shop.stop() == 0


def test_signals_wait_for_a_receiver_that_is_down_and_arrive_when_it_is_back(
    shop: RunningShop, center: RunningTestCenter
) -> None:
    shop.start()
    push(shop, center, 2, kind="poster")
    folders = wait_for_jobs(shop, "new", 2)
    center.wait_for(lambda accepted: len(accepted) == 2)
    center.stop()
    for stage in STAGES[1:4]:
        folders = [shop.drag(folder, stage) for folder in folders]
        wait_for_stage(shop, stage)
    status = shop.ask("status")
    assert status["destinations"]["cloudsignal"]["state"] == "probing"
    assert status["signals"]["waiting"] + status["signals"].get("sending", 0) == 6

    center.start()
    center.wait_for(lambda accepted: len(accepted) == 8, 20)
    for folder in folders:
        ship(shop, folder)
    assert judge(wait_for_all(center), expected(center)) == []
    assert shop.ask("status")["destinations"]["cloudsignal"]["state"] == "open"


def test_a_stop_is_clean_and_quick_and_loses_nothing(
    shop: RunningShop, center: RunningTestCenter
) -> None:
    shop.start()
    center.stop()
    with requests.Session() as idle:  # a connection that is kept open must not delay the stop
        idle.get(shop.order_url.replace("/orders", "/openapi.json"), timeout=10)
        idle.get(f"{shop.house_url}/health/live", timeout=10)
        shop_orders = center.push(
            4, order_url=shop.order_url, order_key=ORDER_KEY, base_url="http://127.0.0.1:9"
        )
        assert [one.status for one in shop_orders] == [200] * 4
        begin = time.monotonic()
        assert shop.stop() == 0
        assert time.monotonic() - begin < 10
    assert "Traceback" not in shop.log_text()
    assert shop.ask("status")["running"] is False
    signals = shop.ask("signals")
    assert {signal["state"] for signal in signals} == {"waiting"}

    center.start()
    shop.start()
    center.wait_for(lambda accepted: len(accepted) == len(signals))
    assert shop.stop() == 0
    assert ORDER_KEY not in shop.log_text()
    assert SIGNAL_KEY not in shop.log_text()


def test_an_order_answered_with_200_outlives_a_kill_at_that_moment(
    shop: RunningShop, center: RunningTestCenter
) -> None:
    shop.start()
    (order,) = push(shop, center, kind="textbook")
    shop.kill()

    assert shop.rows("SELECT order_id FROM orders") == [(order,)]
    shop.start()
    wait_for_jobs(shop, "new", 1)
    center.wait_for(lambda accepted: [one.order for one in accepted][:1] == [order])


def test_a_second_daemon_is_refused_and_the_first_goes_on(
    shop: RunningShop, center: RunningTestCenter
) -> None:
    shop.start()

    second = shop.command("run")

    assert second.returncode == 5
    assert "another Hotfolder is running" in second.stderr
    assert shop.is_alive
    push(shop, center, kind="poster")
    wait_for_jobs(shop, "new", 1)


def test_a_daemon_that_can_not_start_says_why_with_its_exit_code(
    shop: RunningShop, tmp_path: Path
) -> None:
    database = shop.folder / "state" / "hotfolder.sqlite"
    good = database.read_bytes()
    database.write_bytes(b"no database" * 500)
    broken = shop.command("run")
    assert (broken.returncode, "not a database" in broken.stderr) == (3, True)
    database.write_bytes(good)

    text = shop.config.read_text()
    shop.config.write_text(text.replace("  port: 0", "  port: nonsense"))
    wrong = shop.command("run")
    assert (wrong.returncode, "intake.port" in wrong.stderr) == (2, True)
    assert "Traceback" not in broken.stderr + wrong.stderr


# --- kill -9 ------------------------------------------------------------------------------------

ORDERS = 7
KILLS = 3


class Killed:
    """What was on the wire at the kills: only this may arrive again, once for each kill."""

    def __init__(self, shop: RunningShop) -> None:
        self._shop = shop
        self.on_the_wire: Counter[tuple[str, str, str]] = Counter()

    def kill(self) -> None:
        self._shop.kill()
        statement = "SELECT order_id, item_id, type FROM outbox WHERE state = 'sending'"
        for order, item, kind in self._shop.rows(statement):
            self.on_the_wire[order, item, kind] += 1


def move_some(shop: RunningShop, dice: random.Random, most: int) -> int:
    """An operator's hand: some jobs go on by one stage or more. How many were moved."""
    folders = [(folder, stage) for stage in STAGES[:4] for folder in shop.jobs_in(stage)]
    dice.shuffle(folders)
    for folder, stage in folders[:most]:
        target = dice.choice(STAGES[STAGES.index(stage) + 1 :])
        if target == "shipped":
            ship(shop, folder)
        else:
            shop.drag(folder, target)
    return len(folders[:most])


def push_until_taken(shop: RunningShop, center: RunningTestCenter, number: int) -> None:
    """The order source sends an order again until it was answered with 200."""
    pushed = center.push(1, order_url=shop.order_url, order_key=ORDER_KEY, start=number)
    if not shop.is_alive:
        shop.start()
        pushed = center.push(1, order_url=shop.order_url, order_key=ORDER_KEY, start=number)
    assert pushed[0].status == 200


@pytest.mark.slow
def test_kills_in_the_middle_of_orders_and_moves_lose_nothing(
    shop: RunningShop, center: RunningTestCenter
) -> None:
    dice = random.Random(20260302)
    killed = Killed(shop)
    center.fault(delay_seconds=0.05)  # so that kills find signals on their way
    shop.start()
    kills = 0
    for number in range(1, ORDERS + 1):
        push_until_taken(shop, center, number)
        move_some(shop, dice, 3)
        if number % 2 == 0 and kills < KILLS:
            if dice.random() < 0.7:  # otherwise at once, in the middle of taking it in
                wait_for_more(center)
            killed.kill()
            kills += 1
            move_some(shop, dice, 3)  # nobody tells the operators that it was killed
            shop.start()
    assert kills == KILLS

    items = len(expected(center))
    wait_until(
        lambda: sum(len(shop.jobs_in(stage)) for stage in STAGES) == items, SECONDS, "every job"
    )
    while move_some(shop, dice, 5):
        pass
    accepted = wait_for_all(center, 60)
    assert shop.stop() == 0

    assert judge(accepted, expected(center), doubles_allowed=killed.on_the_wire.total()) == []
    arrived = Counter((one.order, one.item, one.type) for one in accepted)
    assert arrived - killed.on_the_wire <= Counter(arrived.keys()), "more often than was cut off"
    assert center.refused() == []
    assert shop.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]
    wait_for_stage(shop, "shipped")
    assert len(shop.jobs_in("shipped")) == items
