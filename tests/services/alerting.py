"""An admin who hears what the ways bring, of a shop that is looked at as time goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hotfolder.domain.alert import AlertLimits, AlertRule, Condition, Kind
from hotfolder.services.measure_space import Disks
from hotfolder.services.mind_alerts import AlertMinder
from hotfolder.services.see_conditions import Senses, see_conditions
from hotfolder.services.shop import Shop
from hotfolder.services.tell_alerts import tell_alerts
from hotfolder.store.notes import Note
from tests.fakes import ManualClock

NOTHING = AlertLimits(disk_free=0, backup=None)


@dataclass(kw_only=True, slots=True)
class Ear:
    """A way to the admin; while it has `trouble` it takes nothing."""

    trouble: str = ""
    tried: int = 0
    heard: list[Mapping[str, Any]] = field(default_factory=list)

    def tell(self, message: Mapping[str, Any]) -> str:
        self.tried += 1
        if not self.trouble:
            self.heard.append(message)
        return self.trouble

    def words(self, part: str) -> list[str]:
        """All that was told to have begun, got worse, be over or have passed."""
        return [alert["words"] for message in self.heard for alert in message[part]]


class Watch:
    """Looks at a shop, as the daemon does, and tells what is to be told."""

    def __init__(
        self,
        shop: Shop,
        clock: ManualClock,
        *,
        rule: AlertRule | None = None,
        limits: AlertLimits = NOTHING,
        ways: Mapping[str, Ear] | None = None,
    ) -> None:
        self.shop = shop
        self.clock = clock
        self.ear = Ear()
        self._ways = {"ear": self.ear} if ways is None else ways
        senses = Senses(limits=limits)
        self._minder = AlertMinder(shop, "a shop", rule or AlertRule(), senses, tuple(self._ways))

    def look(self, minutes: float = 0) -> None:
        """So much time passes; each quarter of a minute somebody looks and tells."""
        for _ in range(max(1, round(minutes * 4))):
            self.clock.turn(15 if minutes else 0)
            self._minder.step()
            tell_alerts(self.shop, self._ways)


def seen(
    shop: Shop, kind: Kind, limits: AlertLimits = NOTHING, disks: Disks | None = None
) -> list[Condition]:
    """What is wrong now, of one kind."""
    senses = Senses(limits=limits, disks=disks or Disks({}))
    return [one for one in see_conditions(shop, senses) if one.kind is kind]


def words(shop: Shop, kind: Kind, limits: AlertLimits = NOTHING) -> list[str]:
    return [condition.words for condition in seen(shop, kind, limits)]


def noted(shop: Shop, stage: str, name: str, kind: str, text: str = "words") -> None:
    with shop.store.transaction():
        shop.store.notes.add(
            Note(stage=stage, name=name, kind=kind, since=shop.clock.now(), words=text)
        )
