"""The store as one thing to hand around: its tables behind their verbs, and transactions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from hotfolder.store.alerts import Alerts, Marks
from hotfolder.store.backup import check_whole
from hotfolder.store.counts import Counts, Happened
from hotfolder.store.database import Database
from hotfolder.store.days import Days
from hotfolder.store.documents import Documents
from hotfolder.store.doubts import Doubts
from hotfolder.store.handovers import Handovers
from hotfolder.store.jobs import Jobs
from hotfolder.store.journal import Journal
from hotfolder.store.notes import Destinations, Notes
from hotfolder.store.orders import Orders
from hotfolder.store.outbox import Outbox
from hotfolder.store.own_moves import OwnMoves
from hotfolder.store.parcels import Parcels, Replies
from hotfolder.store.signal_list import SignalList
from hotfolder.store.together import Together


class Store:
    """What we know and what we have promised to say."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together = Together(database)
        self.documents = Documents(database)
        self.orders = Orders(database)
        self.jobs = Jobs(database)
        self.outbox = Outbox(database)
        self.signals = SignalList(database)
        self.journal = Journal(database)
        self.doubts = Doubts(database)
        self.notes = Notes(database)
        self.destinations = Destinations(database)
        self.days = Days(database)
        self.handovers = Handovers(database)
        self.own_moves = OwnMoves(database)
        self.parcels = Parcels(database)
        self.replies = Replies(database)
        self.alerts = Alerts(database)
        self.marks = Marks(database)
        self.counts = Counts(database)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The store in the file at `path`. Raises StoreError."""
        return cls(Database.open(path))

    def happened(self) -> Happened:
        """What happens from now on, for one who counts."""
        return Happened(self._database)

    def transaction(self) -> AbstractContextManager[None]:
        """All of the block is kept, durably, or nothing of it."""
        return self._database.transaction()

    def write_together(self, make: Callable[[], None]) -> None:
        """Make a change, durably, in one transaction with those of other threads.

        For small changes that many threads make at once: they wait for the disk only once.
        """
        self._together.write(make)

    def check(self) -> None:
        """Raises StoreError when the database file is damaged."""
        check_whole(self._database.path)

    def passing_transaction(self) -> AbstractContextManager[None]:
        """The same, but a power cut may undo it: for what would be done again after one anyway."""
        return self._database.passing_transaction()

    def close(self) -> None:
        self._database.close()
