"""What a device made comes into the job folder, and the job goes on when all is done."""

from pathlib import Path

import pytest

from hotfolder.domain.device import Gives, ResultGoes
from hotfolder.domain.handover import HandoverState
from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.services.device_bench import (
    PDF,
    Bench,
    a_device,
    actions,
    job_at_device,
    names_in,
    the_name,
    with_devices,
)
from tests.steps import job_on_floor, note, stage_of


@pytest.fixture
def job(bench: Bench) -> Job:
    return job_at_device(bench)


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
