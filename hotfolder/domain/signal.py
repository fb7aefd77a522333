"""The signals of CloudSignal API v2.0, and what each must carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from hotfolder.errors import SignalInvalid


class SignalType(StrEnum):
    """Signal names, exact case, in the order in which an item passes them."""

    REGISTERED = "ItemRegistered"
    PRODUCE = "ItemProduce"
    PRODUCED = "ItemProduced"
    PACKED = "ItemPacked"
    SHIPPED = "ItemShipped"
    DELAY = "ItemDelay"
    CANCELED = "ItemCanceled"


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
        if not self.order_id or not self.item_id:
            raise SignalInvalid(f"{self.type} needs an order and an item")
        if self.at.tzinfo is None:
            raise SignalInvalid(f"{self.type} needs a time with its zone")

    def body(self) -> dict[str, str]:
        """The request members of this signal, without the key (CloudSignal API v2.0)."""
        return {
            "type": self.type.value,
            "order": self.order_id,
            "item": self.item_id,
            "datetime": self.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S GMT"),
            **self.fields,
        }
