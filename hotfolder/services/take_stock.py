"""The numbers of the shop: from the store, and what has happened since somebody asks for them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from hotfolder import __version__
from hotfolder.domain.action import Action
from hotfolder.domain.flow import StageKind
from hotfolder.domain.reading import Form, Histogram, Reading, one, reading
from hotfolder.domain.retry import Reach
from hotfolder.services.day_view import day_states
from hotfolder.services.measure_space import Disks
from hotfolder.services.shop import Shop
from hotfolder.store.backup import LAST_BACKUP
from hotfolder.store.documents import Verdict
from hotfolder.store.signal_state import SignalState

ACCEPTED = 200
ANSWERS = {
    Action.ORDER_TAKEN.value: "taken",
    Action.ORDER_CAME_AGAIN.value: "again",
    Action.ORDER_CAME_CHANGED.value: "changed",
}
HEALTH = {"frozen": "frozen", "read only": "read_only", "watching": "watching"}
SHOWN = (StageKind.WORK, StageKind.HOLD)


class Stock:
    """Takes stock each time it is asked; counters begin with the first time. For one thread."""

    def __init__(self, shop: Shop, disks: Disks) -> None:
        self._shop = shop
        self._disks = disks
        self._happened = shop.store.happened()
        self._events: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self._tries: Counter[tuple[str, str]] = Counter()
        self._delivery: dict[str, Histogram] = {}

    def take(self) -> Iterator[Reading]:
        """All numbers as they are now."""
        now = self._shop.clock.now()
        yield reading("hotfolder_build", "Which version runs", [({"version": __version__}, 1)])
        yield from self._signals(now)
        yield from self._destinations(now)
        yield from self._counted()
        yield from self._jobs()
        yield from self._stages()
        yield from self._days()
        yield from self._rest()

    def _signals(self, now: datetime) -> Iterator[Reading]:
        rows = self._shop.store.counts.unaccepted()
        samples = []
        oldest = dict.fromkeys(self._shop.destinations, now)
        first: dict[str, datetime] = {}
        for row in rows:
            name = row["destination"]
            labels = {"type": row["type"], "state": row["state"], "destination": name}
            samples.append((labels, row["signals"]))
            if row["state"] != SignalState.PARKED:
                oldest[name] = min(row["asked_at"], oldest.get(name, now))
                first[name] = min(row["deadline"], first.get(name, row["deadline"]))
        words = "Signals that are not accepted, by type and state"
        yield reading("hotfolder_signals", words, samples)
        yield reading(
            "hotfolder_oldest_signal_age_seconds",
            "Age of the oldest signal that waits or is under way; 0 when there is none",
            [({"destination": n}, (now - at).total_seconds()) for n, at in oldest.items()],
        )
        yield reading(
            "hotfolder_deadline_seconds",
            "Seconds until the nearest deadline of such a signal, below 0 when it is past",
            [({"destination": n}, (at - now).total_seconds()) for n, at in first.items()],
        )

    def _destinations(self, now: datetime) -> Iterator[Reading]:
        names = list(self._shop.destinations)
        pressing = self._shop.store.counts.pressing(now)
        late = {row["destination"]: row["signals"] for row in pressing if row["late"]}
        yield reading(
            "hotfolder_late_signals",
            "Signals past their deadline that wait or are under way",
            [({"destination": name}, late.get(name, 0)) for name in names],
        )
        reach = {name: self._shop.store.destinations.get(name).reach for name in names}
        yield reading(
            "hotfolder_destination_state",
            "1 for how the destination does: open, probing or paused (a person has to act)",
            [
                ({"destination": name, "state": state.value}, float(reach[name] is state))
                for name in names
                for state in Reach
            ],
        )

    def _counted(self) -> Iterator[Reading]:
        self._events.update(self._happened.events())
        self._verdicts.update(self._happened.verdicts())
        for row in self._happened.tries():
            self._tries[row["destination"], f"{row['status'] or 'none'}"] += 1
            if row["status"] == ACCEPTED:
                spent = (row["at"] - row["asked_at"]).total_seconds()
                self._delivery.setdefault(row["type"], Histogram()).add(max(0.0, spent))
        answers = {word: self._events[action] for action, word in ANSWERS.items()}
        answers["refused"] = self._verdicts[Verdict.REFUSED]
        yield reading(
            "hotfolder_orders",
            "Orders by what became of them",
            [({"answer": word}, count) for word, count in answers.items()],
            Form.COUNTER,
        )
        yield reading(
            "hotfolder_events",
            "What has happened to orders and jobs: lines of the journal by action",
            [({"event": action.value}, self._events[action]) for action in Action],
            Form.COUNTER,
        )
        yield reading(
            "hotfolder_signal_tries",
            "Signals in requests by the HTTP status of the answer; none: there was no answer",
            [({"destination": n, "status": s}, count) for (n, s), count in self._tries.items()],
            Form.COUNTER,
        )
        yield reading(
            "hotfolder_delivery_seconds",
            "Time from what a signal tells until it was accepted, undo time included",
            [({"type": kind}, times) for kind, times in self._delivery.items()],
            Form.HISTOGRAM,
        )

    def _jobs(self) -> Iterator[Reading]:
        jobs = self._shop.store.jobs
        by_stage = jobs.counts_by_stage()
        usual = dict.fromkeys(self._usual_stages(), 0)
        yield reading(
            "hotfolder_stage_jobs",
            "Jobs on the floor by stage",
            [({"stage": key}, count) for key, count in (usual | by_stage).items()],
        )
        yield reading(
            "hotfolder_jobs",
            "All jobs by state",
            [({"state": state}, count) for state, count in jobs.counts_by_state().items()],
        )
        failing = len(self._shop.store.counts.failing(1))
        words = "Jobs whose files were tried and did not come yet"
        yield one("hotfolder_downloads_failing", words, failing)

    def _stages(self) -> Iterator[Reading]:
        notes = self._shop.store.notes.all()
        wrong = {(note.stage, note.kind) for note in notes if not note.name}
        stages = [*self._usual_stages(), *sorted(stage for stage, _ in wrong if stage)]
        yield reading(
            "hotfolder_stage_trouble",
            "1 for a stage that is frozen, read only, or not heard by events (watching)",
            [
                (
                    {"stage": key, "trouble": word},
                    # what is noted of no stage is so of all of them
                    float((key, kind) in wrong or ("", kind) in wrong),
                )
                for key in dict.fromkeys(stages)
                for kind, word in HEALTH.items()
            ],
        )
        yield one("hotfolder_notes", "What people should look at, in status", len(notes))

    def _usual_stages(self) -> list[str]:
        """Not the many that tell a cause or a delay: these show when something is there."""
        stages = list(self._shop.floor.stages.items())
        return [key for key, stage in stages if stage.kind in SHOWN]

    def _days(self) -> Iterator[Reading]:
        states = day_states(self._shop)
        waiting = [({"flow": state.calendar}, state.waiting) for state in states]
        yield reading("hotfolder_day_items", "Items that wait for the end of the day", waiting)
        last = {s.calendar: self._shop.store.days.last_close(s.calendar, date.min) for s in states}
        yield reading(
            "hotfolder_day_closed_timestamp_seconds",
            "When a day was closed last",
            [({"flow": name}, at.timestamp()) for name, at in last.items() if at],
        )
        yield reading(
            "hotfolder_day_next_timestamp_seconds",
            "When the next day is closed by the timer",
            [({"flow": s.calendar}, s.next.timestamp()) for s in states if s.next],
        )

    def _rest(self) -> Iterator[Reading]:
        spaces = self._disks.by_place().items()
        free = [({"place": name}, space.free) for name, space in spaces]
        yield reading("hotfolder_disk_free_bytes", "Room on the disk of a place", free)
        sizes = [({"place": name}, space.size) for name, space in spaces]
        yield reading("hotfolder_disk_size_bytes", "Size of the disk of a place", sizes)
        if backup := self._shop.store.marks.get(LAST_BACKUP):
            words = "When the last backup was made"
            yield one("hotfolder_backup_timestamp_seconds", words, backup.at.timestamp())
        if order := self._shop.store.counts.last_order():
            words = "When the newest order came"
            yield one("hotfolder_last_order_timestamp_seconds", words, order.timestamp())
        standing = Counter(
            alert.kind.value for alert in self._shop.store.alerts.all() if not alert.gone_at
        )
        yield reading(
            "hotfolder_alerts",
            "What is wrong just now, by kind (hotfolder alerts)",
            [({"kind": kind}, count) for kind, count in standing.items()],
        )
