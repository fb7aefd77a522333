"""A changed order is taken: its files come anew, and none of the old content's stays."""

import json
from dataclasses import replace
from typing import Any

from hotfolder.domain.job import JobState
from hotfolder.domain.preflight import FileFacts
from hotfolder.services.decide_order import take_changed
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from tests.changes import body_of, come_changed, more_copies
from tests.fakes import FolderFetcher, ManualClock
from tests.services.deciding import ORDER, files_spoiled, held_job
from tests.steps import EXAMPLES, fetch_all, folder_of, order_in, the_job


def test_a_held_job_gets_its_files_anew(shop: Shop, clock: ManualClock) -> None:
    job = held_job(shop, clock)
    assert job.state is JobState.HELD
    assert folder_of(shop, job).is_dir()
    come_changed(shop, more_copies)

    take_changed(shop, ORDER)
    assert shop.floor.look("hold").folders == {}, "its folder is ours again"
    fetch_all(files_spoiled(shop))

    # wrong once more, but of other content: so it is not held at once
    assert the_job(shop, ORDER).state is JobState.WAITING
    clock.turn(3600)
    fetch_all(shop)
    assert the_job(shop, ORDER).state is JobState.FLOOR


def test_whoever_fetches_the_old_files_meanwhile_can_not_release_them(shop: Shop) -> None:
    order_in(shop)
    changes: list[object] = []

    class Meanwhile(FolderFetcher):
        """Files come while a person decides."""

        def fetch(self, url: str, target: Any, *more: Any) -> FileFacts:
            if not changes:
                come_changed(shop, more_copies)
                changes.append(take_changed(shop, ORDER))
            return super().fetch(url, target, *more)

    slow = replace(shop, fetcher=Meanwhile(EXAMPLES / "files"))
    fetching = Fetching()
    assert fetch_next(slow, fetching)
    job = the_job(shop, ORDER)
    assert (job.state, job.place) == (JobState.WAITING, None)

    assert fetch_next(slow, fetching)
    ticket = json.loads((folder_of(shop, job) / "job-ticket.json").read_text())
    assert ticket["count"] == 77


def test_a_failure_with_the_old_files_does_not_hold_the_new_ones_up(shop: Shop) -> None:
    order_in(shop)
    job = the_job(shop, ORDER)
    come_changed(shop, more_copies)
    take_changed(shop, ORDER)

    with shop.store.transaction():
        shop.store.jobs.put_off(job, shop.clock.now())
        shop.store.jobs.try_again(job, shop.clock.now(), "no files")
    fresh = the_job(shop, ORDER)
    assert (fresh.state, fresh.reason, fresh.attempts) == (JobState.WAITING, "", 0)


def test_a_file_without_checksum_is_never_taken_from_the_old_content(shop: Shop) -> None:
    def unchecked(order: dict[str, Any]) -> None:
        for file in order["items"][0]["files"]:
            del file["md5sum"], file["size"]

    def other_file(order: dict[str, Any]) -> None:
        unchecked(order)
        order["items"][0]["files"][0]["url"] = "http://files.example/files/calendar-a4.pdf"

    take_order(shop, body_of(1, unchecked), None)
    job = the_job(shop, ORDER)
    folder = shop.spool.begin(job.id)
    (folder / f"{job.item_id}_product.pdf").write_bytes(b"left by an earlier try")
    come_changed(shop, other_file)
    take_changed(shop, ORDER)
    fetch_all(shop)

    got = (folder_of(shop, job) / f"{job.item_id}_product.pdf").read_bytes()
    assert got == (EXAMPLES / "files" / "calendar-a4.pdf").read_bytes()
