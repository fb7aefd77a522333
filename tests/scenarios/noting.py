"""A process that notes a move and sends its signal, and is killed at a chosen point of that.

Run as `python -m tests.scenarios.noting FOLDER POINT`, FOLDER being that of a shop of the tests.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotfolder.domain.answer import Answer
from hotfolder.files.ballast import Ballast
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.services.recover import recover
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Destination, Shop
from hotfolder.store.store import Store
from hotfolder.watch.rounds import Rounds
from tests.builders import a_flow, hold_stage
from tests.databases import open_database
from tests.fakes import FolderFetcher, ManualClock

BEFORE_COMMIT, AFTER_COMMIT, AFTER_DELIVERY, NEVER = "before", "after", "delivery", "never"
FAR = 1000.0  # seconds, past every undo time


def die(*_: object) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


class Post:
    """The receiver: a file with what arrived, a line each. Kills the process when told so."""

    def __init__(self, path: Path, *, mortal: bool) -> None:
        self._path = path
        self._mortal = mortal

    def send(self, request: Mapping[str, Any]) -> Answer:
        with self._path.open("a") as file:
            file.write(json.dumps(request, sort_keys=True) + "\n")
        if self._mortal and request["type"] == "ItemProduce":
            die()
        return Answer(status=200)

    def set_key(self, _key: str) -> bool:
        return False


def shop_at(folder: Path, point: str) -> tuple[Shop, ManualClock]:
    clock, state = ManualClock(), folder / "state"
    post = Post(folder / "arrived", mortal=point == AFTER_DELIVERY)
    shop = Shop(
        store=Store(open_database(state / "hotfolder.sqlite")),
        floor=Floor(folder / "floor", [a_flow()], "floor-of-the-tests", [hold_stage()]),
        spool=Spool(folder / "floor" / ".hotfolder" / "spool"),
        ballast=Ballast(state / "ballast", size=4096, least_free=0),
        flows=[a_flow()],
        interfaces=[],
        clock=clock,
        destinations={SIGNALS: Destination(name=SIGNALS, sender=post, bundle_limit=1)},
        fetcher=FolderFetcher(folder),
    )
    return shop, clock


def watch_commits(shop: Shop, point: str) -> None:
    """The kill comes from SQLite itself: just before it commits the move, or just after."""
    connection = shop.store._database._peewee.connection()
    if point == BEFORE_COMMIT:
        connection.set_commit_hook(die)
    elif point == AFTER_COMMIT:
        connection.set_wal_hook(die)


def main(folder: Path, point: str) -> None:
    shop, clock = shop_at(folder, point)
    rounds = Rounds(shop, 5.0)
    recover(shop)
    watch_commits(shop, point)
    rounds.hint("print")
    rounds.step()
    clock.turn(FAR)
    gate = Gate(shop.destinations[SIGNALS])
    while send_next(shop, gate):
        pass
    shop.store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
