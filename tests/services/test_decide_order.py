"""A person decides about other content: the first stands, or the new one becomes the order."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.job import JobState
from hotfolder.domain.preflight import FileFacts
from hotfolder.errors import DecisionRefused, NotPossible, OrderChanged
from hotfolder.files.floor import Floor
from hotfolder.formats.signal_json import Dialect, Protocol
from hotfolder.services.compact_signals import compact_signals
from hotfolder.services.decide_order import keep_first, take_changed
from hotfolder.services.edit_signals import resend
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import SIGNALS, Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.tell_trouble import cancel
from tests.builders import a_place
from tests.changes import (
    another_address,
    another_item,
    body_of,
    come_changed,
    more_copies,
    one_item_less,
)
from tests.fakes import FolderFetcher, ManualClock
from tests.steps import (
    EXAMPLES,
    LIVE_KEY,
    TEST_KEY,
    actions,
    again,
    fetch_all,
    folder_of,
    job_on_floor,
    note,
    notes,
    order_in,
    promised,
    send_all,
    the_job,
)

ORDER = "000000010000"


@pytest.fixture
def away(shop: Shop) -> Shop:
    """The shop while the server of the files can not be reached."""
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.away.update(path.name for path in (EXAMPLES / "files").iterdir())
    return replace(shop, fetcher=fetcher)


def everything(shop: Shop) -> tuple[object, ...]:
    """What a decision that is refused must leave as it is."""
    return (
        shop.store.orders.get(ORDER),
        shop.store.jobs.all(),
        shop.store.signals.find({}),
        shop.store.documents.of_order(ORDER),
        shop.store.journal.of_order(ORDER),
        shop.store.notes.all(),
    )


def refused(shop: Shop, number: int | None = None) -> str:
    """All that is said against taking the changed document; nothing was changed by asking."""
    before = everything(shop)
    with pytest.raises(DecisionRefused) as refusal:
        take_changed(shop, ORDER, number)
    assert everything(shop) == before
    return str(refusal.value)


def verdicts(shop: Shop) -> list[str]:
    return [document.verdict.value for document in shop.store.documents.of_order(ORDER)]


def record(shop: Shop) -> dict[str, Any]:
    taken = shop.store.orders.get(ORDER)
    assert taken is not None
    return dict(json.loads(taken.record))


def test_keeping_the_first_ends_the_matter(shop: Shop) -> None:
    order_in(shop)
    before = (shop.store.orders.get(ORDER), shop.store.jobs.all())
    number = come_changed(shop, more_copies)

    assert keep_first(shop, ORDER) == [number]

    assert (shop.store.orders.get(ORDER), shop.store.jobs.all()) == before
    assert notes(shop) == {}
    assert verdicts(shop) == ["accepted", "declined"]
    assert actions(shop, ORDER)[-1] == "changed order declined"


def test_a_declined_document_that_comes_again_is_refused_without_a_new_note(shop: Shop) -> None:
    order_in(shop)
    come_changed(shop, more_copies)
    keep_first(shop, ORDER)
    come_changed(shop, more_copies)

    assert notes(shop) == {}
    assert verdicts(shop) == ["accepted", "declined"]


def test_other_content_again_after_a_decision_is_a_new_matter(shop: Shop) -> None:
    order_in(shop)
    come_changed(shop, more_copies)
    keep_first(shop, ORDER)
    come_changed(shop, another_address)

    assert notes(shop) == {("", ORDER): "order changed"}
    assert verdicts(shop) == ["accepted", "declined", "changed"]


@pytest.mark.parametrize("decide", [keep_first, take_changed])
def test_where_nothing_is_to_be_decided_that_is_said(
    shop: Shop, decide: Callable[[Shop, str], object]
) -> None:
    with pytest.raises(NotPossible, match="no order 000000010000"):
        decide(shop, ORDER)
    order_in(shop)
    with pytest.raises(NotPossible, match="nothing to decide"):
        decide(shop, ORDER)
    come_changed(shop, more_copies)
    decide(shop, ORDER)
    with pytest.raises(NotPossible, match="nothing to decide"):
        decide(shop, ORDER)


def test_a_job_that_waits_is_made_by_the_new_content(shop: Shop, away: Shop) -> None:
    order_in(away)
    fetch_all(away)
    send_all(shop)
    number = come_changed(shop, more_copies)

    done = take_changed(shop, ORDER)

    assert (done.document, list(done.anew)) == (number, ["000000010001"])
    job = the_job(shop, ORDER)
    assert (job.state, job.attempts, job.reason, job.next_try) == (JobState.WAITING, 0, "", None)
    assert record(shop)["items"][0]["count"] == 77
    assert notes(shop) == {}
    assert verdicts(shop) == ["replaced", "accepted"]
    assert actions(shop, ORDER)[-2:] == ["changed order taken", "job made anew"]
    fetch_all(shop)
    ticket = json.loads((folder_of(shop, job) / "job-ticket.json").read_text())
    assert ticket["count"] == 77
    assert "_77x_" in folder_of(shop, job).name
    assert promised(shop, job) == ["ItemRegistered sent"]


def test_the_document_that_was_taken_is_a_repeat_from_then_on(shop: Shop) -> None:
    order_in(shop)
    come_changed(shop, more_copies)
    take_changed(shop, ORDER)

    assert take_order(shop, body_of(1, more_copies), None).repeated


def test_the_first_document_is_news_when_it_comes_after_it_was_replaced(shop: Shop) -> None:
    order_in(shop)
    come_changed(shop, more_copies)
    take_changed(shop, ORDER)

    with pytest.raises(OrderChanged):
        take_order(shop, body_of(), None)

    assert notes(shop) == {("", ORDER): "order changed"}
    assert verdicts(shop) == ["changed", "accepted"]
    take_changed(shop, ORDER)
    assert verdicts(shop) == ["accepted", "replaced"]
    assert record(shop)["items"][0]["count"] == 3


def test_a_held_job_gets_its_files_anew(shop: Shop, clock: ManualClock) -> None:
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.spoiled["poster-a2.pdf"] = b"not what was ordered"
    spoiled = replace(shop, fetcher=fetcher)
    order_in(spoiled)
    for _ in range(shop.rules.fetch_attempts):
        fetch_all(spoiled)
        clock.turn(3600)
    assert the_job(shop, ORDER).state is JobState.HELD
    come_changed(shop, more_copies)

    take_changed(shop, ORDER)
    fetch_all(spoiled)

    # wrong once more, but of other content: so it is not held at once
    assert the_job(shop, ORDER).state is JobState.WAITING
    clock.turn(3600)
    fetch_all(shop)
    assert the_job(shop, ORDER).state is JobState.FLOOR


def test_a_new_item_gets_its_job_while_the_others_go_on_as_they_were(shop: Shop) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    folder = folder_of(shop, job)
    come_changed(shop, another_item)
    for_signals = shop.nudge.signals.listen()

    done = take_changed(shop, ORDER)

    assert (list(done.added), list(done.alone)) == (["000000010002"], ["000000010001"])
    assert again(shop, job) == job
    assert folder.is_dir()
    new = shop.store.jobs.of_item(ORDER, "000000010002")
    assert new is not None
    assert promised(shop, new) == ["ItemRegistered waiting"]
    assert for_signals.is_set()
    fetch_all(shop)
    assert again(shop, new).state is JobState.FLOOR


def test_an_item_that_is_gone_and_was_never_registered_is_taken_off(shop: Shop, away: Shop) -> None:
    order = order_in(away, items=2)
    come_changed(shop, one_item_less, items=2)

    done = take_changed(shop, ORDER)

    assert (list(done.off), list(done.alone)) == ([order.item_ids[1]], [order.item_ids[0]])
    gone = shop.store.jobs.of_item(ORDER, order.item_ids[1])
    assert gone is not None
    assert (gone.state, gone.reason) == (JobState.CANCELED, "is not in the order any more")
    assert promised(shop, gone) == ["ItemRegistered withdrawn"]
    fetch_all(shop)
    assert again(shop, gone).state is JobState.CANCELED


def test_an_item_that_is_gone_but_registered_must_be_canceled_first(shop: Shop, away: Shop) -> None:
    order_in(away, items=2)
    send_all(shop)
    come_changed(shop, one_item_less, items=2)

    words = refused(shop)

    assert "item 000000010002: is not in the new document" in words
    assert "cancel the item first" in words


def test_an_item_that_was_canceled_may_be_gone(shop: Shop, away: Shop) -> None:
    order = order_in(away, items=2)
    send_all(shop)
    come_changed(shop, one_item_less, items=2)
    gone = shop.store.jobs.of_item(ORDER, order.item_ids[1])
    assert gone is not None
    cancel(shop, gone, "CancelMiscError", "not wanted any more")

    done = take_changed(shop, ORDER)

    assert (list(done.alone), list(done.off)) == (list(order.item_ids), [])
    assert promised(shop, gone) == ["ItemRegistered sent", "ItemCanceled waiting"]
    fetch_all(shop)
    assert again(shop, gone).state is JobState.CANCELED


def test_what_waits_to_be_sent_a_second_time_was_heard(shop: Shop, away: Shop) -> None:
    order_in(away, items=2)
    send_all(shop)
    for row in shop.store.signals.find({}):
        resend(shop, row["id"])
    come_changed(shop, one_item_less, items=2)

    assert "Cloudprinter was told that it is registered" in refused(shop)


def test_what_went_to_the_archive_was_said(shop: Shop, clock: ManualClock, tmp_path: Path) -> None:
    job = job_on_floor(shop)
    give_tracking(shop, job, Parcel(tracking="JD7", shipping_option="dhl"))
    note(shop, job, "shipped")
    clock.turn(60)
    send_all(shop)
    clock.turn(24 * 3600)
    assert compact_signals(shop, tmp_path / "archive", timedelta(hours=1))
    note(shop, again(shop, job), "new")
    assert shop.store.signals.find({"order": ORDER}) == []
    come_changed(shop, more_copies)

    assert "ItemShipped stands for it already" in refused(shop)


@pytest.fixture
def old(shop: Shop) -> Shop:
    """The shop speaks CloudSignal 1.1, and the server of the files can not be reached."""
    usual = shop.destinations[SIGNALS]
    dialect = Dialect(protocol=Protocol.V1_1)
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.away.update(path.name for path in (EXAMPLES / "files").iterdir())
    to_old = replace(usual, dialect=dialect, bundle_limit=1)
    return replace(shop, destinations={SIGNALS: to_old}, fetcher=fetcher)


def said(shop: Shop) -> list[str]:
    return [f"{row['type']} {row['state']}" for row in shop.store.signals.find({})]


def test_in_protocol_1_1_an_order_is_registered_once_whatever_is_added(old: Shop) -> None:
    order_in(old)
    for change in (more_copies, another_item):
        come_changed(old, change)
        take_changed(old, ORDER)

    assert len(old.store.jobs.of_order(ORDER)) == 2
    assert said(old) == ["OrderRegistered waiting"]


def test_in_protocol_1_1_an_order_stays_registered_when_an_item_is_taken_off(old: Shop) -> None:
    order = order_in(old, items=2)
    come_changed(old, lambda order: order["items"].pop(0), items=2)

    assert list(take_changed(old, ORDER).off) == [order.item_ids[0]]
    assert said(old) == ["OrderRegistered waiting"]


def test_in_protocol_1_1_every_item_of_a_registered_order_must_be_canceled_first(
    old: Shop,
) -> None:
    order_in(old, items=2)
    send_all(old)
    come_changed(old, one_item_less, items=2)

    assert "item 000000010002: is not in the new document, but Cloudprinter" in refused(old)


def test_an_item_that_comes_back_gets_a_second_run(shop: Shop, away: Shop) -> None:
    order = order_in(away, items=2)
    come_changed(shop, one_item_less, items=2)
    take_changed(shop, ORDER)
    with pytest.raises(OrderChanged):
        take_order(shop, body_of(1, items=2), None)

    take_changed(shop, ORDER)

    job = shop.store.jobs.of_item(ORDER, order.item_ids[1])
    assert job is not None
    assert (job.run, job.state) == (2, JobState.WAITING)
    assert promised(shop, job) == ["ItemRegistered waiting"]


@pytest.mark.parametrize("change", [more_copies, another_address])
def test_a_folder_in_the_first_stage_has_to_be_taken_off_the_floor_first(
    shop: Shop, change: Callable[[dict[str, Any]], None]
) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    folder = folder_of(shop, job)
    come_changed(shop, change)

    words = refused(shop)
    assert f"lies in {folder}" in words
    assert "take it off the floor" in words

    shutil.rmtree(folder)
    take_changed(shop, ORDER)
    assert again(shop, job).place is None
    fetch_all(shop)
    assert folder_of(shop, job).is_dir()
    assert again(shop, job).state is JobState.FLOOR


def test_a_folder_that_was_renamed_or_copied_on_the_floor_is_seen_too(shop: Shop) -> None:
    job = job_on_floor(shop)
    folder = folder_of(shop, job)
    come_changed(shop, more_copies)

    aside = folder.rename(folder.with_name("aside"))
    assert f"lies in {aside}" in refused(shop)
    copy = shop.floor.stage_path("packed") / "copy"
    shutil.copytree(aside, copy)
    shutil.rmtree(aside)
    assert f"lies in {copy}" in refused(shop)


def test_a_folder_that_lost_its_ticket_is_seen_by_what_the_disk_calls_it(shop: Shop) -> None:
    folder = folder_of(shop, job_on_floor(shop))
    come_changed(shop, more_copies)
    (folder / "job-ticket.json").unlink()
    aside = folder.rename(folder.with_name("aside"))

    assert f"lies in {aside}" in refused(shop)


def test_while_a_stage_can_not_be_looked_at_no_folder_counts_as_gone(
    shop: Shop, floor: Floor
) -> None:
    job = job_on_floor(shop)
    come_changed(shop, more_copies)
    shutil.rmtree(folder_of(shop, job))
    marker = next(floor.stage_path("packed").glob(".*"))
    kept = marker.read_bytes()
    marker.unlink()

    assert "may lie in stage packed, which can not be looked at" in refused(shop)

    marker.write_bytes(kept)
    assert take_changed(shop, ORDER).anew == [job.item_id]


def test_a_folder_that_is_just_being_put_there_can_not_change(shop: Shop) -> None:
    order_in(shop)
    with shop.store.transaction():  # all that a release writes before its rename
        place = a_place(stage="new", folder="soon there")
        assert shop.store.jobs.release(the_job(shop, ORDER), place, shop.clock.now())
    come_changed(shop, more_copies)

    assert "is just being put there" in refused(shop)


@pytest.mark.parametrize("stage", ["print", "packed"])
@pytest.mark.parametrize("change", [more_copies, another_address, another_item])
def test_an_order_in_production_does_not_change(
    shop: Shop, stage: str, change: Callable[[dict[str, Any]], None]
) -> None:
    note(shop, job_on_floor(shop), stage)
    come_changed(shop, change)

    assert f"is in production already: it is in stage {stage}" in refused(shop)


def test_an_order_about_which_more_was_said_does_not_change(shop: Shop, clock: ManualClock) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    clock.turn(60)
    send_all(shop)
    note(shop, job, "new")  # too late to be taken back
    come_changed(shop, another_item)

    assert "ItemProduce stands for it already" in refused(shop)


def test_a_drag_that_was_taken_back_in_time_stands_in_no_way(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, "new")
    come_changed(shop, another_item)

    assert take_changed(shop, ORDER).added == ["000000010002"]


def test_of_several_other_contents_a_person_names_one(shop: Shop) -> None:
    order_in(shop)
    first = come_changed(shop, more_copies)
    second = come_changed(shop, another_address)

    assert f"documents {first}, {second} all have other content" in refused(shop)
    with pytest.raises(NotPossible, match="document 99 is none"):
        take_changed(shop, ORDER, 99)

    take_changed(shop, ORDER, second)
    assert record(shop)["addresses"][0]["street1"] == "9 Elsewhere Road"
    assert notes(shop) == {("", ORDER): "order changed"}  # the other one still waits
    assert keep_first(shop, ORDER) == [first]
    assert notes(shop) == {}


def test_a_test_document_does_not_take_the_place_of_a_live_order(shop: Shop) -> None:
    order_in(shop, key=LIVE_KEY)
    come_changed(shop, more_copies, key=TEST_KEY)

    assert "it came through interface test, the order through live" in refused(shop)


def test_an_interface_that_is_not_configured_any_more_is_named(shop: Shop) -> None:
    order_in(shop)
    come_changed(shop, more_copies)

    words = refused(replace(shop, interfaces=shop.interfaces[1:]))
    assert "its interface live is not in the configuration any more" in words


def test_whoever_fetches_the_old_files_meanwhile_can_not_release_them(shop: Shop) -> None:
    order_in(shop)
    changes: list[object] = []

    class Meanwhile(FolderFetcher):
        """Files come while a person decides."""

        def fetch(self, url: str, target: Any) -> FileFacts:
            if not changes:
                come_changed(shop, more_copies)
                changes.append(take_changed(shop, ORDER))
            return super().fetch(url, target)

    slow = replace(shop, fetcher=Meanwhile(EXAMPLES / "files"))
    fetching = Fetching()
    assert fetch_next(slow, fetching)
    job = the_job(shop, ORDER)
    assert (job.state, job.place) == (JobState.WAITING, None)

    assert fetch_next(slow, fetching)
    ticket = json.loads((folder_of(shop, job) / "job-ticket.json").read_text())
    assert ticket["count"] == 77


def test_a_failure_with_the_old_files_does_not_hold_the_new_ones_up(shop: Shop) -> None:
    order_in(shop)
    job = the_job(shop, ORDER)
    come_changed(shop, more_copies)
    take_changed(shop, ORDER)

    with shop.store.transaction():
        shop.store.jobs.hold(job, shop.clock.now(), "wrong files")
        shop.store.jobs.try_again(job, shop.clock.now(), "no files")
    fresh = the_job(shop, ORDER)
    assert (fresh.state, fresh.reason, fresh.attempts) == (JobState.WAITING, "", 0)


def test_a_file_without_checksum_is_never_taken_from_the_old_content(shop: Shop) -> None:
    def unchecked(order: dict[str, Any]) -> None:
        for file in order["items"][0]["files"]:
            del file["md5sum"], file["size"]

    def other_file(order: dict[str, Any]) -> None:
        unchecked(order)
        order["items"][0]["files"][0]["url"] = "http://files.example/files/calendar-a4.pdf"

    take_order(shop, body_of(1, unchecked), None)
    job = the_job(shop, ORDER)
    folder = shop.spool.begin(job.id)
    (folder / f"{job.item_id}_product.pdf").write_bytes(b"left by an earlier try")
    come_changed(shop, other_file)
    take_changed(shop, ORDER)
    fetch_all(shop)

    got = (folder_of(shop, job) / f"{job.item_id}_product.pdf").read_bytes()
    assert got == (EXAMPLES / "files" / "calendar-a4.pdf").read_bytes()


def test_a_decision_leaves_nothing_personal_in_the_journal(shop: Shop) -> None:
    order_in(shop)
    come_changed(shop, another_address)
    take_changed(shop, ORDER)

    told = json.dumps([dict(line.detail) for line in shop.store.journal.of_order(ORDER)])
    assert "Elsewhere" not in told
    assert LIVE_KEY not in told
