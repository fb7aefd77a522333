"""Orders that are posted to the door, and what of them lies on the disk then."""

from collections.abc import Iterator

import requests

from hotfolder.services.shop import Shop
from hotfolder.test_center.catalogue import OrderDocument, make_order
from tests.steps import FILE_SERVER, LIVE_KEY, database_of, look_up

UNKNOWN_KEY = "cccccccccccccccccccccccccccc0003"


def order(number: int = 1, *, key: str = LIVE_KEY, form: str = "json") -> OrderDocument:
    return make_order(number, base_url=FILE_SERVER, apikey=key, form=form, kind="poster")


def post(
    door: str, body: bytes | Iterator[bytes], content_type: str | None = "application/json"
) -> requests.Response:
    headers = {"Content-Type": content_type} if content_type else {}
    return requests.post(door, data=body, headers=headers, timeout=30)


def rows(shop: Shop) -> tuple[int, ...]:
    """Orders, documents, jobs, signals and journal lines that another program sees on the disk."""
    database = database_of(shop)
    tables = ("orders", "document", "job", "outbox", "journal")
    return tuple(look_up(database, f"SELECT count(*) FROM {table}")[0][0] for table in tables)
