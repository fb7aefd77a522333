"""Conditions become alerts, and alerts become messages: one transaction, sent later."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from loguru import logger

from hotfolder.domain.alert import Alert, AlertRule, Digest, Followed, after_telling, digest, follow
from hotfolder.formats.alert_text import message
from hotfolder.services.note_run import beat
from hotfolder.services.see_conditions import Senses, see_conditions
from hotfolder.services.shop import Shop

LAST_TOLD = "alerts told"
BEAT_EVERY = timedelta(minutes=1)


class AlertMinder:
    """Follows what is wrong. `ways` take messages; without any nobody is told, but all is kept."""

    def __init__(
        self, shop: Shop, name: str, rule: AlertRule, senses: Senses, ways: Collection[str]
    ) -> None:
        self._shop = shop
        self._name = name
        self._rule = rule
        self._senses = senses
        self._ways = ways
        self._beat_at = shop.clock.now()

    def step(self) -> bool:
        """One look; True when there is a message to send."""
        self._beat()
        now = self._shop.clock.now()
        seen = [
            condition
            for condition in see_conditions(self._shop, self._senses)
            if condition.kind not in self._rule.left_out
        ]
        alerts = self._shop.store.alerts
        known = alerts.all()
        looked_for = [alert for alert in known if alert.kind not in self._rule.left_out]
        followed = follow(looked_for, seen, now)
        silenced = [alert for alert in known if alert.kind in self._rule.left_out]
        followed = replace(followed, forgotten=[*followed.forgotten, *silenced])
        if not self._ways:
            followed = _only_seen(followed, {condition.key for condition in seen})
        last = self._shop.store.marks.get(LAST_TOLD)
        told = digest(followed.alerts, self._rule, last.at if last else None, now)
        if told is None or not self._ways:
            self._keep(followed)
            return False
        with self._shop.store.transaction():
            self._write(followed)
            for (kind, name), alert in after_telling(told).items():
                if alert is None:
                    alerts.forget(kind, name)
                else:
                    alerts.keep(alert)
            alerts.post(self._ways, message(self._name, told, now), now)
            self._shop.store.marks.set(LAST_TOLD, now)
        _log(told)
        return True

    def _keep(self, followed: Followed) -> None:
        """Nobody was told of it, so a power cut may undo it: it will be seen again."""
        if followed.changed or followed.forgotten:
            with self._shop.store.passing_transaction():
                self._write(followed)

    def _write(self, followed: Followed) -> None:
        for alert in followed.forgotten:
            self._shop.store.alerts.forget(alert.kind, alert.name)
        for alert in followed.changed:
            self._shop.store.alerts.keep(alert)

    def _beat(self) -> None:
        now = self._shop.clock.now()
        if not timedelta() <= now - self._beat_at < BEAT_EVERY:
            self._beat_at = now
            beat(self._shop)


def _only_seen(followed: Followed, keys: Collection[object]) -> Followed:
    """Without those that only wait for somebody to tell that they are over."""
    gone = [alert for alert in followed.alerts if alert.key not in keys]
    stay: Sequence[Alert] = [alert for alert in followed.alerts if alert.key in keys]
    changed = [alert for alert in followed.changed if alert.key in keys]
    return replace(followed, alerts=stay, changed=changed, forgotten=[*followed.forgotten, *gone])


def _log(told: Digest) -> None:
    for word, alerts in (("", (*told.began, *told.worse)), ("over: ", told.over)):
        for alert in alerts:
            logger.bind(kind=alert.kind.value).warning("alert: {}{}", word, alert.words)
