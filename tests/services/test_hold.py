"""No bad file reaches a press: its job lies in hold and tells why."""

import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from hotfolder.domain.finding import Check, Level
from hotfolder.domain.job import Job, JobState
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.fakes import FolderFetcher, RecordingSender
from tests.files.pdfs import a_page, a_pdf
from tests.services.holding import DAMAGED, a_book, looked_into, with_levels
from tests.steps import (
    FILE_SERVER,
    LIVE_KEY,
    actions,
    again,
    fetch_all,
    folder_of,
    order_in,
    send_all,
    stage_of,
    the_job,
)

SHORT = "the block has 3 pages, the order says 24"


@pytest.fixture
def shop(shop: Shop, served: FolderFetcher) -> Shop:
    return looked_into(shop, served)


def three_pages(folder: Path) -> bytes:
    return a_pdf(folder / "short.pdf", {}, {}, {}).read_bytes()


def strange_font(folder: Path) -> bytes:
    """24 pages that use a font which is not in the file."""
    with pikepdf.Pdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, BaseFont=pikepdf.Name.Garamond
        )
        fonts = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        content = pdf.make_stream(b"BT /F1 12 Tf (x) Tj ET")
        for _ in range(24):
            a_page(pdf, Resources=fonts, Contents=content)
        pdf.save(folder / "font.pdf")
    return (folder / "font.pdf").read_bytes()


def ticket_of(shop: Shop, job: Job) -> dict[str, Any]:
    text = (folder_of(shop, job) / "job-ticket.json").read_text()
    return dict(json.loads(text))


def test_a_damaged_file_puts_the_job_on_hold_with_the_reason_beside_it(
    shop: Shop, served: FolderFetcher
) -> None:
    job = a_book(shop, served, DAMAGED)

    held = again(shop, job)
    assert (held.state, stage_of(shop, job)) == (JobState.HELD, "hold")
    assert "damaged" in held.reason
    assert shop.floor.look("new").folders == {}
    folder = folder_of(shop, job)
    why = (folder / "WHY.txt").read_text()
    assert f"STOP  {job.item_id}_book.pdf: " in why
    assert f"hotfolder fetch {job.order_id}" in why
    assert "--cause CancelBookCorrupt" in " ".join(why.split())
    assert {path.name for path in folder.iterdir()} == {
        "WHY.txt",
        "job-ticket.json",
        f"{job.item_id}_book.pdf",
        f"{job.item_id}_cover.pdf",
    }
    assert actions(shop, job.order_id) == ["order taken", "job held"]


def test_a_held_job_says_nothing_but_that_it_was_registered(
    shop: Shop, served: FolderFetcher, sent: RecordingSender
) -> None:
    job = a_book(shop, served, DAMAGED)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered"]


def test_a_good_file_goes_to_the_first_stage_without_a_word(shop: Shop) -> None:
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    fetch_all(shop)

    assert (again(shop, job).state, stage_of(shop, job)) == (JobState.FLOOR, "new")
    assert not (folder_of(shop, job) / "WHY.txt").exists()
    assert [one for one in ticket_of(shop, job)["findings"] if one["level"] != "note"] == []


@pytest.mark.parametrize(
    ("level", "stage", "told"),
    [
        (Level.HOLD, "hold", True),
        (Level.WARN, "new", True),
        (Level.NOTE, "new", True),
        (Level.OFF, "new", False),
    ],
)
def test_the_flow_decides_what_a_wrong_page_count_means(
    shop: Shop, served: FolderFetcher, tmp_path: Path, level: Level, stage: str, told: bool
) -> None:
    shop = with_levels(shop, {Check.PAGE_COUNT: level, Check.NO_PAGES: Level.HOLD})
    job = a_book(shop, served, three_pages(tmp_path))

    assert stage_of(shop, job) == stage
    found = [(one["code"], one["level"], one["words"]) for one in ticket_of(shop, job)["findings"]]
    assert found == ([("page_count", level.value, SHORT)] if told else [])
    (line,) = [one for one in shop.store.journal.of_order(job.order_id) if "job" in one.action]
    words = [f"{level.value}: {job.item_id}_book.pdf {SHORT}"]
    assert line.detail.get("findings", []) == (words if told else [])


def test_a_font_that_is_not_in_the_file_holds_where_the_flow_says_so(
    shop: Shop, served: FolderFetcher, tmp_path: Path
) -> None:
    job = a_book(with_levels(shop, {Check.FONTS: Level.HOLD}), served, strange_font(tmp_path))

    assert stage_of(shop, job) == "hold"
    assert "Garamond" in again(shop, job).reason
    why = " ".join((folder_of(shop, job) / "WHY.txt").read_text().split())
    assert "--cause CancelUnknownFont" in why


@pytest.mark.parametrize(("level", "lies"), [(Level.WARN, True), (Level.NOTE, False)])
def test_a_warning_lies_beside_the_files_of_a_job_that_may_be_made(
    shop: Shop, served: FolderFetcher, tmp_path: Path, level: Level, lies: bool
) -> None:
    job = a_book(with_levels(shop, {Check.PAGE_COUNT: level}), served, three_pages(tmp_path))

    look = folder_of(shop, job) / "LOOK.txt"
    assert (stage_of(shop, job), look.exists()) == ("new", lies)
    if lies:
        assert f"look  {job.item_id}_book.pdf: {SHORT}" in look.read_text()


def test_the_papers_of_an_order_are_not_looked_into(shop: Shop, served: FolderFetcher) -> None:
    served.spoiled["delivery-note.pdf"] = b"no pdf"
    document = make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="labelled", form="json")
    data = json.loads(document.body)
    for file in data["order"]["files"]:
        file.pop("size", None)
        file.pop("md5sum", None)
    take_order(shop, json.dumps(data).encode(), "application/json")
    fetch_all(shop)

    assert {stage_of(shop, job) for job in shop.store.jobs.of_order(document.order_id)} == {"new"}


def test_the_log_tells_of_jobs_that_are_held_and_released(
    shop: Shop, served: FolderFetcher, logged: list[str]
) -> None:
    job = a_book(shop, served, DAMAGED)
    other = the_job(shop, order_in(shop, 2).order_id)
    fetch_all(shop)

    (held,) = [line for line in logged if line.startswith("INFO job held: ")]
    assert f"'order': '{job.order_id}', 'item': '{job.item_id}'" in held
    (released,) = [line for line in logged if line.startswith("INFO job released ")]
    assert f"'item': '{other.item_id}'" in released


def test_while_hold_is_away_the_job_waits(shop: Shop, served: FolderFetcher) -> None:
    (shop.floor.stage_path("hold") / ".hotfolder-stage").unlink()
    job = a_book(shop, served, DAMAGED)

    waiting = again(shop, job)
    assert (waiting.state, waiting.place) == (JobState.WAITING, None)
    assert "has no marker file" in waiting.reason
