"""The stages beside the flows: hold, delayed, canceled, archive; and what goes back in a flow."""

from typing import Any, Literal

from pydantic import Field

from hotfolder.config.section import Section
from hotfolder.config.values import Name, StageFolder, UndoSeconds
from hotfolder.domain.cause import CANCEL_CAUSES
from hotfolder.domain.flow import HOLD, Reprint, ReprintRule, Stage, StageKind
from hotfolder.domain.signal import SignalType

DELAY_HOURS = (4, 24, 48, 72)


class Sides(Section):
    hold: StageFolder = Field("90-hold", description="Folder for jobs that wait for a person")
    delayed: StageFolder = Field(
        "91-delayed",
        description="Folder for jobs that go on later; in it one folder for each delay, which"
        " Cloudprinter is told",
    )
    canceled: StageFolder = Field(
        "92-canceled",
        description="Folder for jobs that are not made; in it one folder for each cause, which"
        " Cloudprinter is told",
    )
    archive: StageFolder = Field("99-archive", description="Folder for finished jobs")
    undo_seconds: UndoSeconds = Field(
        60,
        description="How long ItemDelay and ItemCanceled wait, so that dragging back takes them"
        " back; 0 sends at once",
    )


class ReprintFile(Section):
    """What happens when a job goes back past a stage whose signal was sent already."""

    rule: Literal["ask", "delay", "silence"] = Field(
        "ask",
        description="ask: a note asks a person; delay: ItemDelay is sent; silence: nothing is said",
    )
    cause: Name = Field("it is made again", description="Cause that the ItemDelay gives")
    hours: int = Field(24, ge=1, le=2000, description="Hours that the ItemDelay gives")
    say_again: bool = Field(
        default=False,
        description="Whether signals that were sent are sent once more when the job passes their"
        " stages again",
    )

    def reprint(self) -> Reprint:
        """The rule as the domain has it."""
        return Reprint(
            rule=ReprintRule(self.rule),
            cause=self.cause,
            hours=self.hours,
            say_again=self.say_again,
        )


REPRINT: Any = Field(
    ReprintFile(), description="What happens when a job goes back after its signal was sent"
)
CANCEL_MESSAGE: Any = Field(
    "", description="Message of ItemCanceled when no message.txt lies in the job folder"
)
DELAY_CAUSE: Any = Field(
    "", description="Cause of ItemDelay when no cause.txt lies in the job folder"
)


def side_stages(sides: Sides) -> tuple[Stage, ...]:
    """All stages beside the flows: those that people drag to stand in the two that hold them."""
    return (
        Stage(key=HOLD, folder=sides.hold, undo_seconds=0, kind=StageKind.HOLD),
        Stage(key="delayed", folder=sides.delayed, undo_seconds=0, kind=StageKind.DELAYED),
        *(_delay(sides, hours) for hours in DELAY_HOURS),
        Stage(key="canceled", folder=sides.canceled, undo_seconds=0, kind=StageKind.CANCELED),
        *(_cancel(sides, cause.code, cause.words) for cause in CANCEL_CAUSES.values()),
        Stage(key="archive", folder=sides.archive, undo_seconds=0, kind=StageKind.ARCHIVE),
    )


def _delay(sides: Sides, hours: int) -> Stage:
    return Stage(
        key=f"delayed/{hours}h",
        folder=f"{sides.delayed}/{hours}h",
        signal=SignalType.DELAY,
        undo_seconds=sides.undo_seconds,
        kind=StageKind.DELAYED,
        hours=hours,
    )


def _cancel(sides: Sides, code: str, words: str) -> Stage:
    return Stage(
        key=f"canceled/{code}",
        folder=f"{sides.canceled}/{code} - {words}",
        signal=SignalType.CANCELED,
        undo_seconds=sides.undo_seconds,
        kind=StageKind.CANCELED,
        cause=code,
    )
