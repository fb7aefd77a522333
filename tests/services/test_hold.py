"""No bad file reaches a press: its job lies in hold and tells why, until a person decides."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from hotfolder.domain.finding import Check, Level
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.preflight import PreflightRules
from hotfolder.errors import FetchKind, FloorError
from hotfolder.services.fetch_files import fetch_again
from hotfolder.services.shop import Rules, Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.tell_trouble import cancel
from hotfolder.test_center.catalogue import make_order
from tests.builders import no_preflight
from tests.fakes import FolderFetcher, ManualClock, RecordingSender
from tests.files.pdfs import a_page, a_pdf
from tests.steps import (
    EXAMPLES,
    FILE_SERVER,
    LIVE_KEY,
    actions,
    again,
    fetch_all,
    folder_of,
    note,
    order_in,
    promised,
    send_all,
    stage_of,
    the_job,
)

BOOK = "textbook-a5-book.pdf"
DAMAGED = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\nno end"
SHORT = "the block has 3 pages, the order says 24"


@pytest.fixture
def served() -> FolderFetcher:
    return FolderFetcher(EXAMPLES / "files")


@pytest.fixture
def shop(shop: Shop, served: FolderFetcher) -> Shop:
    """A shop with the usual levels, so that files are really looked into."""
    return replace(shop, fetcher=served, flows=[replace(shop.flows[0], preflight=PreflightRules())])


def with_levels(shop: Shop, levels: Mapping[Check, Level]) -> Shop:
    """Nothing but these checks is on."""
    rules = PreflightRules(levels={**no_preflight().levels, **levels})
    return replace(shop, flows=[replace(shop.flows[0], preflight=rules)])


def a_book(shop: Shop, served: FolderFetcher, block: bytes) -> Job:
    """A job for a book of 24 pages whose block is this, once its files were looked at."""
    data = json.loads(
        make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="textbook", form="json").body
    )
    (ordered,) = (file for file in data["order"]["items"][0]["files"] if BOOK in file["url"])
    ordered["size"] = str(len(block))
    ordered["md5sum"] = hashlib.md5(block, usedforsecurity=False).hexdigest()
    served.spoiled[BOOK] = block
    take_order(shop, json.dumps(data).encode(), "application/json")
    fetch_all(shop)
    return the_job(shop, data["order"]["id"])


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


def test_dragging_a_job_out_of_hold_overrules_and_is_written_down(
    shop: Shop, served: FolderFetcher, sent: RecordingSender
) -> None:
    job = a_book(shop, served, DAMAGED)
    reason = again(shop, job).reason
    assert note(shop, job, "print") == []

    moved = again(shop, job)
    assert (moved.state, moved.reason, stage_of(shop, job)) == (JobState.FLOOR, "", "print")
    line = shop.store.journal.of_order(job.order_id)[-1]
    assert (line.action, line.detail["from"], line.detail["to"]) == ("job moved", "hold", "print")
    assert line.detail["overruled"] == reason
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce waiting"]


def test_a_job_put_on_hold_by_hand_says_nothing_and_goes_on_where_it_was(
    shop: Shop, served: FolderFetcher
) -> None:
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    fetch_all(shop)
    note(shop, job, "print")
    note(shop, job, "hold")

    assert again(shop, job).state is JobState.HELD
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce waiting"]
    note(shop, job, "produced")
    assert promised(shop, job)[2:] == ["ItemProduced waiting"]
    assert again(shop, job).state is JobState.FLOOR


def test_a_canceled_job_in_hold_stays_canceled_wherever_it_is_dragged(
    shop: Shop, served: FolderFetcher
) -> None:
    job = a_book(shop, served, DAMAGED)
    cancel(shop, job, "CancelBookCorrupt", "it does not open")
    note(shop, job, "print")

    assert again(shop, job).state is JobState.CANCELED
    assert again(shop, job).reason == "CancelBookCorrupt"


def test_files_that_were_mended_are_fetched_again_and_the_job_goes_on(
    shop: Shop, served: FolderFetcher
) -> None:
    job = a_book(with_levels(shop, {Check.UNREADABLE: Level.HOLD}), served, DAMAGED)
    (folder_of(shop, job) / "note of the boss.txt").write_text("call them")
    order = shop.store.orders.get(job.order_id)
    assert order is not None
    fetch_again(shop, again(shop, job))
    assert again(shop, job).state is JobState.WAITING
    assert shop.floor.look("hold").folders == {}

    fetch_all(with_levels(shop, {}))

    assert stage_of(shop, job) == "new"
    names = {path.name for path in folder_of(shop, job).iterdir()}
    assert "WHY.txt" not in names
    assert "note of the boss.txt" in names
    assert "files asked for again" in actions(shop, job.order_id)


@pytest.mark.parametrize(("level", "lies"), [(Level.WARN, True), (Level.NOTE, False)])
def test_a_warning_lies_beside_the_files_of_a_job_that_may_be_made(
    shop: Shop, served: FolderFetcher, tmp_path: Path, level: Level, lies: bool
) -> None:
    job = a_book(with_levels(shop, {Check.PAGE_COUNT: level}), served, three_pages(tmp_path))

    look = folder_of(shop, job) / "LOOK.txt"
    assert (stage_of(shop, job), look.exists()) == ("new", lies)
    if lies:
        assert f"look  {job.item_id}_book.pdf: {SHORT}" in look.read_text()


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


def test_a_job_that_waits_for_its_files_is_due_at_once_when_a_person_asks(
    shop: Shop, served: FolderFetcher, clock: ManualClock
) -> None:
    served.away.add(BOOK)
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    for _ in range(3):
        fetch_all(shop)
        clock.turn(600)
    fetch_all(shop)
    served.away.clear()
    fetch_again(shop, again(shop, job))
    asked = again(shop, job)
    assert (asked.state, asked.attempts, asked.reason) == (JobState.WAITING, 0, "")

    fetch_all(shop)
    assert stage_of(shop, job) == "new"


def test_a_job_with_its_files_can_not_be_fetched_again(shop: Shop) -> None:
    job = the_job(shop, order_in(shop).order_id)
    fetch_all(shop)
    with pytest.raises(FloorError, match="is not on hold"):
        fetch_again(shop, again(shop, job))


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (FetchKind.MISSING, "--cause CancelDownloadError"),
        (FetchKind.EXPIRED, "--cause CancelDownloadError"),
        (FetchKind.WEB_PAGE, "--cause CancelDownloadError"),
        (FetchKind.NOT_GIVEN, "--cause CancelDownloadError"),
        (FetchKind.TRUNCATED, "--cause CancelDownloadError"),
        (FetchKind.TOO_SLOW, "--cause CODE"),
        (FetchKind.NOT_TRUSTED, "--cause CODE"),
        (FetchKind.REFUSED, "--cause CODE"),
        (FetchKind.ADDRESS_REFUSED, "--cause CODE"),
    ],
)
def test_a_file_that_can_not_be_had_holds_the_job_after_the_last_try(
    shop: Shop, served: FolderFetcher, clock: ManualClock, kind: FetchKind, cause: str
) -> None:
    shop = replace(shop, rules=Rules(fetch_attempts=3))
    served.fault = kind
    served.away.add(BOOK)
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    states = []
    for _ in range(3):
        fetch_all(shop)
        states.append(again(shop, job).state)
        clock.turn(900)

    assert states == [JobState.WAITING, JobState.WAITING, JobState.HELD]
    why = " ".join((folder_of(shop, job) / "WHY.txt").read_text().split())
    assert f"STOP {BOOK} does not come: {kind.value}" in why
    assert f"NOT in this folder, though ordered: - {job.item_id}_book.pdf What" in why
    assert cause in why
    assert (folder_of(shop, job) / f"{job.item_id}_cover.pdf").exists(), "what came is there"


def after_hours(shop: Shop, clock: ManualClock, job: Job, hours: float) -> JobState:
    """The state of the job when its files were tried for so long, and as often as they are due."""
    for _ in range(int(hours * 6)):
        fetch_all(shop)
        clock.turn(600)
    fetch_all(shop)
    return again(shop, job).state


@pytest.mark.parametrize("kind", [FetchKind.UNREACHABLE, FetchKind.SERVER_FAULT])
def test_a_server_that_stays_away_holds_the_job_after_some_hours_and_again_when_asked_anew(
    shop: Shop, served: FolderFetcher, clock: ManualClock, kind: FetchKind
) -> None:
    shop = replace(shop, rules=Rules(fetch_attempts=2))
    served.fault = kind
    served.away.add(BOOK)
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    clock.turn(36000)  # the time before the first try does not count

    for _ in range(2):
        assert after_hours(shop, clock, job, 3.9) is JobState.WAITING
        assert after_hours(shop, clock, job, 0.4) is JobState.HELD
        words = f"{kind.value}; no try got the files in 4 hours (downloads.hold_after_hours)"
        assert again(shop, job).reason.endswith(words)
        fetch_again(shop, again(shop, job))


@pytest.mark.parametrize("kind", [FetchKind.NO_SPACE, FetchKind.NOT_WRITTEN])
def test_what_is_wrong_with_our_disk_never_holds_a_job(
    shop: Shop, served: FolderFetcher, clock: ManualClock, kind: FetchKind
) -> None:
    shop = replace(shop, rules=Rules(fetch_attempts=2))
    served.fault = kind
    served.away.add(BOOK)
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    assert after_hours(shop, clock, job, 9) is JobState.WAITING

    served.fault = FetchKind.UNREACHABLE
    assert after_hours(shop, clock, job, 1) is JobState.WAITING, "only now the server is away"


def test_a_file_that_waits_for_its_turn_at_the_server_uses_up_no_try(
    shop: Shop, served: FolderFetcher, clock: ManualClock
) -> None:
    served.fault = FetchKind.BUSY
    served.away.add(BOOK)
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    fetch_all(shop)

    waiting = again(shop, job)
    assert (waiting.state, waiting.attempts, waiting.reason) == (JobState.WAITING, 0, "")
    assert waiting.next_try is not None
    assert 1 <= (waiting.next_try - clock.now()).total_seconds() <= 5
    assert actions(shop, job.order_id) == ["order taken"]

    served.away.clear()
    clock.turn(5)
    fetch_all(shop)
    assert stage_of(shop, job) == "new"


def test_while_hold_is_away_the_job_waits(shop: Shop, served: FolderFetcher) -> None:
    (shop.floor.stage_path("hold") / ".hotfolder-stage").unlink()
    job = a_book(shop, served, DAMAGED)

    waiting = again(shop, job)
    assert (waiting.state, waiting.place) == (JobState.WAITING, None)
    assert "has no marker file" in waiting.reason
