"""How the looking itself does, as notes for people."""

from collections.abc import Mapping

from hotfolder.domain.view import View
from hotfolder.services.note_board import FROZEN, OVERFLOW, READ_ONLY, WATCHING, Board
from hotfolder.watch.ears import Ears, Way

OVERFLOW_SECONDS = 24 * 60 * 60.0
CAN_NOT_WRITE = (
    "can be read but not written: no new job can be put here until that is mended;"
    " moves are still seen"
)


def health_notes(
    ears: Ears, views: Mapping[str, View], every: Mapping[str, float], now: float
) -> dict[str, dict[str, str]]:
    """By stage and kind what is wrong; of frozen stages that is said already.

    What is wrong with every stage is said once, of the floor: its stage is "". `every`: how many
    seconds apart each stage is looked at. `now`: monotonic seconds.
    """
    seen = {stage: view for stage, view in views.items() if not view.frozen}
    found = {
        READ_ONLY: {stage: CAN_NOT_WRITE for stage, view in seen.items() if view.read_only},
        WATCHING: {
            stage: _deaf(ears.of(stage).why, every[stage])
            for stage in seen
            if ears.of(stage).way is Way.DEAF
        },
    }
    if ears.overflows and now - ears.last_overflow < OVERFLOW_SECONDS:
        found[OVERFLOW] = {"": _overflow(ears.overflows)}
    notes: dict[str, dict[str, str]] = {}
    for kind, by_stage in found.items():
        for stage, words in _once(by_stage, len(seen)).items():
            notes.setdefault(stage, {})[kind] = words
    return notes


def _once(by_stage: Mapping[str, str], stages: int) -> Mapping[str, str]:
    words = set(by_stage.values())
    if len(by_stage) == stages > 1 and len(words) == 1:
        return {"": f"every stage folder: {words.pop()}"}
    return by_stage


def _deaf(why: str, every: float) -> str:
    words = f"changes are not announced here ({why})"
    return f"{words}; they are found by looking, every {every:.3g} seconds"


def _overflow(times: int) -> str:
    words = "more changed at once than the system can announce; all stages were looked at"
    return f"{words}, so nothing is lost. Since the start: {times} times"


def floor_notes(board: Board, stages: Mapping[str, View]) -> dict[tuple[str, str], str]:
    """By stage and kind, what concerns the floor as a whole: frozen stages and health."""
    kinds = (FROZEN, READ_ONLY, WATCHING, OVERFLOW)
    return {
        (stage, kind): words
        for stage in ("", *stages)
        for (name, kind), words in board.shown(stage).items()
        if not name and kind in kinds
    }
