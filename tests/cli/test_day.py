"""hotfolder day: preview, close, show and reopen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from hotfolder.domain.job import Job
from hotfolder.files.lock import Lock
from hotfolder.services.close_day import close_by_time
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop, lock_paths
from tests.cli.conftest import Call, Result
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, again, fetch_all, note, order_in, promised

Day = Callable[..., Result]


@pytest.fixture
def config(config: Path) -> Path:
    flow = config.parent / "flows" / "default.yaml"
    flow.write_text(f"{flow.read_text()}\nships: end_of_day\n")
    return config


@pytest.fixture
def day(call: Call, config: Path) -> Day:
    return lambda *words: call("day", *words, "--config", config)


@pytest.fixture
def jobs(shop: Shop) -> list[Job]:
    """Two jobs of an order that wait for the end of the day, and one without tracking."""
    shop = replace(shop, fetcher=FolderFetcher(EXAMPLES / "files"))
    close_by_time(shop)
    order = order_in(shop, 2, items=3)
    fetch_all(shop)
    found = shop.store.jobs.of_order(order.order_id)
    for job in found:
        note(shop, job, "shipped")
    for number, job in enumerate(found[:2]):
        ship_item(shop, job, Parcel(tracking=f"T{number}", shipping_option="=ups"))
    return found


def test_a_preview_shows_what_would_go_and_what_stays_and_changes_nothing(
    day: Day, shop: Shop, jobs: list[Job]
) -> None:
    done = day("preview")
    assert done.code == 0, done.err
    assert "not closed yet" in done.out
    assert "2 parcels with 2 items, 1 item left over" in done.out
    assert "=ups: 2" in done.out
    assert "no tracking" in done.out
    assert again(shop, jobs[0]).waits_for == "the end of the day"

    data = day("preview", "--json").data
    assert [line["tracking"] for line in data["shipped"]] == ["T0", "T1"]
    assert [(line["item"], line["words"]) for line in data["left"]] == [
        (jobs[2].item_id, "TEST: no tracking")
    ]
    assert (data["closed_at"], data["files"]) == (None, [])


def test_a_day_is_closed_and_its_list_is_written(
    day: Day, config: Path, shop: Shop, jobs: list[Job]
) -> None:
    data = day("close", "--json").data
    assert data["closed_by"] == "command"
    assert len(data["shipped"]) == 2
    assert promised(shop, jobs[0])[-1] == "ItemShipped waiting"
    files = [Path(path) for path in data["files"]]
    assert [path.suffix for path in files] == [".csv", ".pdf"]
    assert {path.parent for path in files} == {config.parent / "days"}
    assert "'=ups" in files[0].read_text()

    again_now = day("close")
    assert again_now.code == 1
    assert "is closed already" in again_now.err
    shown = day("show", data["day"])
    assert "closed" in shown.out
    assert str(files[1]) in shown.out
    assert day("show", "--json").data == data


def test_the_list_is_left_to_the_daemon_where_one_runs(
    day: Day, config: Path, jobs: list[Job]
) -> None:
    lock = Lock.take(lock_paths(load_shop(config, {}))[0], "{}")
    assert lock is not None
    try:
        done = day("close")
    finally:
        lock.release()
    assert done.code == 0, done.err
    assert "not written yet: the daemon writes it" in done.out
    assert not (config.parent / "days").exists()


def test_a_preview_of_a_closed_day_is_one_of_the_next(day: Day, jobs: list[Job]) -> None:
    closed = day("close", "--json").data
    done = day("preview")
    assert f"{closed['day']} is closed already, this goes out with the next day" in done.out
    assert "0 parcels with 0 items, 1 item left over" in done.out
    ahead = day("preview", "--json").data
    assert ahead["after"] == closed["day"] < ahead["day"]
    assert [line["item"] for line in ahead["left"]] == [jobs[2].item_id]


def test_a_closed_day_is_opened_again(day: Day, shop: Shop, jobs: list[Job]) -> None:
    day("close")
    done = day("reopen")
    assert done.code == 0, done.err
    assert "2 wait for the close once more:" in done.out
    assert promised(shop, jobs[0])[-1] == "ItemShipped withdrawn"
    assert "OPENED AGAIN" in day("show").out
    assert day("close", "--json").data["times"] == 2
    data = day("reopen", "--json").data
    assert [len(data[fate]) for fate in ("waiting", "sent", "gone")] == [2, 0, 0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show",), "no day was closed yet"),
        (("show", "2026-03-02"), "2026-03-02 was never closed"),
        (("reopen",), "no day was closed yet"),
        (("close", "2999-01-01"), "is still to come"),
        (("preview", "--flow", "default"), "flow default has no day of its own"),
        (("close", "--flow", "cards"), "flow cards is not configured"),
    ],
)
def test_what_can_not_be_done_is_told(day: Day, words: tuple[str, ...], told: str) -> None:
    done = day(*words)
    assert done.code == 1
    assert told in done.err


def test_a_date_that_is_none_is_told(day: Day) -> None:
    assert day("show", "yesterday").code == 2


def test_status_tells_how_the_day_stands(
    call: Call, config: Path, day: Day, jobs: list[Job]
) -> None:
    text = config.read_text().replace("  time: null", "  time: '17:00'")
    config.write_text(text)
    out = call("status", "--config", config).out
    assert "End of the day: 2 items wait; next close: " in out
    closed = day("close", "--json").data["day"]
    (found,) = call("status", "--config", config, "--json").data["days"]
    assert (found["waiting"], found["last"], found["reopened"]) == (0, closed, False)
    day("reopen")
    assert f"last closed: {closed}, which is OPEN AGAIN" in call("status", "--config", config).out


def test_a_flow_with_a_day_of_its_own_is_closed_by_its_name(
    call: Call, config: Path, day: Day
) -> None:
    flow = config.parent / "flows" / "default.yaml"
    flow.write_text(f"{flow.read_text()}day: {{time: '12:00'}}\n")
    close_by_time(build_shop(load_shop(config, {})))
    data = day("close", "--flow", "default", "--json").data
    assert data["flow"] == "default"
    assert Path(data["files"][0]).name == f"{data['day']}_default.csv"
    assert call("day", "show", "--flow", "default", "--config", config).code == 0
