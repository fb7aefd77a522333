"""A job went back past a stage whose signal was sent already: what is said, and who is asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hotfolder.domain.flow import Reprint, ReprintRule, Stage
from hotfolder.domain.signal import SignalType


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeAgain:
    """`delay` holds the fields of an ItemDelay to promise, or is empty. `ask` is for a person.

    `say_again` are the types that are said once more when the job passes their stages.
    """

    delay: Mapping[str, str] = field(default_factory=dict)
    ask: str = ""
    say_again: frozenset[SignalType] = frozenset()


def made_again(rule: Reprint, target: Stage, sent: Collection[SignalType]) -> MadeAgain:
    """What follows when signals of the stages behind `target` were `sent`; nothing for none."""
    if not sent:
        return MadeAgain()
    again = frozenset(sent) if rule.say_again else frozenset()
    if rule.rule is ReprintRule.DELAY:
        told = {"cause": rule.cause, "delay": str(rule.hours)}
        return MadeAgain(delay=told, say_again=again)
    if rule.rule is ReprintRule.SILENCE:
        return MadeAgain(say_again=again)
    heard = " and ".join(kind.value for kind in SignalType if kind in sent)
    words = (
        f"went back to {target.key} after {heard} was sent: if that makes it late, tell it with "
        "`hotfolder delay`; otherwise nothing has to be done"
    )
    return MadeAgain(ask=words, say_again=again)
