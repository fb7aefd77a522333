"""A reorder comes in: it is told of what it is one, where that is known."""

import json

from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from tests.services.documents import document
from tests.steps import order_in


def test_a_reorder_of_what_was_made_here_is_told_in_the_journal(shop: Shop) -> None:
    order_in(shop, 1)
    reorder = order_in(shop, 2, kind="reorder")

    (line,) = [
        line
        for line in shop.store.journal.of_order(reorder.order_id)
        if line.action == "reorder taken"
    ]
    assert (line.item_id, dict(line.detail)) == (
        reorder.item_ids[0],
        {
            "cause": "reorder_shipping_item_damaged",
            "original_order": "000000010000",
            "original_item": "000000010001",
            "known": True,
        },
    )
    taken = shop.store.orders.get(reorder.order_id)
    assert taken is not None
    assert not [words for words in taken.warnings if "not made here" in words]
    assert shop.store.jobs.of_order(reorder.order_id)[0].reorder


def test_a_reorder_of_what_is_not_known_here_is_taken_with_a_warning(shop: Shop) -> None:
    reorder = order_in(shop, 2, kind="reorder")

    taken = shop.store.orders.get(reorder.order_id)
    assert taken is not None
    words = f"item {reorder.item_ids[0]}: is a reorder of an item that was not made here"
    assert words in taken.warnings
    lines = shop.store.journal.of_order(reorder.order_id)
    assert [line.detail["known"] for line in lines if line.action == "reorder taken"] == [False]


def test_free_words_where_a_reorder_names_its_original_stay_out_of_the_journal(
    shop: Shop,
) -> None:
    order = json.loads(document())["order"]
    for name in ("cause", "desc", "order_id", "item_id"):
        order["items"][0][f"reorder_{name}"] = "Alma Testperson, Willow Lane 12"
    take_order(shop, document(**order), "application/json")

    told = [dict(line.detail) for line in shop.store.journal.of_order(order["id"])]
    assert "Alma" not in json.dumps(told)
