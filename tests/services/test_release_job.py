"""A job appears in its first stage whole, by one rename, and once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from hotfolder.domain.job import JobState
from hotfolder.files.floor import Floor
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.recover import recover
from hotfolder.services.release_job import repeat_renames
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.store.store import Store
from tests.changes import body_of
from tests.fakes import ManualClock
from tests.steps import (
    EXAMPLES,
    FILE_SERVER,
    LIVE_KEY,
    TEST_KEY,
    actions,
    again,
    database_of,
    fetch_all,
    folder_of,
    job_on_floor,
    look_up,
    order_in,
    the_job,
)


def test_the_ticket_tells_what_to_make_and_for_whom(shop: Shop) -> None:
    job = job_on_floor(shop, 2, kind="mixed")

    ticket = json.loads((folder_of(shop, job) / "job-ticket.json").read_text())
    assert ticket["ticket"] == job.ticket_id
    assert (ticket["order_id"], ticket["item_id"]) == (job.order_id, job.item_id)
    assert ticket["product"] == "textbook_cw_a5_p_bw"
    assert [file["type"] for file in ticket["files"]] == ["cover", "book"]
    assert len(ticket["order"]["items"]) == 1
    assert LIVE_KEY not in json.dumps(ticket)


def test_the_sizes_in_the_ticket_are_those_of_the_files_beside_it(shop: Shop) -> None:
    job = job_on_floor(shop, kind="labelled")

    folder = folder_of(shop, job)
    files = json.loads((folder / "job-ticket.json").read_text())["files"]
    assert len(files) == 4
    assert all((folder / file["name"]).stat().st_size == file["size"] for file in files)


@pytest.mark.parametrize(
    ("more", "mark"), [({"key": TEST_KEY}, "TEST_"), ({"kind": "reorder"}, "!REORDER_")]
)
def test_tests_and_reorders_can_be_told_by_their_folder_name(
    shop: Shop, more: dict[str, Any], mark: str
) -> None:
    job = job_on_floor(shop, **more)

    assert folder_of(shop, job).name.startswith(mark)


def test_whoever_lists_the_stage_never_sees_half_a_job(shop: Shop) -> None:
    stage = shop.floor.stage_path("new")
    half: list[str] = []
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set() or len(seen) < 25:
            for folder in stage.iterdir():
                if folder.is_dir():
                    seen.add(folder.name)
                    names = {path.name for path in folder.iterdir()}
                    half.extend(folder.name for _ in range(len(names) != 3))
                    if "job-ticket.json" not in names:
                        half.append(folder.name)

    for number in range(1, 26):
        order_in(shop, number, kind="textbook")
    observer = threading.Thread(target=look)
    observer.start()
    fetch_all(shop)
    done.set()
    observer.join(10)

    assert not observer.is_alive()
    assert half == []
    assert len(seen) == 25


def test_a_name_that_is_taken_on_the_floor_gets_a_number(shop: Shop) -> None:
    order = order_in(shop)
    job = the_job(shop, order.order_id)
    first = folder_name_of(shop)
    (shop.floor.stage_path("new") / first).mkdir()
    fetch_all(shop)

    assert folder_of(shop, job).name == f"{first}_2"
    assert (folder_of(shop, job) / "job-ticket.json").is_file()
    assert list((shop.floor.stage_path("new") / first).iterdir()) == []


def folder_name_of(shop: Shop) -> str:
    """The name that order 1 gets when it has the stage for itself, tried on a copy of the shop."""
    trial = shop.floor.path.parent / "trial"
    floor = type(shop.floor)(trial, shop.flows, shop.floor.floor_id)
    floor.prepare()
    store = Store.open(trial / "trial.sqlite")
    spool = type(shop.spool)(trial / "spool")
    job = job_on_floor(replace(shop, floor=floor, store=store, spool=spool))
    place = next(one.place for one in store.jobs.all() if one.id == job.id)
    store.close()
    assert place is not None
    return place.folder


def test_a_stage_that_is_away_is_tried_later_and_nothing_is_made_in_its_place(
    shop: Shop, clock: ManualClock
) -> None:
    stage = shop.floor.stage_path("new")
    aside = stage.rename(stage.with_name("unmounted"))
    stage.mkdir()  # an empty mount point
    order = order_in(shop)
    fetch_all(shop)

    waiting = the_job(shop, order.order_id)
    assert waiting.state is JobState.WAITING
    assert "marker" in waiting.reason
    assert list(stage.iterdir()) == []

    stage.rmdir()
    aside.rename(stage)
    clock.turn(600)
    fetch_all(shop)
    assert again(shop, waiting).state is JobState.FLOOR
    assert folder_of(shop, waiting).is_dir()


def test_a_job_that_was_killed_between_store_and_rename_appears_at_the_next_start(
    shop: Shop,
) -> None:
    job = job_on_floor(shop, kind="textbook")
    undo_rename(shop, job_folder=folder_of(shop, job), job_id=job.id)

    recover(shop)

    assert len(list(folder_of(shop, job).iterdir())) == 3
    assert shop.store.jobs.to_rename() == []
    assert actions(shop, job.order_id) == ["order taken", "job released"]


def test_a_job_that_was_killed_after_the_rename_stays_where_it_is(shop: Shop) -> None:
    job = job_on_floor(shop)
    mark_rename_due(shop, job.id)
    before = folder_of(shop, job).stat().st_ino

    recover(shop)

    assert folder_of(shop, job).stat().st_ino == before
    assert shop.store.jobs.to_rename() == []


def test_a_stage_that_is_away_at_the_start_is_told_and_gets_its_job_when_it_is_back(
    shop: Shop, logged: list[str]
) -> None:
    job = job_on_floor(shop)
    undo_rename(shop, job_folder=folder_of(shop, job), job_id=job.id)
    marker = shop.floor.stage_path("new") / ".hotfolder-stage"
    aside = marker.rename(marker.with_name(".aside"))

    recover(shop)
    assert not folder_of(shop, job).exists()
    assert [one.id for one in shop.store.jobs.to_rename()] == [job.id]
    repeat_renames(shop)
    (noted,) = shop.store.notes.all()
    assert noted.name == f"{job.order_id} {job.item_id}"
    assert noted.words.startswith("can not appear in stage new: ")
    assert "has no marker file" in noted.words
    assert sum("can not appear in stage new" in line for line in logged) == 1
    assert any(line.startswith("WARNING job can not appear") for line in logged)

    aside.rename(marker)
    repeat_renames(shop)
    assert folder_of(shop, job).is_dir()
    assert shop.store.jobs.to_rename() == []
    assert shop.store.notes.all() == []


def test_two_that_end_the_same_rename_do_no_harm(shop: Shop) -> None:
    done = threading.Event()

    def repeat() -> None:
        while not done.is_set():
            repeat_renames(shop)
        shop.store.close()

    other = threading.Thread(target=repeat)
    other.start()
    for number in range(1, 21):
        order_in(shop, number)
    fetch_all(shop)
    done.set()
    other.join(10)

    assert len(shop.floor.look("new").folders) == 20
    for job in shop.store.jobs.all():
        assert job.attempts == 0
        assert actions(shop, job.order_id) == ["order taken", "job released"]


def test_an_order_whose_flow_is_gone_waits_and_says_so(shop: Shop) -> None:
    order = order_in(shop)
    fetch_all(replace(shop, flows=[replace(shop.flows[0], name="other")]))

    waiting = the_job(shop, order.order_id)
    assert waiting.state is JobState.WAITING
    assert "flow books" in waiting.reason


def test_hostile_words_of_an_order_do_not_leave_the_job_folder(shop: Shop, tmp_path: Path) -> None:
    document = (EXAMPLES / "i16-hostile-text.json").read_text()
    before = set(tmp_path.rglob("*"))
    body = document.replace("{{BASE_URL}}", FILE_SERVER).encode()
    taken = take_order(shop, body, "application/json")
    fetch_all(shop)

    folder = folder_of(shop, the_job(shop, taken.order_id))
    assert folder.parent == shop.floor.stage_path("new")
    made = set(tmp_path.rglob("*")) - before
    assert {path for path in made if path.parent.name != "state"} == {folder, *folder.iterdir()}


def undo_rename(shop: Shop, *, job_folder: Path, job_id: int) -> None:
    """The state of things in which a kill between store and rename leaves them."""
    job_folder.rename(shop.spool.folder(job_id))
    mark_rename_due(shop, job_id)


def mark_rename_due(shop: Shop, job_id: int) -> None:
    look_up(database_of(shop), "UPDATE job SET rename_due = 1 WHERE id = ?", job_id)


def test_item_ids_that_differ_only_in_capitals_get_folders_that_differ_in_more(shop: Shop) -> None:
    def both(order: dict[str, Any]) -> None:
        order["items"] = [order["items"][0] | {"id": name} for name in ("item-a", "item-A")]

    take_order(shop, body_of(1, both), None)
    fetch_all(shop)

    names = [job.place.folder for job in shop.store.jobs.all() if job.place]
    assert len({name.casefold() for name in names}) == 2


class MeetingFloor(Floor):
    """Whoever asks for a name waits a moment for somebody else who asks, too."""

    def inode(self, stage_key: str, folder: str) -> str | None:
        with suppress(threading.BrokenBarrierError):
            self.meeting.wait(0.3)
        return super().inode(stage_key, folder)

    meeting: ClassVar = threading.Barrier(2)


def test_jobs_of_one_name_that_are_ready_at_the_same_moment_get_folders_of_their_own(
    shop: Shop,
) -> None:
    def alike(order: dict[str, Any]) -> None:
        order["items"][0] |= {"id": "item-1", "title": "Atlas", "count": "5"}
        order["shipping_date"] = "2026-03-05 10:00:00"

    for number in (1, 2):
        take_order(shop, body_of(number, alike), None)
    floor = MeetingFloor(shop.floor.path, shop.flows, shop.floor.floor_id)
    fetching = Fetching()
    with ThreadPoolExecutor(2) as workers:
        for _ in range(2):
            workers.submit(fetch_next, replace(shop, floor=floor), fetching)

    names = {job.place.folder for job in shop.store.jobs.all() if job.place}
    assert len(names) == 2, names
    assert shop.floor.look("new").folders.keys() == names
