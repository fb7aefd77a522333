"""An order document that is refused, and the order it tells of."""

from tests.changes import body_of

ORDER = "000000010000"
REFUSED = body_of(1, lambda order: order.update(items=[]))
