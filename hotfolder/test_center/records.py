"""What the test center remembers. No key is ever part of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A signal that was answered with 200, or was about to be.

    `seq` counts from 1 in order of arrival, `at` is the unix time of arrival, `fields` holds what
    only this type carries, `bundle` is the number of the bundle it came in (None: came alone).
    """

    seq: int
    at: float
    type: str
    order: str
    item: str
    datetime: str
    fields: Mapping[str, str]
    bundle: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data; `from_dict` reads it back."""
        return {
            "seq": self.seq,
            "at": self.at,
            "type": self.type,
            "order": self.order,
            "item": self.item,
            "datetime": self.datetime,
            "fields": dict(self.fields),
            "bundle": self.bundle,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The record of one line of the account file or one entry of `GET /account`."""
        return cls(**data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A signal request that was not accepted.

    `status` is what was answered (None: the connection was dropped), `by_fault` says that the
    sender was not to blame. `signals` names what was in it, as `type order/item`.
    """

    at: float
    status: int | None
    reasons: tuple[str, ...]
    signals: tuple[str, ...]
    by_fault: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pushed:
    """An order that was pushed to a shop, and its answer.

    `status` is None when no answer came; `answer` is the start of the shop's text, or what failed.
    `at` is the unix time and `seconds` how long the shop took.
    """

    order: str
    items: tuple[str, ...]
    form: str
    at: float
    status: int | None
    answer: str
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
