"""Signals as the request that CloudSignal takes, still without the key.

CloudSignal API v2.0, and v1.1 where an interface is set up for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Any

from hotfolder.domain.signal import Signal, SignalType


class Protocol(StrEnum):
    """Versions of the CloudSignal API."""

    V2_0 = "2.0"
    V1_1 = "1.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """How signals are written. ItemError is the older name of ItemDelay and the only one in 1.1."""

    protocol: Protocol = Protocol.V2_0
    delay_as_error: bool = False


def body(signal: Signal, dialect: Dialect) -> dict[str, str]:
    """The request members of one signal.

    Protocol 1.1 has no shipping_option and no item with OrderRegistered.
    """
    old = dialect.protocol is Protocol.V1_1
    name = signal.type.value
    if signal.type is SignalType.DELAY and (old or dialect.delay_as_error):
        name = "ItemError"
    members = {"type": name, "order": signal.order_id}
    if signal.item_id:
        members["item"] = signal.item_id
    members["datetime"] = signal.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S GMT")
    fields = {n: v for n, v in signal.fields.items() if not (old and n == "shipping_option")}
    return members | fields


def request(signals: Sequence[Signal], dialect: Dialect) -> dict[str, Any]:
    """One signal as it is, several of one order as a bundle."""
    bodies = [body(signal, dialect) for signal in signals]
    return bodies[0] if len(bodies) == 1 else {"items": bodies}
