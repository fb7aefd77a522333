"""Order documents that say of themselves what a test wants them to."""

from typing import Any

from tests.changes import body_of

UNKNOWN_KEY = "cccccccccccccccccccccccccccc0003"


def document(**changes: Any) -> bytes:
    """A poster order; `changes` are made to the `order` object."""
    return body_of(1, lambda order: order.update(changes))
