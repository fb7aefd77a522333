"""hotfolder ship: tracking by hand."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.cli.conftest import Call
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, again, fetch_all, note, order_in, promised, the_job


@pytest.fixture
def job(shop: Shop) -> Job:
    shop = replace(shop, fetcher=FolderFetcher(EXAMPLES / "files"))
    order = order_in(shop)
    fetch_all(shop)
    return the_job(shop, order.order_id)


def ship(call: Call, config: Path, job: Job, *more: str) -> str:
    done = call("ship", job.order_id, job.item_id, "--config", config, *more)
    assert done.code == 0, done.err
    where = f"{job.order_id} {job.item_id}: "
    assert done.out.startswith(where)
    return done.out.removeprefix(where)


def test_tracking_before_the_job_ships_is_kept(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    words = ship(call, config, job, "--tracking", " JD7 ")

    assert words == "kept; ItemShipped goes out when the job reaches its shipping stage\n"
    assert again(shop, job).tracking == "JD7"
    assert promised(shop, job) == ["ItemRegistered waiting"]


def test_of_a_job_in_doubt_item_shipped_is_not_said_to_be_on_its_way(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    note(shop, job, "shipped")
    with shop.store.transaction():
        shop.store.doubts.mark(job, shop.clock.now())
    words = ship(call, config, job, "--tracking", "JD7")

    assert words == (
        "ItemShipped waits, as the job is in doubt since a restore (hotfolder doubts)\n"
    )
    assert promised(shop, job)[-1] == "ItemShipped parked"


def test_tracking_for_a_job_that_waits_for_it_sends_item_shipped(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    note(shop, job, "shipped")
    words = ship(call, config, job, "--tracking", "JD7", "--option", "dhl_express")

    assert words == "ItemShipped is on its way\n"
    assert promised(shop, job)[-1] == "ItemShipped waiting"
    assert again(shop, job).shipping_option == "dhl_express"


@pytest.mark.parametrize("tracking", ["", "   "])
def test_an_empty_code_is_refused(
    call: Call, config: Path, shop: Shop, job: Job, tracking: str
) -> None:
    done = call("ship", job.order_id, job.item_id, "--tracking", tracking, "--config", config)

    assert done.code == 1
    assert "empty tracking code" in done.err
    assert again(shop, job).tracking == ""


@pytest.mark.parametrize("tracking", ["J" * 201, "JD7\nJD8", "JD\x00"])
def test_what_can_be_no_code_is_refused(
    call: Call, config: Path, shop: Shop, job: Job, tracking: str
) -> None:
    done = call("ship", job.order_id, job.item_id, "--tracking", tracking, "--config", config)

    assert done.code != 0
    assert done.err
    assert again(shop, job).tracking == ""


def test_an_item_nobody_knows_is_named(call: Call, config: Path) -> None:
    done = call("ship", "41", "42", "--tracking", "JD7", "--config", config)

    assert done.code == 1
    assert "there is no item 42 of an order 41 here" in done.err


# --- orders and lists ---------------------------------------------------------------------------


@pytest.fixture
def jobs(shop: Shop) -> list[Job]:
    """Three jobs of one order that wait for their tracking."""
    shop = replace(shop, fetcher=FolderFetcher(EXAMPLES / "files"))
    order = order_in(shop, 2, items=3)
    fetch_all(shop)
    found = shop.store.jobs.of_order(order.order_id)
    for job in found:
        note(shop, job, "shipped")
    return found


def parcels(shop: Shop, jobs: list[Job]) -> list[tuple[str, str, str]]:
    """Tracking, option and last signal of jobs."""
    now = [again(shop, job) for job in jobs]
    return [(job.tracking, job.shipping_option, promised(shop, job)[-1]) for job in now]


def test_an_order_is_shipped_in_one_parcel(
    call: Call, config: Path, shop: Shop, jobs: list[Job]
) -> None:
    words = ("--tracking", "JD7", "--option", "dhl", "--config", config)
    done = call("ship", jobs[0].order_id, *words)

    assert done.code == 0, done.err
    assert parcels(shop, jobs) == [("JD7", "dhl", "ItemShipped waiting")] * 3
    assert len(done.out.splitlines()) == 3


def test_an_item_that_can_not_be_shipped_keeps_no_other_of_its_order(
    call: Call, config: Path, shop: Shop, jobs: list[Job]
) -> None:
    order = jobs[0].order_id
    cancel(shop, jobs[0], "CancelMiscError", "no paper")
    done = call("ship", order, "--tracking", "JD7", "--config", config)

    canceled = jobs[0].item_id
    assert done.code == 1
    assert done.err == (
        f"{order} {canceled}: NOT shipped: item {canceled} is canceled; nothing is shipped\n"
    )
    assert [code for code, _, _ in parcels(shop, jobs)] == ["", "JD7", "JD7"]


@pytest.mark.parametrize(
    "form",
    list(
        itertools.product(
            [",", ";"],
            ["order,item,tracking,option\n", "Order,Item,Code,\n", ""],
            ["utf-8", "utf-8-sig"],
        )
    ),
)
def test_a_list_gives_each_item_its_code(
    call: Call,
    config: Path,
    shop: Shop,
    jobs: list[Job],
    tmp_path: Path,
    form: tuple[str, str, str],
) -> None:
    comma, heading, encoding = form
    order = jobs[0].order_id
    lines = [
        f"{order},{jobs[0].item_id},JD1,dhl",
        "",
        f' {order} , {jobs[1].item_id} , " JD2 "',
        f"{order},{jobs[2].item_id},JD3,",
    ]
    text = (heading + "\n".join(lines)).replace(",", comma)
    listed = tmp_path / "parcels.csv"
    listed.write_text(text, encoding=encoding)
    done = call("ship", "--csv", listed, "--config", config)

    assert done.code == 0, done.err
    assert [(code, last) for code, _, last in parcels(shop, jobs)] == [
        ("JD1", "ItemShipped waiting"),
        ("JD2", "ItemShipped waiting"),
        ("JD3", "ItemShipped waiting"),
    ]
    assert parcels(shop, jobs)[0][1] == "dhl"


def test_a_bad_line_of_a_list_is_told_and_keeps_no_other(
    call: Call, config: Path, shop: Shop, jobs: list[Job], tmp_path: Path
) -> None:
    order = jobs[0].order_id
    cancel(shop, jobs[2], "CancelMiscError", "no paper")
    listed = tmp_path / "parcels.csv"
    rows = [f"{order},{jobs[0].item_id}", "41,42,JD0", f"{order},{jobs[1].item_id},JD2"]
    rows += [f"{order},{jobs[2].item_id},JD3", "41,,JD4", f"{order},{jobs[0].item_id},{'J' * 201}"]
    listed.write_text("\n".join(rows))
    done = call("ship", "--csv", listed, "--config", config)

    assert done.code == 1
    assert [line.partition(": NOT shipped: ")[2] for line in done.err.splitlines()] == [
        "it has no tracking code",
        "there is no item 42 of an order 41 here",
        f"item {jobs[2].item_id} is canceled; nothing is shipped",
        "there is no order 41 here",
        "this does not look like a tracking code: one code, one line",
    ]
    assert [code for code, _, _ in parcels(shop, jobs)] == ["", "JD2", ""]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "can not be read"),
        (b"", "holds no line with an order"),
        (b"order,item,tracking\n", "holds no line with an order"),
        (b'1,2,"JD', "is no CSV file"),
        (b"1,2,J\xff\xfe", "is not UTF-8 text"),
    ],
)
def test_a_list_that_can_not_be_used_is_told_in_words(
    call: Call, config: Path, tmp_path: Path, content: bytes | None, words: str
) -> None:
    listed = tmp_path / "parcels.csv"
    if content is not None:
        listed.write_bytes(content)
    done = call("ship", "--csv", listed, "--config", config)

    assert done.code == 1
    assert words in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--tracking", "J"],
        ["1", "2", "--tracking", "J", "--csv", "list.csv"],
        ["--csv", "list.csv", "--tracking", "J"],
    ],
)
def test_either_an_order_or_a_list_is_wanted(
    call: Call, config: Path, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text("1,2,J")
    done = call("ship", *arguments, "--config", config)

    assert done.code == 2
    assert "--csv" in done.err or "list" in done.err
