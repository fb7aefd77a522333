"""How often one sender may come: so many a minute, at once or spread as it likes."""

MINUTE = 60.0
MOST_SENDERS = 10_000


class Allowance:
    """What is left for each sender; remembers only who came within the last minute.

    Each call costs a share of a minute, and nobody may be more than a minute ahead (the leaky
    bucket as a meter, one number for each sender).
    """

    def __init__(self, per_minute: int) -> None:
        """0 allows any number."""
        self._cost = MINUTE / per_minute if per_minute else 0.0
        self._used_up_to: dict[str, float] = {}

    def is_left(self, sender: str, now: float) -> bool:
        """Whether it may come once more; takes nothing."""
        return self.seconds_until(sender, now) <= 0

    def seconds_until(self, sender: str, now: float) -> float:
        """How long it has to wait before it may come again; 0 or less when it may."""
        return self._used_up_to.get(sender, 0.0) + self._cost - MINUTE - now

    def take(self, sender: str, now: float) -> bool:
        """One call of this sender; False when it may not, and then nothing is taken."""
        if not self._cost:
            return True
        if not self.is_left(sender, now):
            return False
        if sender not in self._used_up_to and len(self._used_up_to) >= MOST_SENDERS:
            self._forget(now)
        self._used_up_to[sender] = max(self._used_up_to.get(sender, 0.0), now) + self._cost
        return True

    def _forget(self, now: float) -> None:
        """Those who have used nothing any more; all, when so many come that it would not help."""
        left = {sender: until for sender, until in self._used_up_to.items() if until > now}
        self._used_up_to = left if len(left) < MOST_SENDERS else {}
