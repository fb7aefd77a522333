from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.flow import HOLD, Skipped
from hotfolder.domain.move import (
    Move,
    MoveKind,
    Refusal,
    consequences,
    missing_for,
    move,
)
from hotfolder.domain.signal import SignalType
from tests.builders import a_flow, a_flow_that, a_stage

KEYS = ["new", "print", "produced", "packed", "shipped"]
PARCEL = {"tracking": "T-1", "shipping_option": "post"}


def a_move(source: str, target: str, skipped: Skipped = Skipped.FILL) -> Move:
    step = move(a_flow_that(skipped), source, target)
    assert isinstance(step, Move)
    return step


def entered(step: Move) -> list[str]:
    return [stage.key for stage in step.entered]


def test_the_next_stage_is_entered_alone() -> None:
    step = a_move("new", "print")
    assert step.kind is MoveKind.FORWARD
    assert (step.source.key, step.target.key) == ("new", "print")
    assert entered(step) == ["print"]
    assert step.taken_back == ()


def test_a_skipped_stage_is_entered_on_the_way() -> None:
    step = a_move("print", "shipped")
    assert step.kind is MoveKind.SKIPPED
    assert entered(step) == ["produced", "packed", "shipped"]


def test_a_flow_that_does_not_fill_enters_the_target_only() -> None:
    step = a_move("print", "shipped", Skipped.LEAVE)
    assert step.kind is MoveKind.SKIPPED
    assert entered(step) == ["shipped"]


def test_a_stage_that_asks_is_told_when_it_is_skipped_and_only_then() -> None:
    assert [stage.key for stage in a_move("print", "shipped", Skipped.HOLD).unasked] == [
        "produced",
        "packed",
    ]
    assert a_move("print", "produced", Skipped.HOLD).unasked == ()
    assert a_move("shipped", "print", Skipped.HOLD).unasked == ()


def test_nobody_is_asked_about_the_first_stage_of_a_job_that_comes_out_of_hold() -> None:
    asked = {key: a_move(HOLD, key, Skipped.HOLD).unasked for key in KEYS[:3]}
    assert {key: [one.key for one in stages] for key, stages in asked.items()} == {
        "new": [],
        "print": [],
        "produced": ["print"],
    }


def test_a_move_back_enters_nothing_and_undoes_what_lies_behind_the_target() -> None:
    step = a_move("packed", "print")
    assert step.kind is MoveKind.BACK
    assert step.entered == ()
    assert [stage.key for stage in step.taken_back] == ["produced", "packed"]


def test_a_stage_of_another_flow_is_refused_by_its_name() -> None:
    assert move(a_flow(), "print", "glue") == Refusal(
        why="stage glue is not part of the flow books"
    )
    assert move(a_flow(), "fold", "print") == Refusal(
        why="stage fold is not part of the flow books"
    )


@given(st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_there_and_back_again_undoes_every_stage_entered(source: str, target: str) -> None:
    there, back = a_move(source, target), a_move(target, source)
    if there.kind is MoveKind.BACK:
        there, back = back, there
    assert there.entered == back.taken_back


def test_a_forward_move_says_the_signal_of_its_stage() -> None:
    after = consequences(a_move("new", "print"), set(), {})
    assert [(plan.type, plan.stage.key, plan.inferred) for plan in after.say] == [
        (SignalType.PRODUCE, "print", False)
    ]
    assert after.withdraw == ()
    assert after.waits_for == ""


def test_signals_of_skipped_stages_come_first_and_are_marked_as_inferred() -> None:
    after = consequences(a_move("new", "packed"), set(), {})
    assert [(plan.type, plan.inferred) for plan in after.say] == [
        (SignalType.PRODUCE, True),
        (SignalType.PRODUCED, True),
        (SignalType.PACKED, False),
    ]


def test_nothing_is_said_twice() -> None:
    said = {SignalType.PRODUCE, SignalType.PACKED}
    after = consequences(a_move("new", "packed"), said, {})
    assert [plan.type for plan in after.say] == [SignalType.PRODUCED]


def test_a_stage_without_a_signal_says_nothing() -> None:
    flow = a_flow(stages=(a_stage("new"), a_stage("drying"), a_stage("cutting")))
    step = move(flow, "new", "cutting")
    assert isinstance(step, Move)
    assert consequences(step, set(), PARCEL).say == ()


def test_a_move_back_withdraws_the_signals_of_the_stages_undone_and_says_nothing() -> None:
    after = consequences(a_move("shipped", "print"), set(), PARCEL)
    assert after.say == ()
    assert after.withdraw == (SignalType.PRODUCED, SignalType.PACKED, SignalType.SHIPPED)


def test_a_move_back_to_the_first_stage_does_not_invent_a_signal_to_withdraw() -> None:
    flow = a_flow(stages=(a_stage("new"), a_stage("drying"), a_stage("cutting")))
    step = move(flow, "cutting", "new")
    assert isinstance(step, Move)
    assert consequences(step, set(), {}).withdraw == ()


def test_item_shipped_carries_the_parcel() -> None:
    after = consequences(a_move("packed", "shipped"), set(), PARCEL)
    assert [(plan.type, dict(plan.fields)) for plan in after.say] == [(SignalType.SHIPPED, PARCEL)]


def test_item_shipped_waits_for_what_is_missing_and_the_others_do_not_wait() -> None:
    after = consequences(a_move("produced", "shipped"), set(), {"tracking": "T-1"})
    assert [plan.type for plan in after.say] == [SignalType.PACKED]
    assert after.waits_for == "shipping_option"


def test_item_shipped_that_was_said_waits_for_nothing() -> None:
    after = consequences(a_move("packed", "shipped"), {SignalType.SHIPPED}, {})
    assert after.say == ()
    assert after.waits_for == ""


def test_white_space_is_no_tracking_code() -> None:
    fields = {"tracking": "  ", "shipping_option": "post"}
    assert missing_for(SignalType.SHIPPED, fields) == "tracking"
    assert missing_for(SignalType.SHIPPED, {}) == "tracking and shipping_option"
    assert missing_for(SignalType.SHIPPED, PARCEL) == ""
    assert missing_for(SignalType.PACKED, {}) == ""
