"""The states of a signal in the outbox."""

from enum import StrEnum


class SignalState(StrEnum):
    """Where a signal stands. Parked: given up until a person acts; it holds nothing back."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    PARKED = "parked"


UNSENT = (SignalState.WAITING.value, SignalState.SENDING.value)
STANDING = (*UNSENT, SignalState.SENT.value, SignalState.PARKED.value)
