"""The options of a flow file, but for those of `takes` and `preflight`."""

from typing import Literal

from pydantic import Field

from hotfolder.config.day import DayFile
from hotfolder.config.preflight import PreflightFile
from hotfolder.config.section import Section
from hotfolder.config.sides import CANCEL_MESSAGE, DELAY_CAUSE, REPRINT, ReprintFile
from hotfolder.config.takes import Takes
from hotfolder.config.values import Name, StageFolder, StageKey, StageSignal, UndoSeconds
from hotfolder.domain.flow import Flow, ShipComplete, Ships, Skipped, SortBy, Stage

SkippedWord = Literal["fill", "leave", "hold"]


class StageFile(Section):
    """An entry of `stages` in a flow file."""

    key: StageKey = Field(
        description="Short name of the stage, for Hotfolder; keep it once jobs have been there"
    )
    folder: StageFolder = Field(description="Folder of the stage, below the floor")
    signal: StageSignal = Field(
        None, description="What Cloudprinter is told when a job enters; leave it out for nothing"
    )
    undo_seconds: UndoSeconds | None = Field(
        None, description="Overrides undo_seconds of the flow for this stage"
    )
    skipped: SkippedWord | None = Field(
        None, description="Overrides skipped of the flow for jobs dragged past this stage"
    )
    ask_label: str = Field(
        "", description="Label program that is asked for a label when a job enters; empty: none"
    )
    stuck_hours: float | None = Field(
        None,
        gt=0,
        le=5000,
        allow_inf_nan=False,
        description="Overrides alerts.stuck_hours of the configuration for this stage",
    )


class ShipCompleteFile(Section):
    """The entries of `ship_complete`."""

    wait_hours: float = Field(
        24,
        gt=0,
        le=720,
        allow_inf_nan=False,
        description="Hours in the shipping stage until it is told that items are missing",
    )
    afterwards: Literal["wait", "ship"] = Field(
        "wait", description="What happens then: ItemShipped goes on waiting, or is sent"
    )

    def rule(self) -> ShipComplete:
        """The rule as the domain has it."""
        return ShipComplete(wait_hours=self.wait_hours, lets_go=self.afterwards == "ship")


class FlowFile(Section):
    """A file in the flows folder."""

    name: Name = Field(description="Name of the flow; no two flow files may share one")
    takes: Takes = Field(
        (), description="Which items go through this flow; left out: all that no earlier one took"
    )
    undo_seconds: UndoSeconds = Field(
        20,
        description="How long a signal waits after a drag, so that dragging back withdraws it;"
        " 0 sends at once",
    )
    skipped: SkippedWord = Field(
        "fill",
        description="When a job is dragged past a stage: fill sends the signal of that stage as"
        " well, leave does not, hold parks all signals of the drag until a person lets them go",
    )
    sort_by: Literal["ship_by", "priority", "received"] = Field(
        "ship_by", description="By what the names of job folders sort, after their marks"
    )
    ships: Literal["at_once", "end_of_day"] = Field(
        "at_once",
        description="When ItemShipped of a job in its shipping stage is sent: at_once as soon as"
        " its tracking is known, end_of_day when the day is closed",
    )
    day: DayFile = Field(
        DayFile(), description="When the day of this flow is closed; left out: with the shop"
    )
    stages: tuple[StageFile, ...] = Field(
        min_length=2, description="The stages in the order in which a job passes them"
    )
    ship_complete: ShipCompleteFile | None = Field(
        None,
        description="ItemShipped waits until all items of the order are packed; left out: it does"
        " not",
    )
    preflight: PreflightFile = Field(
        PreflightFile(), description="What is looked at in the files before the first stage"
    )
    reprint: ReprintFile = REPRINT
    cancel_message: str = CANCEL_MESSAGE
    delay_cause: str = DELAY_CAUSE

    def flow(self) -> Flow:
        """The flow for the domain."""
        return Flow(
            name=self.name,
            stages=tuple(self._stage(stage) for stage in self.stages),
            takes=tuple(one.conditions() for one in self.takes),
            sort_by=SortBy(self.sort_by),
            preflight=self.preflight.rules(),
            reprint=self.reprint.reprint(),
            cancel_message=self.cancel_message,
            delay_cause=self.delay_cause,
            ships=Ships(self.ships),
            day=self.day.own_day(),
            ship_complete=self.ship_complete.rule() if self.ship_complete else None,
        )

    def _stage(self, stage: StageFile) -> Stage:
        undo = self.undo_seconds if stage.undo_seconds is None else stage.undo_seconds
        return Stage(
            key=stage.key,
            folder=stage.folder,
            signal=stage.signal,
            undo_seconds=undo,
            skipped=Skipped(stage.skipped or self.skipped),
            ask_label=stage.ask_label,
            stuck_hours=stage.stuck_hours,
        )
