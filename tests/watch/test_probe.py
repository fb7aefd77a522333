"""A probe tells whether a stage is heard; after two in vain a new watch is made."""

import pytest

from hotfolder.watch.probe import Probe, Step

EVERY, PATIENCE = 60.0, 3.0
NEVER = float("-inf")


@pytest.fixture
def probe() -> Probe:
    return Probe(every=EVERY, patience=PATIENCE)


def miss(probe: Probe, now: float) -> Step:
    """The stage is asked now, and does not answer in time."""
    assert probe.step(now, NEVER) is Step.ASK
    probe.ask(now)
    assert probe.step(now + PATIENCE - 0.1, NEVER) is Step.NOTHING
    return probe.step(now + PATIENCE, NEVER)


def test_a_new_watch_is_asked_at_once_and_an_answer_is_enough_for_a_while(probe: Probe) -> None:
    assert probe.step(100.0, NEVER) is Step.ASK
    probe.ask(100.0)
    assert probe.step(101.0, 100.5) is Step.HEARD
    assert probe.step(150.0, 100.5) is Step.HEARD
    assert probe.step(161.0, 100.5) is Step.ASK


def test_a_stage_that_is_heard_anyway_is_never_asked(probe: Probe) -> None:
    steps = {probe.step(now, now - 1.0) for now in range(0, 600, 3)}
    assert steps == {Step.HEARD}


def test_one_unheard_probe_is_repeated_and_two_ask_for_a_new_watch(probe: Probe) -> None:
    assert miss(probe, 100.0) is Step.ASK
    assert miss(probe, 103.0) is Step.RENEW
    assert not probe.is_deaf, "the new watch is asked first"
    assert probe.step(106.0, NEVER) is Step.ASK


def test_an_answer_after_all_ends_the_doubt(probe: Probe) -> None:
    assert miss(probe, 100.0) is Step.ASK
    probe.ask(103.0)
    assert probe.step(105.0, 104.0) is Step.HEARD
    assert (probe.missed, probe.renewals) == (0, 0)


def test_what_was_heard_before_the_question_is_no_answer(probe: Probe) -> None:
    probe.ask(100.0)
    assert probe.step(103.0, 99.9) is Step.ASK


def test_a_stage_that_a_new_watch_does_not_hear_is_deaf_until_it_is_heard(probe: Probe) -> None:
    now = 100.0
    for _ in range(2):
        assert miss(probe, now) is Step.ASK
        assert miss(probe, now + PATIENCE) is Step.RENEW
        now += 2 * PATIENCE
    assert probe.is_deaf
    assert probe.step(now + 1, NEVER) is Step.NOTHING, "it is asked now and then, not all the time"
    assert probe.step(now + EVERY, NEVER) is Step.ASK

    assert probe.step(now + EVERY, now + EVERY) is Step.HEARD
    assert not probe.is_deaf


def test_where_nothing_can_be_changed_it_is_tried_again_later(probe: Probe) -> None:
    assert probe.step(100.0, NEVER) is Step.ASK
    probe.can_not_ask(100.0)
    assert probe.step(101.0, NEVER) is Step.NOTHING
    assert probe.step(100.0 + EVERY, NEVER) is Step.ASK
