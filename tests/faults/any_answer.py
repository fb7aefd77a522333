"""A receiver that gives every answer there is, or never comes to give it."""

from collections.abc import Mapping
from typing import Any

from hotfolder.domain.answer import Answer, Fault
from tests.fakes import Killed
from tests.faults.bed import KEY
from tests.faults.oracle import Name

WRONG_KEY = "f" * 32
# how the receiver answers: whether it accepts, and what comes back; None is a crash of ours
ACCEPTS: Mapping[str, Answer | None] = {
    "200": Answer(status=200),
    "200 and silence": Answer(fault=Fault.TOO_SLOW),
    "200 and our end": None,
}
REFUSES: Mapping[str, Answer | None] = {
    "400": Answer(status=400, words="no such item"),
    "413": Answer(status=413),
    "404": Answer(status=404),
    "302": Answer(status=302),
    "login page": Answer(status=200, is_page=True),
    "429": Answer(status=429, retry_after=30),
    "500": Answer(status=500, words="boom"),
    "503": Answer(status=503, retry_after=1e12),
    "no name": Answer(fault=Fault.NO_NAME),
    "reset": Answer(fault=Fault.CUT_OFF),
    "our end": None,
}


class Receiver:
    """Takes requests with the right key and answers as it was told to."""

    def __init__(self) -> None:
        self.key = self.sent_key = KEY
        self.mood = "200"
        self.accepted: list[Name] = []
        self.last: list[Name] = []
        self.in_doubt = 0

    def send(self, request: Mapping[str, Any]) -> Answer:
        signals = request.get("items", [request])
        self.last = [(one["order"], one["item"], one["type"]) for one in signals]
        if self.sent_key != self.key:
            return Answer(status=401, words="the key is unknown")
        accepts = self.mood in ACCEPTS
        answer = ACCEPTS[self.mood] if accepts else REFUSES[self.mood]
        if accepts:
            self.accepted += self.last
            self.in_doubt += len(self.last) if answer is None or answer.status != 200 else 0
        if answer is None:
            raise Killed
        return answer

    def set_key(self, key: str) -> bool:
        changed, self.sent_key = key != self.sent_key, key
        return changed
