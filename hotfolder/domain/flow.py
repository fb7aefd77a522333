"""A flow: the ordered stages that a kind of product goes through."""

from dataclasses import dataclass, field
from enum import StrEnum

from hotfolder.domain.conditions import Conditions
from hotfolder.domain.day import OwnDay
from hotfolder.domain.preflight import PreflightRules
from hotfolder.domain.signal import SignalType

HOLD = "hold"  # the key of the stage beside every flow, where jobs wait for a person


class StageKind(StrEnum):
    """What a stage is for. All but `work` stand beside every flow."""

    WORK = "work"
    HOLD = "hold"
    DELAYED = "delayed"
    CANCELED = "canceled"
    ARCHIVE = "archive"


class Skipped(StrEnum):
    """What a stage that a job is dragged past does.

    Fill: its signal is said as well. Leave: it is not. Hold: whatever the drag says is parked until
    a person lets it go.
    """

    FILL = "fill"
    LEAVE = "leave"
    HOLD = "hold"


class Ships(StrEnum):
    """When ItemShipped is said of a job that stands in its shipping stage with all it needs."""

    AT_ONCE = "at_once"
    END_OF_DAY = "end_of_day"


class SortBy(StrEnum):
    """By what the names of job folders sort, after their marks."""

    SHIP_BY = "ship_by"
    PRIORITY = "priority"
    RECEIVED = "received"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One step of a flow and one folder on the floor.

    `folder` is the path below the floor. `undo_seconds` is how long the signal of a drag into this
    stage waits before it goes out; 0 sends at once. `cause` is the code of a canceled stage and
    `hours` what a delayed stage tells; without them they only hold the folders of those that do.
    `ask_label` is the name of the label program that a job asks here; empty: none. `stuck_hours` of
    working days a job may stay here until the admin is told; None: as long as usual.
    """

    key: str
    folder: str
    signal: SignalType | None = None
    undo_seconds: float = 20.0
    kind: StageKind = StageKind.WORK
    cause: str = ""
    hours: int = 0
    skipped: Skipped = Skipped.FILL
    ask_label: str = ""
    stuck_hours: float | None = None


class ReprintRule(StrEnum):
    """What happens when a job goes back past a stage whose signal was sent already."""

    ASK = "ask"
    DELAY = "delay"
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reprint:
    """`cause` and `hours` are what ItemDelay tells under the rule `delay`.

    `say_again`: the signals of the stages that are entered once more are sent once more.
    """

    rule: ReprintRule = ReprintRule.ASK
    cause: str = "it is made again"
    hours: int = 24
    say_again: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ShipComplete:
    """ItemShipped waits for the other items of its order; after `wait_hours` a person is told.

    `lets_go`: then it is sent all the same.
    """

    wait_hours: float = 24.0
    lets_go: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """Stages in order. `takes`: which items go through it; without any it takes everything.

    `preflight`: how the files of a job are looked at before the first stage. `cancel_message` and
    `delay_cause` are told when nobody wrote other words into the job folder; empty: those of ours.
    With a `day` of its own a flow is closed by itself, otherwise with the shop.
    """

    name: str
    stages: tuple[Stage, ...]
    takes: tuple[Conditions, ...] = ()
    sort_by: SortBy = SortBy.SHIP_BY
    preflight: PreflightRules = field(default_factory=PreflightRules)
    reprint: Reprint = field(default_factory=Reprint)
    cancel_message: str = ""
    delay_cause: str = ""
    ships: Ships = Ships.AT_ONCE
    day: OwnDay | None = None
    ship_complete: ShipComplete | None = None

    @property
    def first(self) -> Stage:
        return self.stages[0]

    @property
    def label_stage(self) -> Stage | None:
        """The stage that asks for a label; None when none does."""
        return next((stage for stage in self.stages if stage.ask_label), None)

    def position(self, stage_key: str) -> int | None:
        """Where the stage stands in this flow, from 0, or None when it is not part of it."""
        for position, stage in enumerate(self.stages):
            if stage.key == stage_key:
                return position
        return None
