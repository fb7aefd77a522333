"""Who is at a door: every connection from the moment it is accepted, and how long each may take.

Nothing here waits or sends; the server asks once a second who has to go.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter

from hotfolder.domain.sender import Network, customer_of, is_in, plain_address
from hotfolder.web.allowance import Allowance
from hotfolder.web.refusals import STRANGE, Refusal, Refusals

Peer = tuple[str, int]
SPEED_AFTER_SECONDS = 10.0
KIB = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a door bears. 0 of a number per minute, or of a speed, is no limit.

    To addresses of `shared` networks no limit by address applies, as one of them may stand for many
    senders. `proxies` are believed when they say whose request it is.
    """

    connections: int = 512
    connections_of_one: int = 64
    requests_per_minute: int = 0
    refused_per_minute: int = 0
    header_bytes: int = 16 * KIB
    header_seconds: float = 10.0
    body_seconds: float = 60.0
    least_speed: float = KIB
    shared: tuple[Network, ...] = ()
    proxies: tuple[Network, ...] = ()


@dataclass(eq=False, kw_only=True, slots=True)
class Visit:
    """One connection. `since` is when it began what it does now, `at_rest` that it sent nothing.

    `hang_up` ends it without a word; `give_up` answers why the document is not waited for.
    """

    peer: Peer
    customer: str
    is_limited: bool
    is_proxy: bool
    hang_up: Callable[[], None]
    since: float
    at_rest: bool = False
    greeted: bool = False
    received: int = 0
    give_up: Callable[[Refusal], None] = field(default=lambda _refusal: None)


class Visitors:
    """All connections of one door. Used by one thread alone."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self.refusals = Refusals()
        self._clock = clock
        self._visits: dict[Peer, Visit] = {}
        self._waiting: dict[Visit, None] = {}  # for a header to be whole, longest first
        self._sending: dict[Visit, None] = {}  # a document that did not come in one piece
        self._full: dict[Visit, None] = {}  # of answers that nobody reads
        self._of_one: Counter[str] = Counter()
        self._requests = Allowance(limits.requests_per_minute)
        self._refused = Allowance(limits.refused_per_minute)

    def __len__(self) -> int:
        return len(self._visits)

    def __getitem__(self, peer: Peer) -> Visit | None:
        return self._visits.get(peer)

    # --- coming and going ---

    def enter(self, peer: Peer, hang_up: Callable[[], None]) -> Visit | None:
        """The visit of a new connection, or None when it has to be closed at once."""
        now, address = self._clock(), plain_address(peer[0])
        is_proxy = is_in(address, self.limits.proxies)
        is_limited = not is_proxy and not is_in(address, self.limits.shared)
        customer = customer_of(peer[0])
        refusal = self._closed_to(customer, now) if is_limited else None
        if refusal is None and not self._has_room(now):
            refusal = Refusal.CONNECTIONS
        if refusal is not None:
            self.refusals.note(refusal, peer[0], now)
            return None
        if peer in self._visits:  # the same one, through another address of this machine
            self.leave(self._visits[peer])
        visit = Visit(
            peer=peer,
            customer=customer,
            is_limited=is_limited,
            is_proxy=is_proxy,
            hang_up=hang_up,
            since=now,
        )
        self._visits[peer] = visit
        self._waiting[visit] = None
        self._of_one[customer] += 1
        return visit

    def leave(self, visit: Visit) -> None:
        """The connection is over, or will be; may be said twice."""
        if self._visits.get(visit.peer) is not visit:
            return
        del self._visits[visit.peer]
        self._clear(visit)
        self._of_one[visit.customer] -= 1
        if not self._of_one[visit.customer]:
            del self._of_one[visit.customer]

    def _closed_to(self, customer: str, now: float) -> Refusal | None:
        if self._of_one[customer] >= self.limits.connections_of_one:
            return Refusal.CONNECTIONS_OF_ONE
        if not self._refused.is_left(customer, now):
            return Refusal.REFUSED_BEFORE
        return None

    def _has_room(self, now: float) -> bool:
        """When all places are taken, who has been at the same thing longest gives way.

        That is to say nothing, or to send a document or fetch an answer bit by bit. An honest
        sender asks as soon as it is connected, in one go; who comes to fill the house does not.
        """
        if len(self._visits) < self.limits.connections:
            return True
        doings = (self._waiting, self._sending, self._full)
        longest = [next(iter(doing)) for doing in doings if doing]
        if not longest:
            return False
        visit = min(longest, key=attrgetter("since"))
        if not visit.at_rest:
            self.refusals.note(Refusal.CONNECTIONS, visit.peer[0], now)
        self._end(visit)
        return True

    def _end(self, visit: Visit) -> None:
        self.leave(visit)
        visit.hang_up()

    # --- what a connection does; of one that is over nothing is noted ---

    def waits(self, visit: Visit) -> None:
        """Everything asked is answered: the next header may come."""
        self._begin(visit, self._waiting)
        visit.at_rest = True

    def asks(self, visit: Visit) -> None:
        """The header is whole; what is asked for is done."""
        self._clear(visit)
        visit.at_rest = False

    def sends(self, visit: Visit) -> None:
        """A document is on its way and not whole yet."""
        self._begin(visit, self._sending)

    def is_full(self, visit: Visit) -> None:
        """Answers lie about and are not fetched."""
        self._begin(visit, self._full)

    def _begin(self, visit: Visit, doing: dict[Visit, None]) -> None:
        self._clear(visit)
        if self._visits.get(visit.peer) is visit:
            visit.since = self._clock()
            doing[visit] = None

    def _clear(self, visit: Visit) -> None:
        self._waiting.pop(visit, None)
        self._sending.pop(visit, None)
        self._full.pop(visit, None)

    # --- requests ---

    def seconds_to_wait(self, visit: Visit, sender: str) -> float:
        """0 when the sender may ask now; otherwise it was counted as refused."""
        is_limited = visit.is_limited
        customer = visit.customer
        if visit.is_proxy:
            is_limited = not is_in(plain_address(sender), self.limits.shared)
            customer = customer_of(sender)
        if not is_limited:
            return 0
        now = self._clock()
        if not self._refused.is_left(customer, now):
            self.refusals.note(Refusal.REFUSED_BEFORE, sender, now)
            return self._refused.seconds_until(customer, now)
        if not self._requests.take(customer, now):
            self.refusals.note(Refusal.REQUESTS_OF_ONE, sender, now)
            return self._requests.seconds_until(customer, now)
        return 0

    def refuse(self, refusal: Refusal, sender: str, words: str = "") -> None:
        """Count a request that is refused; `sender` is the address that it is from.

        The log hears of it, with `words` if there are any.
        """
        now = self._clock()
        self.refusals.note(refusal, sender, now, words)
        if refusal in STRANGE:
            self._refused.take(customer_of(sender), now)

    # --- once a second ---

    def send_away(self) -> None:
        """End what takes too long; tell what was refused."""
        now = self._clock()
        before = now - self.limits.header_seconds
        for visit in self._older(self._waiting, before):
            if not visit.at_rest:
                self.refuse(Refusal.SLOW_HEADER, visit.peer[0])
            self._end(visit)
        for visit in self._older(self._full, before):
            self.refuse(Refusal.SLOW_READER, visit.peer[0])
            self._end(visit)
        for visit in [one for one in self._sending if self._is_slow(one, now)]:
            self._clear(visit)
            visit.give_up(Refusal.SLOW_BODY)
        self.refusals.tell(now)

    def part(self) -> None:
        """The door closes: only who waits for an answer is still waited for.

        Said once more later it ends those who did not take leave, as TLS asks them to.
        """
        for visit in [*self._waiting, *self._full]:
            self._end(visit)
        for visit in [*self._sending]:
            self.is_full(visit)
            visit.give_up(Refusal.STOPPING)

    def _older(self, doing: dict[Visit, None], before: float) -> list[Visit]:
        """Those at the front, as who begins is put at the end."""
        found = []
        for visit in doing:
            if visit.since > before:
                break
            found.append(visit)
        return found

    def _is_slow(self, visit: Visit, now: float) -> bool:
        seconds = now - visit.since
        return seconds > self.limits.body_seconds or (
            seconds > SPEED_AFTER_SECONDS and visit.received < seconds * self.limits.least_speed
        )
