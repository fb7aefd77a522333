"""Changes of several threads in one transaction, so that they wait for the disk only once."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotfolder.errors import StoreError
from hotfolder.store.database import Database


@dataclass(kw_only=True, slots=True)
class _Change:
    make: Callable[[], None]
    ended: bool = False
    error: Exception | None = None


class Together:
    """Whoever finds nobody writing writes along the changes of all who have come meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Change] = []
        self._entering = threading.Lock()
        self._writing = threading.Lock()

    def write(self, make: Callable[[], None]) -> None:
        """Returns when the change is durable. Raises what it raises, and nothing of it is kept.

        It may be made by another thread, and is never made inside another transaction.
        """
        mine = _Change(make=make)
        with self._entering:
            self._waiting.append(mine)
        with self._writing:
            if not mine.ended:
                self._write_waiting()
        if mine.error is not None:
            raise mine.error

    def _write_waiting(self) -> None:
        with self._entering:
            together, self._waiting = self._waiting, []
        try:
            with self._database.transaction():
                self._make(together)
        except Exception as error:  # noqa: BLE001 (each of them raises it)
            for change in together:
                change.error = error
        for change in together:
            change.ended = True

    def _make(self, together: Sequence[_Change]) -> None:
        if len(together) == 1:
            together[0].make()  # its failure undoes all of the transaction
            return
        for change in together:
            try:
                with self._database.transaction():
                    change.make()
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 (raised where the change came from)
                change.error = error
