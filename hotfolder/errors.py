"""Everything that can go wrong, and the one shape in which a person is told.

HotfolderError
├── ConfigError      the configuration or a flow can not be used (every Problem at once)
├── OrderRefused     an order document is not valid (every Problem at once)
├── OrderKeyUnknown  an order document carries no key of ours
├── OrderChanged     a known order id came with other content
├── DecisionRefused  other content can not become the order (every Problem at once)
├── NotUnderstood    a file on the floor (ticket, tracking) does not say what it should
├── SignalInvalid    a signal lacks what the CloudSignal document requires
├── NotPossible      what a person asked for can not be done as things stand
├── StoreError       the database can not be opened, read or written
├── FloorError       a stage folder, the spool or a file on them can not be used
├── AlreadyRunning   another daemon runs on this state folder or on this floor
├── FetchError       a file could not be fetched
└── StopAsked        Hotfolder stops; work under way is taken up again at the next start
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a person must mend: where it is, what is wrong, what to do."""

    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.hint})" if self.hint else text


class HotfolderError(Exception):
    """Base of all errors that Hotfolder raises on purpose; its text is for people."""

    def bare(self) -> Self:
        """The same, to be kept as a value: without what it was raised in and because of.

        The frames of a traceback hold on to everything that was at work in them.
        """
        self.__traceback__ = self.__context__ = None
        return self


class _WithProblems(HotfolderError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class ConfigError(_WithProblems):
    """The configuration or a flow can not be used."""


class OrderRefused(_WithProblems):
    """An order document is not valid."""


class OrderUnreadable(OrderRefused):
    """A document is no order at all, so that nobody knows whose key it may hold."""


class OrderKeyUnknown(HotfolderError):
    """An order document carries no key, or one of no interface of ours."""


class OrderChanged(HotfolderError):
    """A known order id came with other content; the first one stays as it is."""


class DecisionRefused(_WithProblems):
    """What a person decided about a changed order can not be carried out; nothing was changed."""


class NotUnderstood(HotfolderError):
    """A file on the floor (ticket, tracking) does not say what it should."""


class SignalInvalid(HotfolderError):
    """A signal lacks a field that the CloudSignal API v2.0 document requires."""

    def __init__(self, message: str, missing: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.missing = tuple(missing)


class NotPossible(HotfolderError):
    """What a person asked for can not be done with this signal, item or order as it stands."""


class StoreError(HotfolderError):
    """The database can not be opened, read or written."""


class FloorError(HotfolderError):
    """A stage folder, the spool or a file on them can not be used."""


class AlreadyRunning(HotfolderError):
    """Another daemon runs on this state folder or on this floor."""


class FetchKind(StrEnum):
    """What stands between us and a file."""

    BAD_ADDRESS = "bad address"  # no address at all, or not http and https
    ADDRESS_REFUSED = "address refused"  # it leads into this network
    UNREACHABLE = "unreachable"
    NOT_TRUSTED = "not trusted"
    TOO_SLOW = "too slow"
    BUSY = "busy"  # so many files are fetched from that server that this one has to wait
    REFUSED = "refused"
    EXPIRED = "expired"
    MISSING = "missing"
    NOT_GIVEN = "not given"  # refused or nothing sent, for no reason that has a kind of its own
    SERVER_FAULT = "server fault"
    REDIRECTED = "redirected"  # again and again
    WEB_PAGE = "web page"
    TRUNCATED = "truncated"
    ENDLESS = "endless"
    TOO_LARGE = "too large"
    MISMATCH = "mismatch"  # whole, and not the ordered file
    NO_SPACE = "no space"
    NOT_WRITTEN = "not written"


class FetchError(HotfolderError):
    """A file could not be fetched."""

    def __init__(self, message: str, kind: FetchKind = FetchKind.SERVER_FAULT) -> None:
        super().__init__(message)
        self.kind = kind


class StopAsked(HotfolderError):
    """Hotfolder stops; work under way is taken up again at the next start."""
