"""Which flow an item goes through: the first one that takes it, and why not an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotfolder.domain.conditions import Work
from hotfolder.domain.flow import Flow

EVERYTHING = "everything"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One flow that was asked: whether it takes the item, and why (not)."""

    flow: str
    takes: bool
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The flow that takes an item; `asked` are the earlier ones and itself, in order."""

    flow: Flow
    asked: tuple[Asked, ...]


def choose_flow(flows: Sequence[Flow], work: Work) -> Choice:
    """The first flow that takes the work. The last one catches what none takes."""
    asked = []
    for flow in flows:
        answer = _ask(flow, work)
        asked.append(answer)
        if answer.takes:
            return Choice(flow=flow, asked=tuple(asked))
    asked[-1] = Asked(flow=flows[-1].name, takes=True, why="it is the last one")
    return Choice(flow=flows[-1], asked=tuple(asked))


def _ask(flow: Flow, work: Work) -> Asked:
    if not flow.takes:
        return Asked(flow=flow.name, takes=True, why="it takes everything")
    reasons = []
    for conditions in flow.takes:
        misfits = conditions.misfits(work)
        if not misfits:
            return Asked(flow=flow.name, takes=True, why=f"it takes {conditions.in_words()}")
        reasons.append(" and ".join(misfits))
    return Asked(flow=flow.name, takes=False, why="; ".join(dict.fromkeys(reasons)))


def taken_by(flow: Flow) -> str:
    """What a flow takes, in words."""
    return "; or ".join(one.in_words() for one in flow.takes) or EVERYTHING


def hidden_by(flow: Flow, earlier: Sequence[Flow]) -> list[str]:
    """Names of earlier flows that leave nothing for this one; empty when something can reach it."""
    hiding = [other for other in earlier if not other.takes]
    if hiding:
        return [hiding[0].name]
    found: dict[str, None] = {}
    for conditions in flow.takes:
        wider = next((one for one in earlier if any(c.cover(conditions) for c in one.takes)), None)
        if wider is None:
            return []
        found[wider.name] = None
    return list(found)
