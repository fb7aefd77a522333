"""Senders of the fault tests: one that notes when it was asked, one that something else meets."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hotfolder.domain.answer import Answer
from hotfolder.net.cloudsignal import CloudSignal
from hotfolder.services.shop import Sender
from tests.fakes import ManualClock


class Watched:
    """A sender that notes when it was asked."""

    def __init__(self, sender: CloudSignal, clock: ManualClock) -> None:
        self._sender = sender
        self._clock = clock
        self.tries: list[datetime] = []
        self.answers: list[Answer] = []

    def send(self, request: Mapping[str, Any]) -> Answer:
        self.tries.append(self._clock.now())
        answer = self._sender.send(request)
        self.answers.append(answer)
        return answer

    def set_key(self, key: str) -> bool:
        return self._sender.set_key(key)


class Interrupted:
    """A sender around whose first POST something else happens."""

    def __init__(
        self,
        sender: Sender,
        *,
        before: Callable[[], object] = lambda: None,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        self._sender = sender
        self._before: list[Callable[[], object]] = [before]
        self._after: list[Callable[[], object]] = [after]

    def send(self, request: Mapping[str, Any]) -> Answer:
        while self._before:
            self._before.pop()()
        answer = self._sender.send(request)
        while self._after:
            self._after.pop()()
        return answer

    def set_key(self, key: str) -> bool:
        return self._sender.set_key(key)
