"""The numbers of the shop: what is, and what has happened since somebody asks."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from hotfolder.domain.reading import Histogram, Reading
from hotfolder.services.measure_space import Disks
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.take_stock import Stock
from hotfolder.store.backup import LAST_BACKUP
from hotfolder.store.notes import Note
from tests.fakes import ManualClock, RecordingSender, refuse
from tests.steps import gate_of, job_on_floor, note, order_in, pass_undo_time, send_all


class Numbers:
    """The readings of one moment, to be asked for."""

    def __init__(self, readings: list[Reading]) -> None:
        self._found = {reading.name: reading for reading in readings}

    def __call__(self, name: str, **labels: str) -> float | Histogram | None:
        for found, value in self._found[f"hotfolder_{name}"].samples:
            if labels.items() <= found.items():
                return value
        return None

    def all(self, name: str) -> list[tuple[Mapping[str, str], float | Histogram]]:
        return list(self._found[f"hotfolder_{name}"].samples)

    def number(self, name: str, **labels: str) -> float:
        found = self(name, **labels)
        assert isinstance(found, int | float), (name, labels)
        return found


def now(stock: Stock) -> Numbers:
    return Numbers(list(stock.take()))


def test_signals_that_wait_their_age_and_their_deadline(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    stock = Stock(shop, Disks({}))
    assert now(stock).number("oldest_signal_age_seconds", destination="cloudsignal") == 0
    order_in(shop, items=3)
    clock.turn(600)
    numbers = now(stock)
    assert numbers.number("signals", type="ItemRegistered", state="waiting") == 3
    assert numbers.number("oldest_signal_age_seconds", destination="cloudsignal") == 600
    assert numbers.number("deadline_seconds", destination="cloudsignal") == 300
    assert numbers.number("late_signals", destination="cloudsignal") == 0
    assert numbers.number("destination_state", state="open") == 1
    clock.turn(400)
    sent.answer = refuse(None)
    send_all(shop)
    numbers = now(stock)
    assert numbers.number("deadline_seconds", destination="cloudsignal") == -100
    assert numbers.number("late_signals", destination="cloudsignal") == 3
    assert numbers.number("destination_state", state="probing") == 1
    assert numbers.number("destination_state", state="open") == 0


def test_what_happened_is_counted_from_the_first_question_on(
    shop: Shop, clock: ManualClock
) -> None:
    before = order_in(shop, 1)
    send_all(shop)
    stock = Stock(shop, Disks({}))
    assert now(stock).number("orders", answer="taken") == 0
    order_in(shop, 2, items=2)
    take_order(shop, before.body, before.content_type)
    clock.turn(20)
    send_all(shop)
    for _ in range(2):
        numbers = now(stock)
        assert numbers.number("orders", answer="taken") == 1
        assert numbers.number("orders", answer="again") == 1
        assert numbers.number("orders", answer="refused") == 0
        assert numbers.number("events", event="signal sent") == 2
        assert numbers.number("signal_tries", status="200") == 2
        delivery = numbers("delivery_seconds", type="ItemRegistered")
        assert isinstance(delivery, Histogram)
        assert (delivery.count, delivery.sum) == (2, 40)
        assert delivery.within == [0, 0, 0, 2, 2, 2, 2, 2, 2]


def test_a_try_without_an_answer_is_counted_and_is_no_delivery(
    shop: Shop, sent: RecordingSender
) -> None:
    stock = Stock(shop, Disks({}))
    now(stock)
    order_in(shop)
    sent.answer = refuse(None)
    send_all(shop, gate_of(shop))
    numbers = now(stock)
    assert numbers.number("signal_tries", status="none") >= 1
    assert numbers.all("delivery_seconds") == []


def test_counters_never_go_down_when_old_rows_are_removed(shop: Shop, clock: ManualClock) -> None:
    stock = Stock(shop, Disks({}))
    now(stock)
    order_in(shop)
    send_all(shop)
    assert now(stock).number("signal_tries", status="200") == 1
    database = shop.store._database._peewee
    database.execute_sql("delete from attempt")
    assert now(stock).number("signal_tries", status="200") == 1
    order_in(shop, 2)
    send_all(shop)
    assert now(stock).number("signal_tries", status="200") == 2, "the numbers of rows start anew"


def test_jobs_by_stage_and_state_and_stages_in_trouble(shop: Shop, clock: ManualClock) -> None:
    note(shop, job_on_floor(shop), "print")
    order_in(shop, 2)
    pass_undo_time(shop, clock)
    with shop.store.transaction():
        shop.store.notes.add(
            Note(stage="packed", name="", kind="frozen", since=clock.now(), words="away")
        )
    numbers = now(Stock(shop, Disks({})))
    assert numbers.number("stage_jobs", stage="print") == 1
    assert numbers.number("stage_jobs", stage="new") == 0
    assert numbers.number("jobs", state="waiting") == 1
    assert numbers.number("stage_trouble", stage="packed", trouble="frozen") == 1
    assert numbers.number("stage_trouble", stage="print", trouble="frozen") == 0
    assert numbers.number("notes") == 1


def test_disks_backups_and_the_newest_order(shop: Shop, clock: ManualClock, tmp_path: Path) -> None:
    disks = Disks({"state": tmp_path})
    disks.measure()
    with shop.store.transaction():
        shop.store.marks.set(LAST_BACKUP, clock.now() - timedelta(hours=1))
    order_in(shop)
    numbers = now(Stock(shop, disks))
    assert 0 < numbers.number("disk_free_bytes") <= numbers.number("disk_size_bytes")
    assert numbers.number("backup_timestamp_seconds") == clock.now().timestamp() - 3600
    assert numbers.number("last_order_timestamp_seconds") == clock.now().timestamp()


def test_no_order_and_no_address_stands_in_a_label(shop: Shop) -> None:
    order = order_in(shop)
    send_all(shop)
    text = repr(list(Stock(shop, Disks({})).take()))
    assert order.order_id not in text
