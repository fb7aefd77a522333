from hypothesis import given

from hotfolder.domain.job import newest, ticket_id
from tests.builders import a_job
from tests.formats.any_orders import ids


def test_a_ticket_id_says_order_item_and_run() -> None:
    assert ticket_id("order-1", "item-1", 2) == "order-1/item-1/2"


@given(ids, ids, ids, ids)
def test_two_items_never_share_a_ticket_id(
    order: str, item: str, other_order: str, other_item: str
) -> None:
    same = (order, item) == (other_order, other_item)
    assert (ticket_id(order, item, 1) == ticket_id(other_order, other_item, 1)) is same


def test_the_newest_job_of_each_item_is_found_whatever_their_order() -> None:
    jobs = [a_job(item_id=item, run=run) for item, run in (("b", 2), ("a", 1), ("b", 1), ("b", 3))]
    assert newest(jobs) == {"b": jobs[3], "a": jobs[1]}
    assert list(newest(jobs)) == ["b", "a"]
    assert newest([]) == {}
