"""A job goes back after its signal was sent: the flow says what is told, and who is asked."""

from typing import Any

import pytest

from hotfolder.domain.flow import Reprint, ReprintRule
from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import delay
from hotfolder.store.notes import MADE_AGAIN
from tests.fakes import ManualClock, RecordingSender
from tests.steps import again, job_on_floor, moves_of, note, pass_undo_time, promised, with_flow

UNTIL_PRODUCED = ["ItemRegistered", "ItemProduce", "ItemProduced"]


def shop_with(shop: Shop, **reprint: Any) -> Shop:
    return with_flow(shop, reprint=Reprint(**reprint))


def gone_back(shop: Shop, clock: ManualClock) -> Job:
    """A job that was produced, and everybody heard of it, is back in print."""
    job = job_on_floor(shop)
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    note(shop, job, "print")
    return job


def asked(shop: Shop) -> list[str]:
    return [note.words for note in shop.store.notes.all() if note.kind == MADE_AGAIN]


def test_a_person_is_asked_until_the_job_goes_on(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = gone_back(shop, clock)
    (words,) = asked(shop)
    assert "went back to print after ItemProduced was sent" in words
    assert "hotfolder delay" in words
    assert moves_of(shop, job)[-1].detail["asks"] == words

    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    assert asked(shop) == []
    assert sent.said(job.item_id) == UNTIL_PRODUCED


def test_whoever_tells_of_the_delay_has_answered(shop: Shop, clock: ManualClock) -> None:
    job = gone_back(shop, clock)
    delay(shop, again(shop, job), "printed wrongly", 24)
    assert asked(shop) == []


def test_nobody_is_asked_when_nobody_has_heard_yet(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "produced")
    note(shop, job, "print")
    assert asked(shop) == []
    assert "asks" not in moves_of(shop, job)[-1].detail


def test_by_the_rule_delay_it_is_told_unless_the_job_is_dragged_on_in_time(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    shop = shop_with(shop, rule=ReprintRule.DELAY, cause="made again", hours=36)
    job = gone_back(shop, clock)
    assert promised(shop, job)[-1] == "ItemDelay waiting"
    note(shop, job, "produced")
    assert promised(shop, job)[-1] == "ItemDelay withdrawn"

    note(shop, job, "print")
    pass_undo_time(shop, clock)
    assert sent.said(job.item_id) == [*UNTIL_PRODUCED, "ItemDelay"]
    assert (sent.signals[-1]["cause"], sent.signals[-1]["delay"]) == ("made again", "36")
    assert asked(shop) == []


def test_by_the_rule_silence_nothing_is_said_and_nobody_asked(
    shop: Shop, clock: ManualClock
) -> None:
    shop = shop_with(shop, rule=ReprintRule.SILENCE)
    job = gone_back(shop, clock)
    assert asked(shop) == []
    assert [kind for kind in promised(shop, job) if "sent" not in kind] == []


@pytest.mark.parametrize("rule", list(ReprintRule))
def test_signals_are_sent_once_more_only_where_the_flow_says_so(
    shop: Shop, clock: ManualClock, sent: RecordingSender, rule: ReprintRule
) -> None:
    shop = shop_with(shop, rule=rule, say_again=True)
    job = gone_back(shop, clock)
    pass_undo_time(shop, clock)
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    note(shop, job, "packed")
    pass_undo_time(shop, clock)

    heard = [kind for kind in sent.said(job.item_id) if kind != "ItemDelay"]
    assert heard == [*UNTIL_PRODUCED, "ItemProduced", "ItemPacked"]


def test_what_is_said_again_can_be_taken_back_again(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    shop = shop_with(shop, rule=ReprintRule.SILENCE, say_again=True)
    job = gone_back(shop, clock)
    for _ in range(2):
        note(shop, job, "produced")
        note(shop, job, "print")
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    assert sent.said(job.item_id) == [*UNTIL_PRODUCED, "ItemProduced"]
