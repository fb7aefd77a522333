"""A person decides about other content: the first stands, or the new one becomes the order."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from hotfolder.domain.job import JobState
from hotfolder.errors import NotPossible, OrderChanged
from hotfolder.services.decide_order import keep_first, take_changed
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from tests.changes import another_address, body_of, come_changed, more_copies
from tests.services.deciding import ORDER, files_away, record, refused, verdicts
from tests.steps import (
    LIVE_KEY,
    TEST_KEY,
    actions,
    fetch_all,
    folder_of,
    notes,
    order_in,
    promised,
    send_all,
    the_job,
)


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


def test_a_job_that_waits_is_made_by_the_new_content(shop: Shop) -> None:
    away = files_away(shop)
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


def test_a_decision_leaves_nothing_personal_in_the_journal(shop: Shop) -> None:
    order_in(shop)
    come_changed(shop, another_address)
    take_changed(shop, ORDER)

    told = json.dumps([dict(line.detail) for line in shop.store.journal.of_order(ORDER)])
    assert "Elsewhere" not in told
    assert LIVE_KEY not in told
