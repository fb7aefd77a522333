"""A changed order is taken: items that are new, gone or back, and what was said of them."""

import pytest

from hotfolder.domain.job import JobState
from hotfolder.errors import OrderChanged
from hotfolder.formats.signal_json import Dialect, Protocol
from hotfolder.services.decide_order import take_changed
from hotfolder.services.edit_signals import resend
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.tell_trouble import cancel
from tests.changes import another_item, body_of, come_changed, more_copies, one_item_less
from tests.services.deciding import ORDER, files_away, refused
from tests.steps import (
    again,
    fetch_all,
    folder_of,
    job_on_floor,
    order_in,
    promised,
    send_all,
    with_usual,
)


@pytest.fixture
def away(shop: Shop) -> Shop:
    """The shop while the server of the files can not be reached."""
    return files_away(shop)


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

    assert (list(done.alone), list(done.off)) == (list(order.item_ids[:1]), [])
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


@pytest.fixture
def old(shop: Shop) -> Shop:
    """The shop speaks CloudSignal 1.1, and the server of the files can not be reached."""
    dialect = Dialect(protocol=Protocol.V1_1)
    return with_usual(files_away(shop), dialect=dialect, bundle_limit=1)


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
