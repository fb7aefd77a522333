"""hotfolder backup and restore."""

from pathlib import Path

import pytest

from hotfolder.config.check import Loaded
from hotfolder.daemon import take_locks
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop
from hotfolder.store.backup import check_whole
from tests.cli.conftest import ORDER_KEY, Call, job_in_print, quiet
from tests.fakes import RecordingSender
from tests.processes import line_of, other_process
from tests.steps import fetch_all, note, order_in, send_all


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return quiet(shop, RecordingSender())


def test_a_backup_is_made_while_the_daemon_runs_and_is_whole(
    call: Call, config: Path, loaded: Loaded, shop: Shop, tmp_path: Path
) -> None:
    order_in(shop)
    send_all(shop)
    locks = take_locks(loaded)
    try:
        done = call("backup", "--to", tmp_path / "copy.sqlite", "--config", config)
    finally:
        for lock in locks:
            lock.release()

    assert done.code == 0, done.err
    assert str(tmp_path / "copy.sqlite") in done.out
    check_whole(tmp_path / "copy.sqlite")
    assert (tmp_path / "copy.sqlite").stat().st_mode & 0o077 == 0, "it holds addresses"
    assert ORDER_KEY.encode() not in (tmp_path / "copy.sqlite").read_bytes()


def test_a_backup_without_a_name_goes_beside_the_store(
    call: Call, config: Path, loaded: Loaded
) -> None:
    done = call("backup", "--config", config)

    assert done.code == 0, done.err
    (copy,) = (loaded.state_path / "backups").iterdir()
    assert copy.name.startswith("hotfolder-")
    assert copy.suffix == ".sqlite"


def test_a_restored_shop_is_that_of_the_backup_and_what_waited_is_parked(
    call: Call, config: Path, loaded: Loaded, shop: Shop, tmp_path: Path
) -> None:
    first = order_in(shop, 1)
    send_all(shop)
    order_in(shop, 2)
    call("backup", "--to", tmp_path / "copy.sqlite", "--config", config)
    order_in(shop, 3)
    shop.store.close()

    done = call("restore", tmp_path / "copy.sqlite", "--config", config)
    assert done.code == 0, done.err
    assert "Jobs in doubt: 2, with parked signals: 1." in done.out
    assert "only the store before has; let them be sent again (1):\n  000000030000\n" in done.out
    states = {
        (line["order"], line["state"])
        for line in call("signals", "--json", "--config", config).data
    }
    assert states == {(first.order_id, "sent"), ("000000020000", "parked")}
    told = done.out.partition("The store before lies in ")[2].partition(".\n")[0]
    assert Path(told).parent == loaded.state_path
    check_whole(Path(told))


def test_after_a_restore_a_person_says_what_was_sent(
    call: Call, config: Path, shop: Shop, tmp_path: Path
) -> None:
    job = job_in_print(shop)
    call("backup", "--to", tmp_path / "copy.sqlite", "--config", config)
    note(shop, job, "produced")
    shop.store.close()
    done = call("restore", tmp_path / "copy.sqlite", "--json", "--config", config)
    assert (done.code, done.data["moved"][0]["was"], done.data["parked"]) == (0, "print", 2)

    listed = call("doubts", "--config", config, "--json").data
    [waits] = [(one["order"], len(one["may_have_been_sent"])) for one in listed]
    assert waits == (job.order_id, 2)
    assert "ItemProduce, ItemProduced" in call("doubts", "--config", config).out
    assert call("doubts", "told", "--config", config).code == 2
    assert call("doubts", "told", "1", "--config", config).code == 1
    told = call("doubts", "told", job.order_id, job.item_id, "--config", config)
    assert "1 job is in doubt no more" in told.out
    assert "never sent again: 2; that go out: 0" in told.out
    assert "Nothing is in doubt" in call("doubts", "--config", config).out
    assert call("doubts", "send", "--all", "--config", config).code == 0


def test_after_a_restore_a_person_can_name_the_last_signal_that_was_sent(
    call: Call, config: Path, shop: Shop, tmp_path: Path
) -> None:
    job = job_in_print(shop)
    call("backup", "--to", tmp_path / "copy.sqlite", "--config", config)
    note(shop, job, "produced")
    shop.store.close()
    call("restore", tmp_path / "copy.sqlite", "--config", config)
    every = call("doubts", "told", "--all", "--last", "ItemProduce", "--config", config)
    assert (every.code, "of one item" in every.err) == (2, True)
    names = (job.order_id, job.item_id)
    assert call("doubts", "told", *names, "--last", "Nonsense", "--config", config).code == 2
    told = call("doubts", "told", *names, "--last", "ItemProduce", "--config", config)
    assert (told.code, told.out[-34:]) == (0, "never sent again: 1; that go out: 1\n"[-34:])
    story = call("order", job.order_id, "--config", config).out
    assert "Cloudprinter knows" in story


def test_of_a_floor_that_is_a_copy_itself_every_job_is_in_doubt(
    call: Call, config: Path, shop: Shop, tmp_path: Path
) -> None:
    order = order_in(shop)
    fetch_all(shop)
    send_all(shop)
    call("backup", "--to", tmp_path / "copy.sqlite", "--config", config)
    shop.store.close()
    done = call("restore", tmp_path / "copy.sqlite", "--floor-is-copy", "--config", config)
    assert (done.code, "Restored from a backup of 20" in done.out) == (0, True)
    [doubt] = call("doubts", "--config", config, "--json").data
    assert (doubt["order"], doubt["stands"]) == (order.order_id, "new")


def test_no_restore_while_a_stage_is_not_there(
    call: Call, config: Path, loaded: Loaded, shop: Shop, tmp_path: Path
) -> None:
    call("backup", "--to", tmp_path / "copy.sqlite", "--config", config)
    order_in(shop)
    shop.store.close()
    (loaded.floor_path / "20-print").rename(tmp_path / "away")
    done = call("restore", tmp_path / "copy.sqlite", "--config", config)

    assert (done.code, "mounted" in done.err) == (4, True)
    assert build_shop(loaded).store.orders.count() == 1


def test_no_restore_while_the_daemon_runs(
    call: Call, config: Path, loaded: Loaded, shop: Shop, tmp_path: Path
) -> None:
    call("backup", "--to", tmp_path / "copy.sqlite", "--config", config)
    order_in(shop)
    hold = (
        "import sys\nfrom pathlib import Path\nfrom hotfolder.files.lock import Lock\n"
        "lock = Lock.take(Path(sys.argv[1]), '{}')\nprint('held', flush=True)\ninput()\n"
    )
    with other_process(hold, loaded.state_path / "hotfolder.lock") as daemon:
        assert line_of(daemon) == "held"
        done = call("restore", tmp_path / "copy.sqlite", "--config", config)

    assert done.code == 5
    assert "stop it first" in done.err
    assert build_shop(loaded).store.orders.count() == 1


def test_after_a_restore_the_daemon_may_start(
    call: Call, config: Path, loaded: Loaded, tmp_path: Path
) -> None:
    call("backup", "--to", tmp_path / "copy.sqlite", "--config", config)
    assert call("restore", tmp_path / "copy.sqlite", "--config", config).code == 0

    for lock in take_locks(loaded):
        lock.release()


def test_what_is_no_backup_is_refused_and_changes_nothing(
    call: Call, config: Path, loaded: Loaded, shop: Shop, tmp_path: Path
) -> None:
    order_in(shop)
    for name, content in (("rubbish", b"no database" * 500), ("gone", None)):
        if content:
            (tmp_path / name).write_bytes(content)
        done = call("restore", tmp_path / name, "--config", config)
        assert done.code == 3
        assert str(tmp_path / name) in done.err
        assert "Traceback" not in done.err
    assert build_shop(loaded).store.orders.count() == 1


def test_a_backup_that_can_not_be_written_is_told(call: Call, config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = call("backup", "--to", tmp_path / "file" / "copy.sqlite", "--config", config)

    assert done.code == 3
    assert "no backup" in done.err
    assert "Traceback" not in done.err


def test_a_backup_never_replaces_the_store_itself(
    call: Call, config: Path, loaded: Loaded, shop: Shop
) -> None:
    order_in(shop)
    store = loaded.state_path / "hotfolder.sqlite"
    before = store.stat().st_ino
    done = call("backup", "--to", store, "--config", config)

    assert done.code == 3
    assert "is the database itself" in done.err
    assert store.stat().st_ino == before
