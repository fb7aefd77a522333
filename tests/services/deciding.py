"""Orders about whose other content a person decides, and what such a decision did."""

import json
from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.job import Job
from hotfolder.errors import DecisionRefused
from hotfolder.services.decide_order import take_changed
from hotfolder.services.shop import Shop
from tests.fakes import FolderFetcher, ManualClock
from tests.steps import EXAMPLES, fetch_all, order_in, the_job

ORDER = "000000010000"


def files_away(shop: Shop) -> Shop:
    """The shop while the server of the files can not be reached."""
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.away.update(path.name for path in (EXAMPLES / "files").iterdir())
    return replace(shop, fetcher=fetcher)


def files_spoiled(shop: Shop) -> Shop:
    """The shop while the server gives other files than were ordered."""
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.spoiled["poster-a2.pdf"] = b"not what was ordered"
    return replace(shop, fetcher=fetcher)


def held_job(shop: Shop, clock: ManualClock) -> Job:
    """The job of a new order after as many tries as a wrong file gets; its folder is in hold."""
    spoiled = files_spoiled(shop)
    order_in(spoiled)
    for _ in range(shop.rules.fetch_attempts):
        fetch_all(spoiled)
        clock.turn(3600)
    return the_job(shop, ORDER)


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
