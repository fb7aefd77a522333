"""The state folder is lost and a backup put back: nothing is told twice, nothing is left out."""

import json
import shutil
from pathlib import Path

import pytest

from hotfolder.test_center.verdict import judge
from tests.end_to_end.by_hand import (
    ALL,
    SECONDS,
    expected,
    push,
    ship,
    wait_for_all,
    wait_for_jobs,
    wait_for_signals,
)
from tests.end_to_end.running_shop import RunningShop
from tests.test_center_server import RunningTestCenter
from tests.waiting import wait_until

pytestmark = pytest.mark.end_to_end

BEFORE, SINCE = 7, 2  # orders of one item each


def test_what_was_sent_since_the_backup_is_never_sent_again_and_the_rest_goes_out(
    shop: RunningShop, center: RunningTestCenter, tmp_path: Path
) -> None:
    backup = tmp_path / "other disk" / "copy.sqlite"
    _live_until_the_backup(shop, center, backup)
    at_backup = len(center.accepted())
    _live_on_until_the_loss(shop, center)
    at_loss = center.accepted()
    shutil.rmtree(shop.folder / "state")

    restored = shop.command("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    center.start()
    shop.start()
    [moved_on, *_] = shop.jobs_in("produced")
    shop.drag(moved_on, "packed")  # nobody asked whether this job is in doubt
    wait_until(lambda: any(_doubts(shop).values()), SECONDS, "the new signal is parked")
    in_doubt = _doubts(shop)
    told_since = {(one.order, one.item) for one in at_loss[at_backup:]}
    assert len(told_since) == 4 + SINCE
    assert told_since <= in_doubt.keys()
    assert center.accepted() == at_loss, "nothing goes out before a person spoke"

    for order, item in in_doubt:
        _say_what_cloudprinter_has(shop, center, order, item)
    assert _doubts(shop) == {}
    for stage in ("new", "print", "produced", "packed"):
        for folder in shop.jobs_in(stage):
            ship(shop, folder)
    assert judge(wait_for_all(center), expected(center)) == []
    assert center.refused() == []
    assert shop.stop() == 0


def _live_until_the_backup(shop: RunningShop, center: RunningTestCenter, backup: Path) -> None:
    shop.start()
    push(shop, center, BEFORE, kind="poster")
    first, second, third, *_ = wait_for_jobs(shop, "new", BEFORE)
    for folder in (first, second, third):
        shop.drag(folder, "print")
    wait_for_signals(center, "ItemRegistered", BEFORE)
    wait_for_signals(center, "ItemProduce", 3)
    backup.parent.mkdir()
    done = shop.command("backup", "--to", str(backup))
    assert done.returncode == 0, done.stderr


def _live_on_until_the_loss(shop: RunningShop, center: RunningTestCenter) -> None:
    """Some go on, one is shipped, orders come in; the last move is noted and can not be told."""
    first, second, _third = shop.jobs_in("print")
    shop.drag(first, "produced")
    shop.drag(second, "packed")
    fourth, fifth, sixth, _seventh = shop.jobs_in("new")
    shop.drag(fourth, "print")
    ship(shop, fifth)
    newest, *_ = push(shop, center, SINCE, kind="poster")
    folders = wait_for_jobs(shop, "new", 2 + SINCE)
    [new_folder] = [folder for folder in folders if newest[:8] in folder.name]
    shop.drag(new_folder, "print")
    wait_for_signals(center, "ItemRegistered", BEFORE + SINCE)
    wait_for_signals(center, "ItemProduce", 3 + 3)
    wait_for_signals(center, "ItemProduced", 3)
    wait_for_signals(center, "ItemShipped", 1)
    center.stop()
    shop.drag(sixth, "print")
    noted = "SELECT count(*) FROM job WHERE stage = 'print'"
    wait_until(lambda: shop.rows(noted) == [(4,)], SECONDS, "the move is noted")
    shop.kill()


def _doubts(shop: RunningShop) -> dict[tuple[str, str], list[object]]:
    """What is new since the restore of each job in doubt."""
    done = shop.command("doubts", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {(one["order"], one["item"]): one["new_since_the_restore"] for one in found}


def _say_what_cloudprinter_has(
    shop: RunningShop, center: RunningTestCenter, order: str, item: str
) -> None:
    """A person looks at Cloudprinter's list of orders, and tells Hotfolder of it."""
    types = [one.type for one in center.accepted() if (one.order, one.item) == (order, item)]
    last = max(types, key=ALL.index)
    done = shop.command("doubts", "told", order, item, "--last", last)
    assert done.returncode == 0, done.stdout + done.stderr
