"""A shop with rounds that are driven by hand, on a real floor; only the clock is turned."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Rules, Shop
from tests.faults.bed import SetClock
from tests.steps import folder_of, job_on_floor
from tests.watch.conftest import PATIENCE, SETTLE, Hands

TICKET = "job-ticket.json"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def shop(shop: Shop) -> Shop:
    rules = Rules(settle_seconds=SETTLE, note_after_seconds=PATIENCE, tracking_quiet_seconds=0)
    return replace(shop, rules=rules)


@pytest.fixture
def hands(shop: Shop, clock: SetClock) -> Hands:
    return Hands(shop, clock)


@pytest.fixture
def job(hands: Hands, shop: Shop) -> Job:
    """A job with two files and a ticket in the first stage, seen there."""
    made = job_on_floor(shop, kind="textbook")
    hands.look()
    return made


@pytest.fixture
def leaving(shop: Shop, job: Job, tmp_path: Path) -> Iterator[Path]:
    """The job's folder, taken off the floor by somebody who copies it to another stage."""
    away = folder_of(shop, job).rename(tmp_path / "leaving")
    yield away
    shutil.rmtree(away, ignore_errors=True)


def files_of(folder: Path) -> list[str]:
    """The files of a job folder but the ticket."""
    return sorted(path.name for path in folder.iterdir() if path.name != TICKET)


def lines_of(lines: Iterable[str], words: str) -> int:
    """How many lines of a log hold these words."""
    return sum(words in line for line in lines)
