"""A device fails, a job is taken away from it, a result is of nobody."""

from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.domain.device import Strangers
from hotfolder.domain.flow import HOLD
from hotfolder.domain.job import Job, JobState
from hotfolder.services.device_list import device_lines
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
from tests.steps import again, drag, folder_of, job_on_floor, note, stage_of


@pytest.fixture
def job(bench: Bench) -> Job:
    return job_at_device(bench)


# --- failed ---


def test_a_failure_holds_the_job_with_the_words_of_the_device(bench: Bench, job: Job) -> None:
    bench.step()
    name = the_name(bench)
    bench.fail(name, "Error: /rangecheck in --runpdf--\nGPL: unrecoverable")
    bench.settle()
    now = again(bench.shop, job)
    assert (stage_of(bench.shop, job), now.state) == (HOLD, JobState.HELD)
    assert "the device rip could not make" in now.reason
    assert "/rangecheck in --runpdf--; GPL: unrecoverable" in now.reason
    why = (folder_of(bench.shop, job) / "WHY.txt").read_text()
    assert "The device rip says" in why
    assert "/rangecheck" in why
    assert len(bench.results(job)) == 2  # the file as it came back, and the words


def test_an_empty_file_in_error_is_a_failure_too(bench: Bench, job: Job) -> None:
    bench.step()
    (bench.out("error") / the_name(bench)).touch()
    (bench.inbox() / the_name(bench)).unlink()
    bench.settle()
    assert stage_of(bench.shop, job) == HOLD
    assert "it gave no reason" in again(bench.shop, job).reason


def test_dragged_back_from_hold_it_is_given_anew_and_the_old_words_go(
    bench: Bench, job: Job
) -> None:
    bench.step()
    bench.fail(the_name(bench), "no")
    bench.settle()
    drag(bench.shop, folder_of(bench.shop, job), "print")
    bench.step(2)
    name = the_name(bench)
    assert name.startswith("HF000002_")
    bench.make(name)
    bench.settle()
    assert stage_of(bench.shop, job) == "produced"
    assert not (folder_of(bench.shop, job) / "WHY.txt").exists()
    # what came of the first try lies apart
    assert [one for one in bench.results(job) if "/" not in one] == [
        name.replace(".pdf", ".tif"),
        "earlier",
    ]


def test_one_failed_file_of_two_holds_the_job_and_takes_the_other_back(bench: Bench) -> None:
    job = job_on_floor(bench.shop, kind="textbook")
    note(bench.shop, job, "print")
    bench.step()
    first, second = bench.given()
    bench.fail(first, "no")
    bench.settle()
    assert stage_of(bench.shop, job) == HOLD
    assert bench.given() == []
    assert second not in names_in(bench.out("error"))


# --- taken away ---


def test_a_job_dragged_away_takes_its_file_out_of_the_input(bench: Bench, job: Job) -> None:
    bench.step()
    visit = again(bench.shop, job).moves
    drag(bench.shop, folder_of(bench.shop, job), "new")
    bench.step(3)
    assert bench.given() == []
    assert bench.states(job, visit) == []
    assert actions(bench, job)[-1] == "taken back from device"
    assert not (Path(bench.shop.devices[0].folder) / ".hotfolder" / "HF000001").exists()


def test_what_a_device_makes_of_a_job_that_left_is_set_aside_with_a_note(
    bench: Bench, job: Job
) -> None:
    bench.step()
    name = the_name(bench)
    (bench.inbox() / name).unlink()  # taken, and under way
    drag(bench.shop, folder_of(bench.shop, job), "produced")
    bench.step(3)
    result = bench.out("done") / f"{Path(name).stem}.tif"
    result.write_bytes(b"late")
    bench.settle()
    aside = bench.out("done") / "set-aside"
    assert (aside / result.name).read_bytes() == b"late"
    assert job.order_id in (aside / f"{result.name}.txt").read_text()
    assert (stage_of(bench.shop, job), bench.results(job)) == ("produced", [])


def test_a_result_for_nobody_is_set_aside_with_a_note(bench: Bench) -> None:
    for name in ("holiday.tif", "HF999999_x_cover.tif"):
        (bench.out("done") / name).write_bytes(b"?")
    bench.settle()
    aside = bench.out("done") / "set-aside"
    assert names_in(aside) == [
        "HF999999_x_cover.tif",
        "HF999999_x_cover.tif.txt",
        "holiday.tif",
        "holiday.tif.txt",
    ]
    [line] = device_lines(bench.shop)
    assert line.aside == 2


def test_what_nobody_waits_for_is_set_aside_though_it_never_becomes_whole(bench: Bench) -> None:
    for name in ("stray.pdf", "HF999999_x.pdf"):
        (bench.out("done") / name).write_bytes(b"no end")
    (bench.out("done") / "own").mkdir()
    bench.settle()
    assert names_in(bench.out("done")) == ["HF999999_x.pdf", "own", "stray.pdf"]
    bench.clock.turn(timedelta(minutes=30).total_seconds())
    bench.step(3)
    assert names_in(bench.out("done")) == ["own", "set-aside"], "an empty folder stays"


def test_a_result_that_never_becomes_whole_is_named_when_time_is_over(
    bench: Bench, job: Job
) -> None:
    bench.step()
    half = bench.make(the_name(bench), ending="pdf", data=b"no end")
    bench.settle()
    assert bench.notes() == []
    bench.clock.turn(timedelta(minutes=30).total_seconds())
    bench.step(3)
    [words] = bench.notes()
    assert f"{half} is empty, not whole" in words
    half.write_bytes(PDF)
    bench.settle()
    assert (bench.notes(), stage_of(bench.shop, job)) == ([], "produced")


def test_strangers_are_left_where_the_device_has_other_work(
    shop: Shop, clock: ManualClock, press: Path
) -> None:
    bench = Bench(with_devices(shop, a_device(press, strangers=Strangers.LEAVE)), clock)
    (press / "done" / "holiday.tif").write_bytes(b"?")
    bench.settle()
    assert names_in(press / "done") == ["holiday.tif"]


def test_a_person_who_was_first_wins(bench: Bench, job: Job) -> None:
    bench.step()
    bench.make(the_name(bench))
    drag(bench.shop, folder_of(bench.shop, job), "packed")
    bench.settle()
    assert stage_of(bench.shop, job) == "packed"
    assert bench.shop.store.own_moves.all() == []


def test_a_folder_that_has_the_name_already_is_never_written_over(bench: Bench, job: Job) -> None:
    other = bench.shop.floor.stage_path("produced") / folder_of(bench.shop, job).name
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    bench.step()
    bench.make(the_name(bench))
    bench.settle()
    assert folder_of(bench.shop, job).name == f"{other.name}_2"
    assert names_in(other) == ["mine.txt"]
