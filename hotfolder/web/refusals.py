"""Who was turned away at a door, and why: counted, and told in few lines however many come."""

from collections import Counter
from enum import StrEnum
from typing import Protocol

from loguru import logger

from hotfolder.web.allowance import Allowance

TOLD_EVERY_SECONDS = 60.0
SINGLY_PER_MINUTE = 20  # of each kind


class Refusal(StrEnum):
    """Why a call is refused; the values are names to count by."""

    CONNECTIONS = "connections"
    CONNECTIONS_OF_ONE = "connections_of_one"
    REQUESTS_OF_ONE = "requests_of_one"
    REFUSED_BEFORE = "refused_before"
    NO_TLS = "no_tls"
    SLOW_HEADER = "slow_header"
    SLOW_BODY = "slow_body"
    SLOW_READER = "slow_reader"
    LARGE_HEADER = "large_header"
    LARGE_BODY = "large_body"
    BODIES = "bodies"
    CUT_OFF = "cut_off"
    MALFORMED = "malformed"
    PIPELINED = "pipelined"
    NO_SUCH_PAGE = "no_such_page"
    UNKNOWN_KEY = "unknown_key"
    NO_ORDER = "no_order"
    NOT_VALID = "not_valid"
    OTHER_CONTENT = "other_content"
    FAULT_HERE = "fault_here"
    STOPPING = "stopping"


WORDS = {
    Refusal.CONNECTIONS: "more connections at once than limits.connections",
    Refusal.CONNECTIONS_OF_ONE: "more connections at once than limits.connections_of_one",
    Refusal.REQUESTS_OF_ONE: "more requests than limits.requests_per_minute",
    Refusal.REFUSED_BEFORE: "refused more often than limits.refused_per_minute",
    Refusal.NO_TLS: "a connection that came to no TLS",
    Refusal.SLOW_HEADER: "the header took longer than limits.header_seconds",
    Refusal.SLOW_BODY: "the document came too slowly (limits.body_seconds, least_speed_kib)",
    Refusal.SLOW_READER: "the answer was not fetched",
    Refusal.LARGE_HEADER: "the header is larger than limits.header_kib",
    Refusal.LARGE_BODY: "the document is larger than intake.body_limit_mib",
    Refusal.BODIES: "more large documents at once than limits.bodies_mib",
    Refusal.CUT_OFF: "the sender hung up in the middle of a document",
    Refusal.MALFORMED: "it was no HTTP",
    Refusal.PIPELINED: "more requests in a row than anybody sends without waiting for answers",
    Refusal.NO_SUCH_PAGE: "nothing is served there",
    Refusal.UNKNOWN_KEY: "the key is unknown, or the sender not allowed to use it",
    Refusal.NO_ORDER: "the document is no order at all",
    Refusal.NOT_VALID: "the document is not valid",
    Refusal.OTHER_CONTENT: "the order is known with other content",
    Refusal.FAULT_HERE: "it could not be stored, by a fault here",
    Refusal.STOPPING: "Hotfolder stops, and the document was not whole",
}
# what a sender with a key of ours does not do; each costs of its refused_per_minute
STRANGE = {
    Refusal.NO_TLS,
    Refusal.SLOW_HEADER,
    Refusal.SLOW_BODY,
    Refusal.SLOW_READER,
    Refusal.LARGE_HEADER,
    Refusal.LARGE_BODY,
    Refusal.MALFORMED,
    Refusal.PIPELINED,
    Refusal.NO_SUCH_PAGE,
    Refusal.UNKNOWN_KEY,
    Refusal.NO_ORDER,
}


class Refuse(Protocol):
    """Counts a call that is refused; `words`, if any, are told in a line of its own."""

    def __call__(self, refusal: Refusal, sender: str, words: str = "") -> None: ...


class Refusals:
    """`counts` since the start; the log hears of the first at once and of more once a minute.

    What has words of its own is told each time, unless it comes in crowds.
    """

    def __init__(self) -> None:
        self.counts: Counter[Refusal] = Counter()
        self._untold: dict[Refusal, Counter[str]] = {}
        self._told_at: dict[Refusal, float] = {}
        self._singly = Allowance(SINGLY_PER_MINUTE)

    def note(self, refusal: Refusal, sender: str, now: float, words: str = "") -> None:
        """`now` in seconds of any steady clock."""
        self.counts[refusal] += 1
        if words and self._singly.take(refusal, now):
            logger.bind(refusal=refusal.value, sender=sender).warning("order not taken: {}", words)
            return
        senders = self._untold.setdefault(refusal, Counter())
        # one more who comes once is not worth its memory
        senders[sender if sender in senders or len(senders) < 1000 else "others"] += 1
        self._tell(refusal, now)

    def tell(self, now: float) -> None:
        """Tell what was held back, if it is time; to be called now and then."""
        for refusal in [*self._untold]:
            self._tell(refusal, now)

    def _tell(self, refusal: Refusal, now: float) -> None:
        if now - self._told_at.get(refusal, -TOLD_EVERY_SECONDS) < TOLD_EVERY_SECONDS:
            return
        senders = self._untold.pop(refusal)
        self._told_at[refusal] = now
        [(most, _)] = senders.most_common(1)
        logger.bind(refusal=refusal.value, times=senders.total(), sender=most).warning(
            "turned away at the door: {}", WORDS[refusal]
        )
