"""Codes of a manifest pass the gate that replies pass, and it may be written as replies are."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import END_OF_DAY, Job
from hotfolder.domain.label import ParcelState
from hotfolder.domain.tracking import Carrier
from hotfolder.errors import NotPossible
from hotfolder.services.label_desk import accept_label, ask_again
from hotfolder.services.shop import Shop
from hotfolder.services.take_manifest import Manifests
from tests.fakes import ManualClock
from tests.label_programs import CODES, PROFILES, REPLIES, a_label_program
from tests.services.days import hand_over, items_of, left, with_days
from tests.services.labeling import Labeling, labeling, packed
from tests.steps import again, note, promised

ONE, TWO = "1Z999AA10123456784", "1Z5R89390357567127"
WRONG = "1Z999AA10123456785"
SHIPPED = "ItemShipped waiting"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "manifests"
    made.mkdir()
    return made


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


def drop(shop: Shop, folder: Path, clock: ManualClock, text: str, written_as: str = "") -> str:
    """A manifest is taken; what lies beside it."""
    manifests = Manifests(shop, folder, written_as)
    (folder / "day.csv").write_text(text)
    for _ in range(4):
        manifests.step()
        clock.turn(5)
    (path,) = (folder / "done").glob("day*.csv")
    told = path.with_name(f"{path.name}.txt")
    words = told.read_text() if told.exists() else ""
    path.unlink()
    told.unlink(missing_ok=True)
    return words


def shipping(shop: Shop, count: int = 1) -> list[Job]:
    jobs = items_of(shop, items=count)
    for job in jobs:
        note(shop, job, "shipped")
    return jobs


def held(shop: Shop, job: Job) -> str:
    parcel = shop.store.parcels.of_job(job)
    assert parcel is not None
    assert parcel.state is ParcelState.HELD
    return parcel.words


def test_a_code_with_a_wrong_check_digit_is_held_and_can_be_overruled(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    bad, good = shipping(shop, 2)
    words = drop(shop, folder, clock, f"{bad.item_id};{WRONG}\n{good.item_id};{TWO}\n")
    assert words.startswith(f"line 1: {bad.item_id} is held, see hotfolder labels: its check digit")
    assert "its check digit is wrong" in held(shop, bad)
    assert again(shop, bad).tracking == ""
    assert SHIPPED not in promised(shop, bad)
    assert SHIPPED in promised(shop, good)
    told = left(shop.store.days.get("", clock.now().date()))[bad.item_id]
    assert told == "no tracking: its label is held, see hotfolder labels"

    parcel = shop.store.parcels.of_job(bad)
    assert parcel is not None
    with pytest.raises(NotPossible, match="hotfolder ship"):
        ask_again(shop, bad.order_id, bad.item_id)
    accept_label(shop, parcel.id)
    assert (again(shop, bad).tracking, again(shop, bad).waits_for) == (WRONG, END_OF_DAY)


def test_a_code_that_another_item_has_is_held(shop: Shop, clock: ManualClock, folder: Path) -> None:
    (old,) = items_of(shop, 7)
    hand_over(shop, old, ONE)
    (job,) = shipping(shop)
    drop(shop, folder, clock, f"{job.item_id};{ONE}\n")
    assert held(shop, job).startswith(f"it is the code of item {old.item_id}")
    assert SHIPPED not in promised(shop, job)


def test_of_a_code_in_two_lines_the_second_is_held(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    first, second = shipping(shop, 2)
    drop(shop, folder, clock, f"{first.item_id};{ONE}\n{second.item_id};{ONE}\n")
    assert SHIPPED in promised(shop, first)
    assert "is the code of parcel" in held(shop, second)


def test_a_code_for_what_is_canceled_is_held(shop: Shop, clock: ManualClock, folder: Path) -> None:
    (job,) = shipping(shop)
    shop.store.jobs.cancel(job, clock.now(), "void")
    drop(shop, folder, clock, f"{job.item_id};{ONE}\n")
    assert held(shop, job) == "all that it holds is canceled: void the label"


def a_bench(shop: Shop, clock: ManualClock, like: str) -> Labeling:
    """A shop that asks for labels and ships at the end of the day."""
    bench = labeling(shop, clock, like)
    flow = replace(bench.shop.flows[0], ships=shop.flows[0].ships)
    return replace(bench, shop=replace(bench.shop, flows=[flow], day=shop.day))


@pytest.mark.parametrize("like", PROFILES)
def test_a_manifest_is_written_as_the_replies_of_a_label_program(
    shop: Shop, clock: ManualClock, folder: Path, like: str
) -> None:
    bench = a_bench(shop, clock, like)
    jobs = shipping(shop, 2)
    packed(bench, [])
    bench.step()
    codes = dict(zip([job.item_id for job in jobs], CODES[like], strict=True))
    name, write = REPLIES[like]
    manifests = Manifests(bench.shop, folder, "labels")
    with (folder / name).open("wb") as file:
        data = write(codes)
        for start in range(0, len(data), len(data) // 3 + 1):
            file.write(data[start : start + len(data) // 3 + 1])
            file.flush()
            clock.turn(4)
            assert manifests.step() == 0
    for _ in range(4):
        clock.turn(4)
        manifests.step()
    assert {job.item_id: again(shop, job).tracking for job in jobs} == codes
    assert all(SHIPPED in promised(shop, job) for job in jobs)
    assert [path.name for path in (folder / "done").iterdir()] == [name]


def test_the_post_of_another_country_is_held(
    shop: Shop, clock: ManualClock, folder: Path, tmp_path: Path
) -> None:
    program = a_label_program(tmp_path / "labels", carrier=Carrier.POST, sender="DK")
    (job,) = shipping(shop)
    text = f"reference,tracking\n{job.item_id},RB123456785GB\n"
    drop(replace(shop, labels=(program,)), folder, clock, text, "labels")
    assert held(shop, job) == "it is a code of the post of GB, and parcels are sent from DK"


def test_a_plain_manifest_answers_what_a_label_program_was_asked_for(
    shop: Shop, clock: ManualClock, folder: Path
) -> None:
    bench = a_bench(shop, clock, "generic-csv")
    jobs = items_of(shop, items=2)
    packed(bench, jobs)
    bench.step()
    for job in jobs:
        note(bench.shop, job, "shipped")
    first, second = jobs
    text = f"{first.item_id};{ONE};ups express\n{second.item_id};{WRONG}\n"
    assert "line 2" in drop(bench.shop, folder, clock, text)
    parcel = shop.store.parcels.of_job(first)
    assert parcel is not None
    assert (parcel.program, parcel.state) == ("labels", ParcelState.ANSWERED)
    assert again(shop, first).shipping_option == "ups express"
    assert "its check digit is wrong" in held(shop, second)


def test_a_manifest_that_lacks_its_end_is_set_aside_when_nobody_goes_on_with_it(
    shop: Shop, clock: ManualClock, folder: Path, tmp_path: Path
) -> None:
    program = a_label_program(tmp_path / "labels", "ups-worldship-xml")
    manifests = Manifests(replace(shop, labels=(program,)), folder, "labels")
    (folder / "day.out").write_bytes(b"<OpenShipments><OpenShipment>")
    for _ in range(30):
        clock.turn(5)
        assert manifests.step() == 0
    for _ in range(120):
        clock.turn(5)
        manifests.step()
    assert (folder / "set-aside" / "day.out").exists()
    assert shop.store.days.lists_due() == []


def test_a_line_that_tells_no_code_makes_no_parcel(
    shop: Shop, clock: ManualClock, folder: Path, tmp_path: Path
) -> None:
    program = a_label_program(tmp_path / "labels")
    (job,) = shipping(shop)
    asking = replace(shop, labels=(program,))
    text = f"reference;tracking\n{job.item_id};\n"
    assert "has no tracking code" in drop(asking, folder, clock, text, "labels")
    assert shop.store.parcels.of_job(job) is None
