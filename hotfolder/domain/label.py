"""A parcel and its label: how it stands, and what a row of a reply does to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import count

ONE_DAY = timedelta(days=1)  # clocks and zones of other machines
PROGRAM_SAYS = "the label program says:"
SHIPPED_WITH_IT = "ItemShipped was said with this code already"
NOT_SHIPPED_AGAIN = "it has shipped with another code already"


class ParcelState(StrEnum):
    """Waiting: not asked for yet. Overruled: a person took a code that had been held.

    By hand: no program is asked, a person gives the code. Withdrawn: nothing is left to ship.
    """

    WAITING = "waiting"
    ASKED = "asked"
    ANSWERED = "answered"
    HELD = "held"
    OVERRULED = "overruled"
    BY_HAND = "by hand"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class LabeledParcel:
    """A parcel that a label program is asked for.

    `file` is the name of its request, whose appearance is still to be seen to while `rename_due`.
    `tracking` is the code in use, `offered` one that is held, and `former` are codes that do not
    count any more. `words` say why it is held, or what is to be known of its request; they may
    hold what the label program wrote.
    """

    id: int
    program: str
    order_id: str
    reference: str
    state: ParcelState
    since: datetime
    items: tuple[str, ...] = ()
    file: str = ""
    rename_due: bool = False
    tracking: str = ""
    offered: str = ""
    former: frozenset[str] = frozenset()
    option: str = ""
    asked_at: datetime | None = None
    expected_by: datetime | None = None
    answered_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelReply:
    """A row of a reply, as the label program wrote it.

    `line` counts from 1; `digest` is of the row. `error` is what the program says is wrong.
    """

    line: int
    key: str
    tracking: str
    digest: str
    service: str = ""
    day: date | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What speaks against a code: `wrong` by the gate, `used` by whom; each in words or empty.

    `shipped`: ItemShipped was said with another code, `with_it`: with this one. `given`: other
    codes that jobs of the parcel have by hand.
    `asked`: the day when the label was asked for.
    """

    wrong: str = ""
    used: str = ""
    shipped: bool = False
    with_it: bool = False
    canceled: bool = False
    given: str = ""
    asked: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Accept:
    """The code is the parcel's."""

    tracking: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """The code does not leave the shop before a person has looked; `words` say why."""

    words: str
    tracking: str = ""


def is_news(parcel: LabeledParcel, reply: LabelReply, tracking: str) -> bool:
    """Whether a row says anything that is not known; `tracking` is its tidied code.

    That a code is void, though it is in use or held for something else, is news: once.
    """
    if not tracking:
        known = parcel.state is ParcelState.HELD and _said(reply) == parcel.words
        return bool(reply.error) and not known and not parcel.tracking
    known_codes = (
        parcel.former if reply.error else {parcel.tracking, parcel.offered, *parcel.former}
    )
    return tracking not in known_codes


def judge(reply: LabelReply, tracking: str, facts: Facts) -> Accept | Hold:
    """What a row that is news does to its parcel."""
    if reply.error:
        words = f"{_said(reply)}; {SHIPPED_WITH_IT}" if facts.with_it else _said(reply)
        return Hold(words=words, tracking=tracking)
    against = facts.wrong or facts.used
    if not against and facts.canceled:
        against = "all that it holds is canceled: void the label"
    if not against and facts.shipped:
        against = NOT_SHIPPED_AGAIN
    if not against and reply.day and facts.asked and reply.day < facts.asked - ONE_DAY:
        against = f"its row is of {reply.day}, before it was asked for"
    if not against and facts.given:
        against = f"a person has given another code: {facts.given}"
    return Hold(words=against, tracking=tracking) if against else Accept(tracking=tracking)


def _said(reply: LabelReply) -> str:
    return f"{PROGRAM_SAYS} {reply.error}"


def own_words(words: str) -> str:
    """Why a label is held, without what the label program wrote: that may tell of an address."""
    return "the label program reports an error" if words.startswith(PROGRAM_SAYS) else words


def the_one(key: str, parcels: Sequence[LabeledParcel]) -> LabeledParcel | str:
    """The parcel that a row is for, or in words why it is not known."""
    if not key:
        return "it names no reference"
    if not parcels:
        return f"{key} is no parcel that was asked for"
    if len(parcels) > 1:
        return f"{key} has {len(parcels)} parcels: the reply must name their references"
    return parcels[0]


def expected_by(asked: datetime, minutes: int | None, after: time | None) -> datetime | None:
    """When silence becomes a worry; None: never. `asked` is in the zone of the shop.

    A program that answers only `after` its daily close is given the minutes from there.
    """
    if minutes is None:
        return None
    start = asked
    if after is not None:
        start = asked.replace(
            hour=after.hour, minute=after.minute, second=after.second, microsecond=0
        )
        if start < asked:
            start += timedelta(days=1)
    return start + timedelta(minutes=minutes)


def is_silent(parcel: LabeledParcel, now: datetime) -> bool:
    """Whether a reply should have come by now."""
    due = parcel.expected_by
    return parcel.state is ParcelState.ASKED and due is not None and due <= now


def references(base: str) -> Iterator[str]:
    """The id itself, then with `-2`, `-3` and so on behind it, for when others have that."""
    yield base
    yield from (f"{base}-{number}" for number in count(2))
