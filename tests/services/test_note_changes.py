"""Files of a job that change where it stands are told once, when they are quiet."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.note_changes import Changes
from hotfolder.services.shop import Rules, Shop
from tests.fakes import ManualClock
from tests.steps import folder_of, job_on_floor

SETTLE = 10.0


class Looks:
    """Looks at the first stage every second."""

    def __init__(self, shop: Shop, clock: ManualClock) -> None:
        self.shop = shop
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Nothing is remembered."""
        self.changes = Changes(self.shop, each_time=2)

    def wait(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self._clock.turn(1)
            self.changes.step({"new": list(self.shop.store.jobs.in_stage("new"))})

    def told(self, job: Job) -> list[Mapping[str, Any]]:
        lines = self.shop.store.journal.of_order(job.order_id)
        return [line.detail for line in lines if line.action == "files changed"]


@pytest.fixture
def looks(shop: Shop, clock: ManualClock) -> Looks:
    return Looks(replace(shop, rules=Rules(settle_seconds=SETTLE)), clock)


@pytest.fixture
def job(shop: Shop, looks: Looks) -> Job:
    """A job with two files, looked into."""
    made = job_on_floor(shop, kind="textbook")
    looks.wait(5)
    return made


def book_of(shop: Shop, job: Job) -> Path:
    return next(folder_of(shop, job).glob("*_book.pdf"))


def test_a_file_with_other_content_is_told_once_after_it_was_quiet(
    looks: Looks, shop: Shop, job: Job
) -> None:
    book = book_of(shop, job)
    for _ in range(3):
        with book.open("ab") as file:
            file.write(b"%more")
        looks.wait(SETTLE - 1)
        assert looks.told(job) == []
    looks.wait(600)

    assert looks.told(job) == [{"stage": "new", "changed": [book.name], "missing": []}]


def test_a_file_that_is_taken_away_is_told_and_so_is_its_return(
    looks: Looks, shop: Shop, job: Job, tmp_path: Path
) -> None:
    book = book_of(shop, job)
    away = book.rename(tmp_path / "away")
    looks.wait(60)
    away.write_bytes(b"%PDF another")
    away.rename(book)
    looks.wait(60)

    assert [(detail["changed"], detail["missing"]) for detail in looks.told(job)] == [
        ([], [book.name]),
        ([book.name], []),
    ]


def test_what_somebody_still_writes_is_not_told_before_it_is_closed(
    looks: Looks, shop: Shop, job: Job
) -> None:
    with book_of(shop, job).open("ab") as file:
        file.write(b"%more")
        file.flush()
        looks.wait(60)
        assert looks.told(job) == []
    looks.wait(2 * SETTLE)

    assert len(looks.told(job)) == 1


def test_new_rights_and_files_that_are_not_of_the_order_are_no_change(
    looks: Looks, shop: Shop, job: Job
) -> None:
    folder = folder_of(shop, job)
    book_of(shop, job).chmod(0o600)
    (folder / "tracking.txt").write_text("JD0123")
    (folder / ".DS_Store").write_bytes(b"x")
    os.utime(folder / "job-ticket.json")
    looks.wait(60)

    assert looks.told(job) == []


def test_another_folder_is_begun_with_anew_and_so_is_a_new_run(
    looks: Looks, shop: Shop, job: Job
) -> None:
    book_of(shop, job).write_bytes(b"while nobody looks")
    looks.begin()
    looks.wait(60)

    assert looks.told(job) == []


def test_every_folder_has_its_turn_however_few_are_looked_into_at_once(
    looks: Looks, shop: Shop
) -> None:
    jobs = [job_on_floor(shop, number, kind="textbook") for number in range(1, 8)]
    looks.wait(10)
    for job in jobs:
        book_of(shop, job).write_bytes(b"new")
    looks.wait(60)

    assert [len(looks.told(job)) for job in jobs] == [1] * 7


def test_a_folder_with_the_ticket_of_another_job_tells_nothing(
    looks: Looks, shop: Shop, job: Job
) -> None:
    other = job_on_floor(shop, 2, kind="textbook")
    ticket = folder_of(shop, other) / "job-ticket.json"
    (folder_of(shop, job) / "job-ticket.json").write_bytes(ticket.read_bytes())
    book_of(shop, job).write_bytes(b"new")
    looks.wait(60)

    assert (looks.told(job), looks.told(other)) == ([], [])
