"""Jobs are given to devices once and whole, and their results come back."""

import contextlib
import os
from pathlib import Path
from types import ModuleType

import pytest

from hotfolder.domain.device import By, Clue, Gives, ResultGoes
from hotfolder.domain.flow import HOLD
from hotfolder.domain.handover import HandoverState
from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.fakes import Killed, ManualClock
from tests.services.device_bench import (
    PDF,
    Bench,
    a_device,
    actions,
    names_in,
    ordered_file,
    the_name,
    with_devices,
)
from tests.steps import again, folder_of, job_on_floor, note, stage_of


@pytest.fixture
def press(tmp_path: Path) -> Path:
    return tmp_path / "press"


@pytest.fixture
def bench(shop: Shop, clock: ManualClock, press: Path) -> Bench:
    return Bench(with_devices(shop, a_device(press)), clock)


@pytest.fixture
def job(bench: Bench) -> Job:
    """A job that was just dragged to the stage of the device."""
    made = job_on_floor(bench.shop)
    note(bench.shop, made, "print")
    return made


def test_a_job_in_the_stage_of_a_device_is_given_with_its_unique_beginning(
    bench: Bench, job: Job
) -> None:
    bench.step()
    name = the_name(bench)
    assert name.startswith("HF000001_")
    assert name.endswith("_product.pdf")
    source = ordered_file(bench.shop, job)
    assert (bench.inbox() / name).read_bytes() == source.read_bytes()
    assert bench.states(job) == [HandoverState.GIVEN]
    assert actions(bench, job)[-1] == "given to device"


def test_it_is_given_once_however_often_it_is_looked_at_and_started(bench: Bench, job: Job) -> None:
    bench.step()
    name = the_name(bench)
    (bench.inbox() / name).unlink()  # taken
    bench.settle()
    bench.restart()
    bench.settle()
    assert bench.given() == []
    assert bench.states(job) == [HandoverState.TAKEN]


def test_a_whole_job_folder_can_be_given(shop: Shop, clock: ManualClock, press: Path) -> None:
    bench = Bench(with_devices(shop, a_device(press, gives=Gives.JOB_FOLDER)), clock)
    job = job_on_floor(bench.shop)
    note(bench.shop, job, "print")
    bench.step()
    given = bench.inbox() / the_name(bench)
    here = folder_of(shop, job)
    assert names_in(given) == names_in(here)


def test_a_pdf_can_have_its_ticket_beside_it(shop: Shop, clock: ManualClock, press: Path) -> None:
    bench = Bench(with_devices(shop, a_device(press, gives=Gives.PDF_AND_TICKET)), clock)
    job = job_on_floor(bench.shop)
    note(bench.shop, job, "print")
    bench.step()
    ticket, pdf = bench.given()
    assert (Path(ticket).suffix, Path(pdf).suffix) == (".json", ".pdf")
    assert Path(ticket).stem == Path(pdf).stem
    text = (folder_of(shop, job) / "job-ticket.json").read_text()
    assert (bench.inbox() / ticket).read_text() == text


def test_a_ticket_that_the_device_does_not_take_never_counts_as_the_file(
    shop: Shop, clock: ManualClock, press: Path
) -> None:
    device = a_device(
        press, gives=Gives.PDF_AND_TICKET, done=(Clue(by=By.GONE),), failed=(), taken=()
    )
    bench = Bench(with_devices(shop, device), clock)
    job = job_on_floor(bench.shop)
    note(bench.shop, job, "print")
    bench.step()
    (bench.inbox() / bench.given()[1]).unlink()
    bench.settle()
    assert stage_of(shop, job) == "produced"
    assert bench.given() == []


def test_each_file_of_a_job_is_given_but_the_papers_of_the_order(bench: Bench) -> None:
    job = job_on_floor(bench.shop, kind="textbook")
    note(bench.shop, job, "print")
    bench.step()
    kinds = {name.removesuffix(".pdf").rpartition("_")[2] for name in bench.given()}
    assert kinds == {"cover", "book"}


def test_a_file_that_is_being_written_is_given_when_it_is_whole(bench: Bench, job: Job) -> None:
    source = ordered_file(bench.shop, job)
    with source.open("ab") as writing:
        writing.write(b"%")
        bench.step(2)
        assert bench.given() == []
    bench.step(2)
    assert len(bench.given()) == 1


def test_a_job_without_its_file_goes_to_hold_and_says_so(bench: Bench, job: Job) -> None:
    source = ordered_file(bench.shop, job)
    source.unlink()
    bench.step(3)
    assert stage_of(bench.shop, job) == HOLD
    assert f"{source.name} is not in the job folder" in again(bench.shop, job).reason


# --- done ---


def test_a_result_comes_into_the_job_folder_and_the_job_goes_on(bench: Bench, job: Job) -> None:
    bench.step()
    name = the_name(bench)
    bench.make(name)
    bench.settle()
    assert stage_of(bench.shop, job) == "produced"
    assert bench.results(job) == [name.replace(".pdf", ".tif")]
    assert names_in(bench.out("done")) == []
    lines = bench.shop.store.journal.of_order(job.order_id)
    assert lines[-2].action == "device done"
    assert lines[-1].detail["by"] == "the device rip"
    assert lines[-1].detail["signals"] == ["ItemProduced"]


def test_a_result_that_is_still_written_is_waited_for(bench: Bench, job: Job) -> None:
    bench.step()
    result = bench.make(the_name(bench))
    for _ in range(6):
        with result.open("ab") as more:
            more.write(b"page")
        bench.step()
    assert stage_of(bench.shop, job) == "print"
    bench.settle()
    assert stage_of(bench.shop, job) == "produced"


def test_a_pdf_result_without_its_end_is_not_whole(bench: Bench, job: Job) -> None:
    bench.step()
    result = bench.make(the_name(bench), ending="pdf", data=PDF[:-6])
    bench.settle()
    assert stage_of(bench.shop, job) == "print"
    result.write_bytes(PDF)
    bench.settle()
    assert stage_of(bench.shop, job) == "produced"


def test_a_job_waits_until_all_its_files_are_done(bench: Bench) -> None:
    job = job_on_floor(bench.shop, kind="textbook")
    note(bench.shop, job, "print")
    bench.step()
    first, second = bench.given()
    bench.make(first)
    bench.settle()
    assert stage_of(bench.shop, job) == "print"
    bench.make(second)
    bench.settle()
    assert stage_of(bench.shop, job) == "produced"
    assert len(bench.results(job)) == 2


def test_a_folder_can_be_a_result(bench: Bench, job: Job) -> None:
    bench.step()
    name = the_name(bench)
    (bench.inbox() / name).unlink()
    pages = bench.out("done") / Path(name).stem
    pages.mkdir()
    (pages / "page-1.png").write_bytes(b"1")
    bench.settle()
    assert bench.results(job) == [pages.name, f"{pages.name}/page-1.png"]
    assert stage_of(bench.shop, job) == "produced"


def test_a_returned_ticket_in_a_result_never_makes_a_job_of_it(
    shop: Shop, clock: ManualClock, press: Path
) -> None:
    bench = Bench(with_devices(shop, a_device(press, gives=Gives.JOB_FOLDER)), clock)
    job = job_on_floor(bench.shop)
    note(bench.shop, job, "print")
    bench.step()
    (bench.inbox() / the_name(bench)).rename(bench.out("done") / the_name(bench))
    bench.settle()
    assert stage_of(bench.shop, job) == "produced"
    clock.turn(60)
    bench.settle()
    assert [one for one in bench.shop.store.notes.all() if "job" in one.kind] == []
    assert any(name.endswith("returned-job-ticket.json") for name in bench.results(job))


def test_results_do_not_count_as_changed_files_of_the_job(bench: Bench, job: Job) -> None:
    bench.step()
    bench.make(the_name(bench))
    bench.step(60)
    assert "files changed" not in actions(bench, job)


def test_results_can_go_to_an_archive_or_stay(
    shop: Shop, clock: ManualClock, press: Path, tmp_path: Path
) -> None:
    archive = a_device(press, result=ResultGoes.ARCHIVE)
    bench = Bench(with_devices(shop, archive), clock)
    job = job_on_floor(shop)
    note(shop, job, "print")
    bench.step()
    result = bench.make(the_name(bench))
    bench.settle()
    assert (press / "archive" / "2026-03" / result.name).is_file()
    assert (stage_of(shop, job), bench.results(job)) == ("produced", [])

    leave = a_device(tmp_path / "other", result=ResultGoes.LEAVE)
    bench = Bench(with_devices(shop, leave), clock)
    job = job_on_floor(shop, 2)
    note(shop, job, "print")
    bench.step()
    result = bench.make(the_name(bench))
    bench.settle()
    assert result.is_file()
    assert stage_of(shop, job) == "produced"


def test_a_job_stays_where_nothing_is_said_of_the_next_stage(
    shop: Shop, clock: ManualClock, press: Path
) -> None:
    bench = Bench(with_devices(shop, a_device(press, on_done="")), clock)
    job = job_on_floor(shop)
    note(shop, job, "print")
    bench.step()
    bench.make(the_name(bench))
    bench.settle()
    assert (stage_of(shop, job), bench.states(job)) == ("print", [HandoverState.DONE])
    assert bench.given() == []


def test_what_comes_late_still_finds_the_job(bench: Bench, job: Job) -> None:
    bench.step()
    name = the_name(bench)
    bench.make(name)
    bench.settle()
    (bench.out("done") / f"{Path(name).stem}_2.tif").write_bytes(b"page 2")
    bench.settle()
    assert len(bench.results(job)) == 2


# --- killed ---


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
