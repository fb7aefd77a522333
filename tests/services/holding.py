"""Books whose files are looked into, or do not come."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from hotfolder.domain.finding import Check, Level
from hotfolder.domain.job import Job
from hotfolder.domain.preflight import PreflightRules
from hotfolder.errors import FetchKind
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.builders import no_preflight
from tests.fakes import FolderFetcher
from tests.steps import FILE_SERVER, LIVE_KEY, fetch_all, order_in, the_job

BOOK = "textbook-a5-book.pdf"
DAMAGED = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\nno end"


def looked_into(shop: Shop, served: FolderFetcher) -> Shop:
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


def book_without_block(
    shop: Shop, served: FolderFetcher, fault: FetchKind = FetchKind.UNREACHABLE
) -> Job:
    """A job for a book whose block can not be had for this reason."""
    served.fault = fault
    served.away.add(BOOK)
    return the_job(shop, order_in(shop, kind="textbook").order_id)
