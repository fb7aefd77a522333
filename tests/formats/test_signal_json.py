from hotfolder.domain.signal import SignalType
from hotfolder.formats.signal_json import request
from tests.builders import a_signal


def test_a_single_signal_is_the_request_itself() -> None:
    assert request([a_signal().body()]) == {
        "type": "ItemProduce",
        "order": "order-1",
        "item": "item-1",
        "datetime": "2026-03-02 12:00:00 GMT",
    }


def test_several_signals_are_the_items_of_one_request_in_their_order() -> None:
    bodies = [a_signal(SignalType.PACKED, item_id=str(number)).body() for number in range(3)]
    assert request(bodies) == {"items": bodies}


def test_a_request_is_a_copy_that_may_be_added_to() -> None:
    body = a_signal().body()
    request([body])["apikey"] = "x"
    assert "apikey" not in body
