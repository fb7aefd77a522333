"""Jobs are given to devices once and whole."""

from pathlib import Path

import pytest

from hotfolder.domain.device import By, Clue, Gives
from hotfolder.domain.flow import HOLD
from hotfolder.domain.handover import HandoverState
from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.services.device_bench import (
    Bench,
    a_device,
    actions,
    job_at_device,
    names_in,
    ordered_file,
    the_name,
    with_devices,
)
from tests.steps import again, folder_of, job_on_floor, note, stage_of


@pytest.fixture
def job(bench: Bench) -> Job:
    return job_at_device(bench)


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
