"""What Cloudprinter has when a person names the last signal that it knows."""

from hotfolder.domain.doubt import known_up_to
from hotfolder.domain.signal import SignalType

REGISTERED = {SignalType.ORDER_REGISTERED, SignalType.REGISTERED}


def test_all_that_an_item_says_on_its_way_to_the_last_was_sent() -> None:
    known = {*REGISTERED, SignalType.PRODUCE, SignalType.PRODUCED}
    waiting = [SignalType.PRODUCE, SignalType.PRODUCED, SignalType.PACKED]
    assert known_up_to(SignalType.PRODUCED, waiting) == known
    assert known_up_to(SignalType.PRODUCED, []) == known, "also of a job dragged on and back"


def test_a_delay_was_sent_when_it_waits_before_the_last() -> None:
    waiting = [SignalType.PRODUCE, SignalType.DELAY, SignalType.PRODUCED]
    assert SignalType.DELAY in known_up_to(SignalType.PRODUCED, waiting)
    assert known_up_to(SignalType.DELAY, waiting) == {SignalType.PRODUCE, SignalType.DELAY}
    assert SignalType.DELAY not in known_up_to(SignalType.PRODUCE, waiting)


def test_a_cancellation_says_nothing_of_the_way_that_was_not_gone() -> None:
    waiting = [SignalType.PRODUCE, SignalType.CANCELED]
    assert known_up_to(SignalType.CANCELED, waiting) == set(waiting)
    assert known_up_to(SignalType.CANCELED, []) == {SignalType.CANCELED}
