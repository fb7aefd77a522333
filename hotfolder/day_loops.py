"""What closes days, writes their lists and takes manifests."""

from threading import Event

from hotfolder.loops import Loop
from hotfolder.services.close_day import close_by_time
from hotfolder.services.day_lists import ListPlace, is_in_trouble, write_lists
from hotfolder.services.shop import Shop
from hotfolder.services.take_manifest import Manifests

DAY_SECONDS = 5.0
AGAIN_SECONDS = 30.0  # after a list that could not be written
MANIFEST_SECONDS = 2.0


def day_loops(shop: Shop, place: ListPlace, manifests: Manifests | None) -> list[Loop]:
    """A thread each: a folder that hangs, on the share of a label program, keeps no day open."""
    lists_due = Event()

    def close() -> float:
        if close_by_time(shop):
            lists_due.set()
        return DAY_SECONDS

    def write() -> float:
        write_lists(shop, place)
        return AGAIN_SECONDS if is_in_trouble(shop) else DAY_SECONDS

    loops = [Loop("day", close), Loop("day-lists", write, lists_due)]
    return loops if manifests is None else [*loops, _taker(manifests)]


def _taker(manifests: Manifests) -> Loop:
    def take() -> float:
        manifests.step()
        return MANIFEST_SECONDS

    return Loop("manifests", take)
