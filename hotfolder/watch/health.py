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
    """By stage and kind, "" for the floor, what is wrong; of frozen stages that is said already.

    `every`: how many seconds apart each stage is looked at. `now`: monotonic seconds.
    """
    notes: dict[str, dict[str, str]] = {}
    for stage, view in views.items():
        ear = ears.of(stage)
        if view.read_only and not view.frozen:
            notes.setdefault(stage, {})[READ_ONLY] = CAN_NOT_WRITE
        if ear.way is Way.DEAF and not view.frozen:
            words = f"changes are not announced here ({ear.why}), so it is looked at"
            notes.setdefault(stage, {})[WATCHING] = f"{words} every {every[stage]:.3g} seconds"
    if ears.overflows and now - ears.last_overflow < OVERFLOW_SECONDS:
        words = "more changed at once than the system can announce; all stages were looked at"
        told = f"{words}, so nothing is lost. Since the start: {ears.overflows} times"
        notes[""] = {OVERFLOW: told}
    return notes


def floor_notes(board: Board, stages: Mapping[str, View]) -> dict[tuple[str, str], str]:
    """By stage and kind, what concerns the floor as a whole: frozen stages and health."""
    kinds = (FROZEN, READ_ONLY, WATCHING, OVERFLOW)
    return {
        (stage, kind): words
        for stage in ("", *stages)
        for (name, kind), words in board.shown(stage).items()
        if not name and kind in kinds
    }
