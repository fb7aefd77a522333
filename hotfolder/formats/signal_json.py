"""Signals as the request that CloudSignal takes (CloudSignal API v2.0), still without the key."""

from collections.abc import Mapping, Sequence
from typing import Any


def request(bodies: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """One signal as it is, several of one order as a bundle."""
    return dict(bodies[0]) if len(bodies) == 1 else {"items": [dict(body) for body in bodies]}
