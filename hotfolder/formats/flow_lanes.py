"""What a drawing of flows shows: a lane for each flow, a box for each stage, and those beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotfolder.domain.flow import Flow, Skipped, Stage, StageKind
from hotfolder.domain.takes import taken_by

BESIDE = "beside every flow"
MEANING: Mapping[StageKind, str] = {
    StageKind.WORK: "",
    StageKind.HOLD: "waits for a person",
    StageKind.DELAYED: "goes on later",
    StageKind.CANCELED: "is not made",
    StageKind.ARCHIVE: "is finished",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A stage: its folder, and what else is to be known of it, a line each."""

    folder: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """Boxes in a row; `is_way`: in the order in which jobs pass them."""

    title: str
    boxes: tuple[Box, ...]
    is_way: bool = True


def lanes_of(flows: Sequence[Flow], drawn: Sequence[Flow], sides: Sequence[Stage]) -> list[Lane]:
    """The lanes of the flows to be drawn, which are some or all of the flows."""
    lanes = [
        Lane(
            title=_plain(f"{flow.name}: takes {taken_by(flow)}"),
            boxes=tuple(_box(stage, flow, flows) for stage in flow.stages),
        )
        for flow in drawn
    ]
    beside = tuple(
        Box(folder=_plain(side.folder), lines=_side_lines(side, sides))
        for side in sides
        if not side.cause and not side.hours
    )
    return [*lanes, Lane(title=BESIDE, boxes=beside, is_way=False)] if beside else lanes


def _box(stage: Stage, flow: Flow, flows: Sequence[Flow]) -> Box:
    lines = []
    if stage.signal:
        lines += [stage.signal.value, _undo(stage.undo_seconds)]
    if stage.skipped is not Skipped.FILL and stage in flow.stages[1:-1]:
        lines.append(f"skipped: {stage.skipped}")
    others = [
        other.name for other in flows if other != flow and other.position(stage.key) is not None
    ]
    if others:
        lines.append(f"also in {', '.join(others)}")
    return Box(folder=_plain(stage.folder), lines=tuple(map(_plain, lines)))


def _side_lines(side: Stage, sides: Sequence[Stage]) -> tuple[str, ...]:
    """What a stage is for; of the stages inside it for one cause or delay, how many there are."""
    inside = [one for one in sides if one.kind is side.kind and (one.cause or one.hours)]
    if not inside:
        return (MEANING[side.kind],)
    signal, undo = inside[0].signal, inside[0].undo_seconds
    return (
        MEANING[side.kind],
        f"{len(inside)} folders: {signal.value if signal else 'no signal'}",
        _undo(undo),
    )


def _undo(seconds: float) -> str:
    return f"undo {seconds:g} s" if seconds else "no undo time"


def _plain(text: str) -> str:
    """The text without signs that no picture can hold."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
