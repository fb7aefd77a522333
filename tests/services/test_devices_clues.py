"""What tells that a device is done; several devices, time limits, people."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.domain.conditions import Conditions
from hotfolder.domain.device import By, Clue, ResultGoes
from hotfolder.domain.flow import HOLD
from hotfolder.domain.handover import HandoverState
from hotfolder.domain.job import Job
from hotfolder.errors import NotPossible
from hotfolder.services.device_list import file_lines, give_again
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.services.device_bench import Bench, a_device, job_at_device, the_name, with_devices
from tests.steps import again, drag, folder_of, job_on_floor, note, stage_of


@pytest.fixture
def job(bench: Bench) -> Job:
    return job_at_device(bench)


# --- clues ---


def test_gone_can_mean_done_and_a_file_that_comes_back_is_not_gone(
    shop: Shop, clock: ManualClock, press: Path
) -> None:
    device = a_device(press, done=(Clue(by=By.GONE),), failed=(), taken=())
    bench = Bench(with_devices(shop, device), clock)
    job = job_on_floor(shop)
    note(shop, job, "print")
    bench.step()
    name = the_name(bench)
    (bench.inbox() / name).rename(bench.inbox() / f"{name}.busy")  # renamed while it is read
    bench.settle()
    assert stage_of(shop, job) == "print"
    (bench.inbox() / f"{name}.busy").unlink()
    bench.settle()
    assert stage_of(shop, job) == "produced"


def test_a_share_that_is_away_makes_nothing_gone(
    shop: Shop, clock: ManualClock, press: Path
) -> None:
    device = a_device(press, done=(Clue(by=By.GONE),), failed=(), taken=())
    bench = Bench(with_devices(shop, device), clock)
    job = job_on_floor(shop)
    note(shop, job, "print")
    bench.step()
    (press / "input").rename(press / "input-of-the-share")
    (press / "input").mkdir()  # what lies below the mount
    bench.settle()
    assert stage_of(shop, job) == "print"
    (press / "input").rmdir()
    bench.settle()
    assert stage_of(shop, job) == "print"
    assert any("can not be used" in words for words in bench.notes())
    (press / "input-of-the-share").rename(press / "input")
    bench.settle()
    assert bench.notes() == []
    assert bench.states(job) == [HandoverState.GIVEN]


def test_a_line_in_a_log_can_tell(shop: Shop, clock: ManualClock, press: Path) -> None:
    log = Clue(by=By.LOG, folder=str(press), pattern="rip.log", regex=r"{name} .*finished")
    bad = Clue(by=By.LOG, folder=str(press), pattern="rip.log", regex=r"{name} .*ERROR: .*")
    bench = Bench(with_devices(shop, a_device(press, done=(log,), failed=(bad,))), clock)
    jobs = [job_on_floor(shop, number) for number in (1, 2)]
    for job in jobs:
        note(shop, job, "print")
    bench.step()
    first, second = bench.given()
    (press / "rip.log").write_text(
        f"12:00 {first} was finished\n12:01 {second} ERROR: out of magenta\n", "utf-16"
    )
    bench.settle()
    assert [stage_of(shop, job) for job in jobs] == ["produced", HOLD]
    assert "out of magenta" in again(shop, jobs[1]).reason


def test_an_empty_marker_file_can_tell(shop: Shop, clock: ManualClock, press: Path) -> None:
    marker = Clue(by=By.MARKER, folder=str(press / "input"), pattern="{name}.done")
    device = a_device(press, done=(marker,), result=ResultGoes.LEAVE)
    bench = Bench(with_devices(shop, device), clock)
    job = job_on_floor(shop)
    note(shop, job, "print")
    bench.step()
    (bench.inbox() / f"{the_name(bench)}.done").touch()
    bench.settle()
    assert stage_of(shop, job) == "produced"


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ('<JDF Status="Completed"/>', "produced"),
        ('{"status": "completed"}', "produced"),
        ('<JDF Status="Aborted"/>', HOLD),
        ('<JDF Status="InProgress"/>', "print"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><JDF Status="Completed"/>', "print"),
    ],
)
def test_a_returned_ticket_can_tell(
    shop: Shop, clock: ManualClock, press: Path, text: str, stage: str
) -> None:
    def status(word: str) -> Clue:
        folder = str(press / "tickets")
        return Clue(by=By.TICKET, folder=folder, pattern="{stem}.jdf", status=(word,))

    device = a_device(press, done=(status("Completed"),), failed=(status("Aborted"),))
    (press / "tickets").mkdir()
    bench = Bench(with_devices(shop, device), clock)
    job = job_on_floor(shop)
    note(shop, job, "print")
    bench.step()
    (press / "tickets" / f"{Path(the_name(bench)).stem}.jdf").write_text(text)
    bench.settle()
    assert stage_of(shop, job) == stage


# --- several devices, time limits, people ---


def test_of_two_devices_the_one_with_less_to_do_gets_the_next_job(
    shop: Shop, clock: ManualClock, tmp_path: Path
) -> None:
    one = a_device(tmp_path / "one", name="one")
    two = a_device(tmp_path / "two", name="two")
    bench = Bench(with_devices(shop, one, two), clock)
    for number in range(1, 5):
        job = job_on_floor(shop, number)
        note(shop, job, "print")
    bench.step()
    assert (len(bench.given(0)), len(bench.given(1))) == (2, 2)


def test_devices_take_by_product_and_by_file_type(
    shop: Shop, clock: ManualClock, tmp_path: Path
) -> None:
    books = Conditions(product=("textbook*",))
    covers = a_device(tmp_path / "covers", name="covers", files=("cover",), takes=(books,))
    blocks = a_device(tmp_path / "blocks", name="blocks", files=("book",), takes=(books,))
    bench = Bench(with_devices(shop, covers, blocks), clock)
    job = job_on_floor(shop, kind="textbook")
    poster = job_on_floor(shop, 2)
    for one in (job, poster):
        note(shop, one, "print")
    bench.step()
    assert [name.rpartition("_")[2] for name in (*bench.given(0), *bench.given(1))] == [
        "cover.pdf",
        "book.pdf",
    ]
    [words] = bench.notes()
    assert "no device there takes it" in words
    drag(shop, folder_of(shop, poster), "produced")
    bench.step(2)
    assert bench.notes() == []


def test_a_device_that_takes_too_long_is_told_and_never_waited_for_in_silence(
    bench: Bench, job: Job, logged: list[str]
) -> None:
    bench.step()
    name = the_name(bench)
    bench.clock.turn(timedelta(minutes=30).total_seconds())
    bench.step(3)
    [words] = bench.notes()
    assert "longer than 30 minutes" in words
    assert sum("WARNING" in line and "longer than" in line for line in logged) == 1
    assert [one.overdue for one in file_lines(bench.shop)] == [True]
    bench.restart()
    bench.step()
    assert bench.notes() == [words]
    bench.make(name)
    bench.settle()
    assert bench.notes() == []


def test_a_person_can_have_a_job_given_anew(bench: Bench, job: Job) -> None:
    bench.step()
    assert give_again(bench.shop, again(bench.shop, job)) == "it is given anew"
    bench.step(2)
    assert the_name(bench).startswith("HF000002_")


def test_a_held_job_goes_back_to_its_device_when_a_person_asks(bench: Bench, job: Job) -> None:
    bench.step()
    bench.fail(the_name(bench), "no")
    bench.settle()
    words = give_again(bench.shop, again(bench.shop, job))
    assert words == "its folder goes back to stage print and is given anew"
    bench.step(3)
    assert stage_of(bench.shop, job) == "print"
    assert the_name(bench).startswith("HF000002_")


def test_a_job_elsewhere_can_not_be_given_anew(bench: Bench) -> None:
    job = job_on_floor(bench.shop)
    with pytest.raises(NotPossible, match="no stage of a device"):
        give_again(bench.shop, job)


def test_what_is_with_a_device_that_is_gone_is_told(bench: Bench, job: Job) -> None:
    bench.step()
    other = replace(bench.shop.devices[0], name="other")
    bench = Bench(with_devices(bench.shop, other), bench.clock)
    bench.step()
    [words] = bench.notes()
    assert "rip, which is not configured any more" in words
    give_again(bench.shop, again(bench.shop, job))
    bench.step(2)
    assert bench.notes() == []
    assert bench.states(job) == [HandoverState.GIVEN]
