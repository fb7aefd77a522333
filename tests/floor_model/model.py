"""A small model of the rules of flows/README.md: what a move says, takes back and asks.

It is written from the rules, with none of the program's own code, and says for each job which
signals should stand: so a signal that got lost on a strange way is missing here at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FLOW = ("new", "print", "produced", "packed", "shipped")
SAYS = ("", "ItemProduce", "ItemProduced", "ItemPacked", "ItemShipped")
SHIPPED = "ItemShipped"
UNDO, SIDE_UNDO = timedelta(seconds=20), timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What a shop may choose: `skipped` is fill, leave or hold, `reprint` ask, delay or silence."""

    skipped: str = "fill"
    reprint: str = "ask"
    say_again: bool = False


@dataclass(kw_only=True, slots=True)
class Said:
    """A signal. `state`: waiting, parked, sent or withdrawn; `about` is its cause or its hours."""

    type: str
    due: datetime
    about: str = ""
    state: str = "waiting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the journal line of a move must tell."""

    signals: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class ModelJob:
    """What is believed of one job. `entered` are the places in the flow whose signals it owes."""

    house: House
    stage: str = FLOW[0]
    reached: int = 0
    moves: int = 0
    entered: set[int] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    signals: list[Said] = field(default_factory=list)
    canceled: bool = False
    asks: bool = False

    # what stands

    def standing(self) -> set[str]:
        return {one.type for one in self.signals if one.state != "withdrawn"} - self.again

    def sent(self) -> set[str]:
        return {one.type for one in self.signals if one.state == "sent"}

    def owed(self) -> list[str]:
        """What must stand for this job, in the order of the flow."""
        types = [SAYS[place] for place in sorted(self.entered)]
        return [one for one in types if not (self.canceled and one == SHIPPED)]

    # what a move is

    def refuses(self, stage: str, *, has_tracking: bool) -> bool:
        """Whether being there means nothing for the job, so that it is still where it was.

        A canceled job may be put anywhere.
        """
        return not self.canceled and self._is_no_place(stage, has_tracking=has_tracking)

    def _is_no_place(self, stage: str, *, has_tracking: bool) -> bool:
        if stage in ("delayed", "canceled"):
            return True
        if stage == "archive":
            owes = FLOW.index("shipped") in self.entered and SHIPPED not in self.standing()
            return self.reached != len(FLOW) - 1 or (owes and not has_tracking)
        return stage.startswith("canceled/") and SHIPPED in self.sent()

    def moved(self, stage: str, at: datetime, *, has_tracking: bool, ships: bool) -> Told:
        """The job was noted in another stage; `ships`: its tracking was found in time."""
        self.moves += 1
        self.stage = stage
        is_no_place = self._is_no_place(stage, has_tracking=has_tracking)
        if self.canceled and (self.is_final() or is_no_place):
            self._reach(stage)
            return Told()
        withdrawn = self._take_back("ItemCanceled") + self._take_back("ItemDelay")
        self.canceled = stage.startswith("canceled/")
        asks = self._asks_for_skipped(stage)
        gone = self._enter(stage)
        withdrawn += [kind for kind in gone if self._take_back(kind)]
        if self.canceled:
            withdrawn += self._take_back(SHIPPED)
        signals = self._owe(ships=ships)
        signals += self._aside(stage)
        signals += self._made_again(gone)
        undo = UNDO if stage in FLOW else SIDE_UNDO if "/" in stage else timedelta()
        state = "parked" if asks else "waiting"
        self.signals += [
            Said(type=kind, due=at + undo, about=about, state=state) for kind, about in signals
        ]
        return Told(signals=[kind for kind, _about in signals], withdrawn=withdrawn)

    def is_final(self) -> bool:
        """A cancellation that was sent."""
        return "ItemCanceled" in self.sent()

    def _reach(self, stage: str) -> None:
        if stage in FLOW:
            self.reached = FLOW.index(stage)

    def _asks_for_skipped(self, stage: str) -> bool:
        skips = stage in FLOW and FLOW.index(stage) - self.reached > 1
        return skips and self.house.skipped == "hold"

    def _enter(self, stage: str) -> list[str]:
        """Go on or back in the flow; the types of the stages that a move back undoes."""
        if stage not in FLOW:
            return []
        source, aim = self.reached, FLOW.index(stage)
        self.reached = aim
        undone = list(range(aim + 1, source + 1))
        self.entered -= set(undone)
        if aim > source:
            first = aim if self.house.skipped == "leave" else source + 1
            self.entered |= set(range(first, aim + 1))
        return [SAYS[place] for place in undone]

    def _take_back(self, kind: str) -> list[str]:
        open_ones = [one for one in self.signals if one.state in ("waiting", "parked")]
        waiting = [one for one in open_ones if one.type == kind]
        for one in waiting:
            one.state = "withdrawn"
        return [kind] if waiting else []

    def _owe(self, *, ships: bool) -> list[tuple[str, str]]:
        standing = self.standing()
        missing = [kind for kind in self.owed() if kind not in standing]
        said = [(kind, "") for kind in missing if kind != SHIPPED or ships]
        self.again -= {kind for kind, _about in said}
        return said

    def _aside(self, stage: str) -> list[tuple[str, str]]:
        kind, _, about = stage.partition("/")
        if kind == "canceled":
            return [("ItemCanceled", about)]
        return [("ItemDelay", about.removesuffix("h"))] if kind == "delayed" else []

    def _made_again(self, gone: Collection[str]) -> list[tuple[str, str]]:
        heard = self.sent() & set(gone)
        self.asks = bool(heard) and self.house.reprint == "ask"
        if self.house.say_again:
            self.again |= heard
        return [("ItemDelay", "24")] if heard and self.house.reprint == "delay" else []

    # what happens beside moves

    def shipped(self, at: datetime, state: str) -> None:
        """The tracking came after the job; its ItemShipped goes out, or asks as the drag."""
        assert state == "waiting" or self.house.skipped == "hold"
        self.again -= {SHIPPED}
        self.signals.append(Said(type=SHIPPED, due=at, state=state))

    def let_go(self, now: datetime) -> None:
        """A person lets all go that asks."""
        for one in self.signals:
            if one.state == "parked":
                one.state, one.due = "waiting", now

    def send(self, now: datetime) -> None:
        """All that is due goes out; none overtakes an older one of its item."""
        for one in self.signals:
            if one.state == "waiting":
                if one.due > now:
                    return
                one.state = "sent"

    def states(self) -> list[str]:
        return [f"{one.type} {one.about} {one.state}" for one in self.signals]


def about(kind: str, fields: Mapping[str, str]) -> str:
    """What of a signal's fields the model knows."""
    return str(fields.get({"ItemCanceled": "cause", "ItemDelay": "delay"}.get(kind, ""), ""))
