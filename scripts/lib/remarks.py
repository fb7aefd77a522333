"""What Hotfolder itself says of signals and jobs, told once each beside the folder moves."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hands import label
from live import Screen
from programs import Trouble
from shop import Shop


class Remarks(threading.Thread):
    """Asks the command line, which takes a second or two, and shows only what is new."""

    def __init__(self, shop: Shop, screen: Screen) -> None:
        super().__init__(daemon=True)
        self.waiting: frozenset[str] = frozenset()
        self._trouble = ""
        self._shop = shop
        self._screen = screen
        self._told: set[str] = set()
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._ending = False

    def ask(self) -> None:
        """Ask soon. Afterwards `waiting` holds the items that wait for something.

        Raises Trouble when an earlier question got no answer.
        """
        if self._trouble:
            raise Trouble(self._trouble)
        self._wanted.set()

    def end(self) -> None:
        """Ask no more; returns when nothing is under way."""
        self._ending = True
        self._wanted.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        try:
            while self._wanted.wait() and not self._ending:
                self._wanted.clear()
                self._answer()
        except Trouble as trouble:
            self._trouble = str(trouble)

    def _answer(self) -> None:
        jobs = self._shop.ask("jobs")
        self._show(_of_jobs(jobs))
        self.waiting = frozenset(one["item"] for one in jobs if one["waits_for"])
        self.show_signals(self._shop.ask("signals"))

    def show_signals(self, signals: Sequence[Mapping[str, Any]]) -> None:
        """Show what is new in this answer of `hotfolder signals --json`."""
        self._show(_of_signals(signals))

    def _show(self, remarks: Iterable[str]) -> None:
        with self._lock:
            for words in remarks:
                if words not in self._told:
                    self._told.add(words)
                    self._screen.left(words, "magenta")


def _of_signals(signals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in signals:
        name = f"{label(one['item'])}  {one['type']}"
        if one["state"] == "withdrawn":
            yield f"{name} withdrawn: it never went out"
        elif one["state"] == "parked":
            yield f"{name} given up: {one['last_answer']}"
        elif one["inferred"]:
            yield f"{name} filled in for the stage that was skipped"


def _of_jobs(jobs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in jobs:
        if one["waits_for"]:
            yield f"{label(one['item'])}  waits for {one['waits_for']}, so ItemShipped stays back"
        elif one["state"] == "held":
            yield f"{label(one['item'])}  held: {one['reason']}"
