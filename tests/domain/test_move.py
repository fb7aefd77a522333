import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.after_move import standing_after
from hotfolder.domain.flow import Ships, Skipped, StageKind
from hotfolder.domain.job import END_OF_DAY
from hotfolder.domain.move import (
    Consequences,
    Move,
    MoveKind,
    Refusal,
    consequences,
    missing_for,
    move,
    unfinished,
)
from hotfolder.domain.reprint import MadeAgain
from hotfolder.domain.signal import SignalType
from tests.builders import a_flow, a_flow_that, a_job, a_stage, sides

KEYS = ["new", "print", "produced", "packed", "shipped"]
PARCEL = {"tracking": "T-1", "shipping_option": "post"}
KNOWN = {SignalType.SHIPPED: PARCEL}
SIDES = {stage.key: stage for stage in sides()}


def a_move(source: str, target: str, skipped: Skipped = Skipped.FILL) -> Move:
    step = move(a_flow_that(skipped), source, a_stage(target))
    assert isinstance(step, Move)
    return step


def entered(step: Move) -> list[str]:
    return [stage.key for stage in step.entered]


def test_the_next_stage_is_entered_alone() -> None:
    step = a_move("new", "print")
    assert step.kind is MoveKind.FORWARD
    assert step.target.key == "print"
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
    asked = {key: a_move("", key, Skipped.HOLD).unasked for key in KEYS[:3]}
    assert {key: [one.key for one in stages] for key, stages in asked.items()} == {
        "new": [],
        "print": [],
        "produced": ["print"],
    }


def test_nobody_is_asked_about_a_job_whose_last_stage_the_flow_has_no_more() -> None:
    assert a_move("glue", "packed", Skipped.HOLD).unasked == ()


def test_a_move_back_enters_nothing_and_undoes_what_lies_behind_the_target() -> None:
    step = a_move("packed", "print")
    assert step.kind is MoveKind.BACK
    assert step.entered == ()
    assert [stage.key for stage in step.taken_back] == ["produced", "packed"]


def test_a_stage_of_another_flow_is_refused_by_its_name() -> None:
    assert move(a_flow(), "print", a_stage("glue")) == Refusal(
        why="stage glue is not part of the flow books"
    )


@pytest.mark.parametrize("reached", ["", "a stage that the flow has no more"])
def test_a_job_that_reached_no_stage_of_its_flow_enters_all_up_to_the_target(reached: str) -> None:
    step = a_move(reached, "produced")
    assert step.kind is MoveKind.SKIPPED
    assert entered(step) == ["new", "print", "produced"]


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
    step = move(flow, "new", a_stage("cutting"))
    assert isinstance(step, Move)
    assert consequences(step, set(), KNOWN).say == ()


def test_a_move_back_withdraws_the_signals_of_the_stages_undone_and_says_nothing() -> None:
    after = consequences(a_move("shipped", "print"), set(), KNOWN)
    assert after.say == ()
    assert after.withdraw == (SignalType.PRODUCED, SignalType.PACKED, SignalType.SHIPPED)


def test_a_move_back_to_the_first_stage_does_not_invent_a_signal_to_withdraw() -> None:
    flow = a_flow(stages=(a_stage("new"), a_stage("drying"), a_stage("cutting")))
    step = move(flow, "cutting", a_stage("new"))
    assert isinstance(step, Move)
    assert consequences(step, set(), {}).withdraw == ()


def test_item_shipped_carries_the_parcel() -> None:
    after = consequences(a_move("packed", "shipped"), set(), KNOWN)
    assert [(plan.type, dict(plan.fields)) for plan in after.say] == [(SignalType.SHIPPED, PARCEL)]


def test_item_shipped_waits_for_what_is_missing_and_the_others_do_not_wait() -> None:
    after = consequences(
        a_move("produced", "shipped"), set(), {SignalType.SHIPPED: {"tracking": "T-1"}}
    )
    assert [plan.type for plan in after.say] == [SignalType.PACKED]
    assert after.waits_for == "shipping_option"


@pytest.mark.parametrize(
    ("fields", "waits_for"),
    [(PARCEL, END_OF_DAY), ({"shipping_option": "post"}, "tracking")],
)
def test_at_the_end_of_the_day_item_shipped_waits_for_it_and_the_others_do_not(
    fields: dict[str, str], waits_for: str
) -> None:
    told = {SignalType.SHIPPED: fields}
    after = consequences(a_move("produced", "shipped"), set(), told, Ships.END_OF_DAY)
    assert [plan.type for plan in after.say] == [SignalType.PACKED]
    assert after.waits_for == waits_for


def test_what_was_shipped_does_not_wait_for_the_end_of_the_day_once_more() -> None:
    said = {SignalType.SHIPPED}
    assert consequences(a_move("packed", "shipped"), said, KNOWN, Ships.END_OF_DAY).waits_for == ""


@pytest.mark.parametrize(
    ("reached", "side", "waits_for", "expected"),
    [
        ("shipped", "hold", END_OF_DAY, END_OF_DAY),
        ("shipped", "archive", END_OF_DAY, END_OF_DAY),
        ("shipped", "archive", "tracking", END_OF_DAY),  # its code lies in the folder by now
        ("shipped", "canceled/CancelBookRip", END_OF_DAY, ""),
    ],
)
def test_a_job_put_aside_before_the_day_is_closed_waits_on_unless_it_is_canceled(
    reached: str, side: str, waits_for: str, expected: str
) -> None:
    step = move(a_flow(), reached, SIDES[side], waits=True)
    assert isinstance(step, Move)
    job = a_job(reached=reached, waits_for=waits_for)
    fields = {**KNOWN, SignalType.CANCELED: {"cause": "c", "message": "m"}}
    effects = consequences(step, set(), fields, Ships.END_OF_DAY)
    assert standing_after(job, step, fields, effects, MadeAgain()).waits_for == expected


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


def aside(reached: str, side: str) -> Move:
    step = move(a_flow(), reached, SIDES[side])
    assert isinstance(step, Move)
    return step


@pytest.mark.parametrize("reached", ["", "new", "packed"])
def test_hold_says_nothing(reached: str) -> None:
    step = aside(reached, "hold")
    assert step.kind is MoveKind.HELD
    assert consequences(step, set(), KNOWN) == Consequences()


def test_a_cause_folder_says_item_canceled_and_takes_back_a_shipping_that_nobody_heard_of() -> None:
    told = {SignalType.CANCELED: {"cause": "CancelBookRip", "message": "it stops"}}
    step = aside("print", "canceled/CancelBookRip")
    after = consequences(step, {SignalType.PRODUCE}, told)

    assert step.kind is MoveKind.CANCELED
    assert [(plan.type, plan.fields, plan.inferred) for plan in after.say] == [
        (SignalType.CANCELED, told[SignalType.CANCELED], False)
    ]
    assert after.withdraw == (SignalType.SHIPPED,)


def test_a_delay_folder_says_item_delay_each_time() -> None:
    told = {SignalType.DELAY: {"cause": "paper", "delay": "48"}}
    after = consequences(aside("print", "delayed/48h"), {SignalType.DELAY}, told)
    assert [plan.type for plan in after.say] == [SignalType.DELAY]
    assert after.withdraw == ()


@pytest.mark.parametrize(("side", "missing"), [("canceled", "no cause"), ("delayed", "no time")])
def test_the_folder_around_causes_and_delays_means_nothing_yet(side: str, missing: str) -> None:
    refused = move(a_flow(), "print", SIDES[side])
    assert isinstance(refused, Refusal)
    assert missing in refused.why
    assert "drag it into one of the folders here" in refused.why


def test_only_a_finished_job_goes_to_the_archive() -> None:
    assert aside("shipped", "archive").kind is MoveKind.ARCHIVED
    refused = move(a_flow(), "packed", SIDES["archive"])
    assert isinstance(refused, Refusal)
    assert "is not finished" in refused.why


def test_a_job_that_waits_for_tracking_says_item_shipped_with_the_archive_or_is_refused() -> None:
    step = move(a_flow(), "shipped", SIDES["archive"], waits=True)
    assert isinstance(step, Move)
    assert [plan.type for plan in consequences(step, set(), KNOWN).say] == [SignalType.SHIPPED]
    assert unfinished(step, set(), KNOWN) is None

    refused = unfinished(step, set(), {})
    assert refused is not None
    assert "still needs tracking and shipping_option" in refused.why
    assert unfinished(step, {SignalType.SHIPPED}, {}) is None
    assert unfinished(a_move("print", "shipped"), set(), {}) is None


@pytest.mark.parametrize("kind", [StageKind.HOLD, StageKind.DELAYED, StageKind.ARCHIVE])
def test_from_beside_the_flow_a_job_goes_on_from_where_it_was(kind: StageKind) -> None:
    same = move(a_flow(), "print", a_stage("print"), kind)
    assert isinstance(same, Move)
    assert (same.kind, same.entered, same.taken_back) == (MoveKind.RESUMED, (), ())
    assert move(a_flow(), "print", a_stage("packed"), kind) == a_move("print", "packed")
    assert move(a_flow(), "print", a_stage("new"), kind) == a_move("print", "new")


def test_out_of_canceled_a_job_says_again_what_the_cancellation_took_back() -> None:
    back = move(a_flow(), "shipped", a_stage("shipped"), StageKind.CANCELED)
    assert isinstance(back, Move)
    assert [plan.type for plan in consequences(back, set(), KNOWN).say] == [SignalType.SHIPPED]
    assert consequences(back, {SignalType.SHIPPED}, KNOWN).say == ()
