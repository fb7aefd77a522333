from hypothesis import given

from hotfolder.domain.job import ticket_id
from tests.formats.any_orders import ids


def test_a_ticket_id_says_order_item_and_run() -> None:
    assert ticket_id("order-1", "item-1", 2) == "order-1/item-1/2"


@given(ids, ids, ids, ids)
def test_two_items_never_share_a_ticket_id(
    order: str, item: str, other_order: str, other_item: str
) -> None:
    same = (order, item) == (other_order, other_item)
    assert (ticket_id(order, item, 1) == ticket_id(other_order, other_item, 1)) is same
