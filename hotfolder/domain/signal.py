"""The signals of CloudSignal API v2.0, and what each must carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hotfolder.errors import SignalInvalid


class SignalType(StrEnum):
    """Signal names, exact case, in the order in which an item passes them.

    OrderRegistered is of protocol 1.1 only, where it stands for ItemRegistered of all items.
    """

    ORDER_REGISTERED = "OrderRegistered"
    REGISTERED = "ItemRegistered"
    PRODUCE = "ItemProduce"
    PRODUCED = "ItemProduced"
    PACKED = "ItemPacked"
    SHIPPED = "ItemShipped"
    DELAY = "ItemDelay"
    CANCELED = "ItemCanceled"


# They say no more than that the order is here.
REGISTRATIONS = (SignalType.ORDER_REGISTERED, SignalType.REGISTERED)

# ItemDelay and ItemCanceled: optional by the tables of the CloudSignal document, asked for by the
# integration guide and the Enfocus Switch page, so here they are required.
REQUIRED: Mapping[SignalType, tuple[str, ...]] = {
    SignalType.SHIPPED: ("tracking", "shipping_option"),
    SignalType.DELAY: ("cause", "delay"),
    SignalType.CANCELED: ("cause", "message"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """A message about one item. `at` is when it happened and never changes between attempts.

    Raises SignalInvalid when a required field is missing or empty, or one is given that this type
    does not have.
    """

    type: SignalType
    order_id: str
    item_id: str
    at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = REQUIRED.get(self.type, ())
        missing = [name for name in known if not self.fields.get(name, "").strip()]
        if missing:
            raise SignalInvalid(f"{self.type} needs {' and '.join(missing)}", missing)
        strange = sorted(set(self.fields) - set(known))
        if strange:
            raise SignalInvalid(f"{self.type} has no field {' or '.join(strange)}")
        of_order = self.type is SignalType.ORDER_REGISTERED
        if not self.order_id or bool(self.item_id) is of_order:
            raise SignalInvalid(f"{self.type} needs an order{'' if of_order else ' and an item'}")
        if self.at.tzinfo is None:
            raise SignalInvalid(f"{self.type} needs a time with its zone")
