"""The label program drops a manifest: its codes are taken, and the day is closed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hotfolder.domain.day_list import ClosedBy, DayList, Said
from hotfolder.domain.label import NOT_SHIPPED_AGAIN
from hotfolder.services.close_day import close_by_time
from hotfolder.services.overview import overview
from hotfolder.services.shop import Shop
from hotfolder.services.take_manifest import Manifests
from tests.fakes import ManualClock
from tests.services.days import CLOSE, MONDAY, hand_over, items_of, shipped, turn_to, with_days
from tests.steps import again, note, promised

CODES = ONE, TWO, THREE = "JD0001112223", "JD0001112224", "JD0001112225"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "manifests"
    made.mkdir()
    return made


def take(manifests: Manifests, clock: ManualClock) -> int:
    """Until what lies there has settled."""
    taken = 0
    for _ in range(4):
        taken += manifests.step()
        clock.turn(5)
    return taken


def monday(shop: Shop) -> DayList | None:
    return shop.store.days.get("", MONDAY)


def test_a_manifest_gives_the_codes_and_closes_the_day(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    first, second = items_of(shop, 2, items=2)
    (whole,) = items_of(shop, 1)
    for job in (first, second, whole):
        note(shop, job, "shipped")
    text = f"reference;tracking\n{first.item_id};{ONE}\n{second.item_id};{TWO}\n"
    (folder / "ups.csv").write_text(f"{text}{whole.order_id};{THREE}\n")
    assert take(Manifests(shop, folder), clock) == 1

    day = monday(shop)
    assert day is not None
    assert day.by is ClosedBy.MANIFEST
    assert {(item, code) for item, code, _ in shipped(day)} == {
        (first.item_id, ONE),
        (second.item_id, TWO),
        (whole.item_id, THREE),
    }
    assert [path.name for path in (folder / "done").iterdir()] == ["ups.csv"]
    turn_to(clock, CLOSE)
    assert close_by_time(shop) == [], "it is closed"


def test_a_manifest_that_is_still_written_waits(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    (job,) = items_of(shop)
    manifests = Manifests(shop, folder)
    with (folder / "ups.csv").open("w") as file:
        for piece in ("refer", "ence;tracking\n", f"{job.item_id};", ONE):
            file.write(piece)
            file.flush()
            assert take(manifests, clock) == 0
    assert take(manifests, clock) == 1
    assert again(shop, job).tracking == ONE


def test_the_manifest_of_a_second_carrier_closes_the_same_day_once_more(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    jobs = items_of(shop, 2, items=2)
    manifests = Manifests(shop, folder)
    for number, job in enumerate(jobs):
        note(shop, job, "shipped")
        (folder / f"{number}.csv").write_text(f"{job.item_id};{CODES[number]}")
        take(manifests, clock)
    day = monday(shop)
    assert day is not None
    assert day.times == 2
    assert shipped(day) == [
        (jobs[0].item_id, ONE, Said.CLOSE),
        (jobs[1].item_id, TWO, Said.CLOSE),
    ]
    assert [promised(shop, job)[-1] for job in jobs] == ["ItemShipped waiting"] * 2


def test_lines_that_fit_nothing_are_told_beside_it_and_keep_no_other_one_back(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    (job,), (gone,) = items_of(shop, 1), items_of(shop, 3)
    hand_over(shop, gone, TWO)
    Manifests(shop, folder)
    note(shop, job, "shipped")
    (folder / "a.csv").write_text(f"{gone.item_id};{TWO}")
    take(Manifests(shop, folder), clock)
    (folder / "b.csv").write_text(f"4711;T9\n{gone.item_id};{THREE}\nx\n{job.item_id};{ONE}")
    take(Manifests(shop, folder), clock)

    assert again(shop, job).tracking == ONE
    assert again(shop, gone).tracking == TWO
    assert (folder / "done" / "b.csv.txt").read_text().splitlines() == [
        "line 3: has no reference or no tracking code",
        "line 1: 4711 is no item or order here",
        f"line 2: {gone.item_id} is held, see hotfolder labels: {NOT_SHIPPED_AGAIN}",
    ]


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00", b"hello\nworld\n"])
def test_what_is_no_manifest_is_set_aside_and_closes_nothing(
    shop: Shop, clock: ManualClock, folder: Path, data: bytes
) -> None:
    (folder / "x.csv").write_bytes(data)
    assert take(Manifests(shop, folder), clock) == 1
    assert (folder / "set-aside" / "x.csv").read_bytes() == data
    assert "was not understood" in (folder / "set-aside" / "x.csv.txt").read_text()
    assert monday(shop) is None


def test_a_manifest_whose_taking_was_cut_off_is_of_the_day_on_which_it_came(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    (job,) = items_of(shop)
    note(shop, job, "shipped")
    (folder / ".taking").mkdir()
    (folder / ".taking" / "2026-03-02__ups.csv").write_text(f"{job.item_id};{ONE}")
    clock.turn(timedelta(days=1).total_seconds())
    assert Manifests(shop, folder).step() == 1
    assert shipped(monday(shop)) == [(job.item_id, ONE, Said.CLOSE)]
    assert shop.store.days.get("", date(2026, 3, 3)) is None


def test_a_manifest_taken_twice_changes_nothing(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    (job,) = items_of(shop)
    note(shop, job, "shipped")
    for _ in range(2):
        (folder / "ups.csv").write_text(f"{job.item_id};{ONE}")
        take(Manifests(shop, folder), clock)
    day = monday(shop)
    assert day is not None
    assert day.times == 1
    assert promised(shop, job).count("ItemShipped waiting") == 1


def test_a_manifest_that_comes_just_before_midnight_is_of_that_day(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    (job,) = items_of(shop, 1)
    note(shop, job, "shipped")
    manifests = Manifests(shop, folder)
    turn_to(clock, datetime(2026, 3, 2, 22, 59, 56, tzinfo=UTC))  # in Berlin an hour later
    (folder / "ups.csv").write_text(f"{job.item_id};{ONE}")
    manifests.step()
    clock.turn(3)
    manifests.step()
    clock.turn(5)
    assert take(manifests, clock) == 1
    assert monday(shop) is not None
    assert shop.store.days.get("", date(2026, 3, 3)) is None


def test_a_folder_that_is_away_is_told_until_it_is_back(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    folder.rmdir()
    manifests = Manifests(shop, folder)
    assert take(manifests, clock) == 0
    (note_of,) = overview(shop).notes
    assert "can not be listed" in note_of.words
    folder.mkdir()
    take(manifests, clock)
    assert overview(shop).notes == []
