"""Killed anywhere, a file is given to its device once and whole, and its result comes once."""

import contextlib
import os
from pathlib import Path
from types import ModuleType

import pytest

from hotfolder.domain.job import Job
from tests.fakes import Killed
from tests.services.device_bench import Bench, job_at_device, ordered_file, the_name
from tests.steps import stage_of


@pytest.fixture
def job(bench: Bench) -> Job:
    return job_at_device(bench)


def kill_at(
    monkeypatch: pytest.MonkeyPatch, at: int, *steps: tuple[type | ModuleType, str]
) -> None:
    """The program ends before the step of this number, counted over all of these."""
    count = 0

    def counted(owner: type | ModuleType, name: str) -> None:
        real = getattr(owner, name)

        def call(*arguments: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count == at:
                raise Killed
            return real(*arguments, **named)

        monkeypatch.setattr(owner, name, call)

    for owner, name in steps:
        counted(owner, name)


@pytest.mark.parametrize("at", range(1, 10))
def test_killed_anywhere_in_the_handing_over_it_is_given_once_and_whole(
    bench: Bench, job: Job, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Ended before each of the steps that change a disk or the store, then started anew."""
    data = ordered_file(bench.shop, job).read_bytes()
    handovers = type(bench.shop.store.handovers)
    changes = [(handovers, name) for name in ("add", "giving", "given")]
    kill_at(monkeypatch, at, *changes, (os, "fsync"), (Path, "rename"))
    with pytest.raises(Killed):
        bench.step()
    monkeypatch.undo()
    taken = []
    for _ in range(3):  # the device takes at once whatever lies there
        for name in bench.given():
            taken.append((bench.inbox() / name).read_bytes())
            (bench.inbox() / name).unlink()
        bench.restart()
        bench.step()
    assert taken == [data]


@pytest.mark.parametrize("at", range(1, 9))
def test_killed_anywhere_in_the_taking_back_the_result_comes_once_and_the_job_goes_on(
    bench: Bench, job: Job, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    bench.step()
    name = the_name(bench)
    bench.make(name)
    store = bench.shop.store
    changes = [(type(store.handovers), one) for one in ("change", "put_away")]
    own = (type(store.own_moves), "plan"), (type(bench.shop.floor), "pass_on")
    kill_at(monkeypatch, at, *changes, *own, (os, "fsync"), (Path, "rename"))
    with contextlib.suppress(Killed):
        bench.settle()
    monkeypatch.undo()
    bench.restart()
    bench.settle()
    assert stage_of(bench.shop, job) == "produced"
    assert bench.results(job) == [name.replace(".pdf", ".tif")]
    said = [line.action for line in store.journal.of_order(job.order_id)]
    assert said.count("device done") == 1
