"""Finished jobs go from the floor to the archive, one at a time, and nothing is lost on the way.

A folder is taken off the floor, copied, compared, and removed only when its copy is durable. Each
step can be done again: after a kill the next run goes on where the folders in the spool show.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.job import Job
from hotfolder.domain.retention import Keep, month_of
from hotfolder.errors import FloorError
from hotfolder.files.archive_place import ArchivePlace, Bundle
from hotfolder.files.aside import Aside
from hotfolder.files.contents import Entry, contents, escaped
from hotfolder.files.copying import Digests
from hotfolder.formats.archive_record import archive_record
from hotfolder.services.put_away import Away, finished_jobs, in_the_way, note_away, take_off
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.notes import Note

NOTE = "archive"  # kind of the notes of what can not be archived now
PLACE = "the archive"
AGAIN_SECONDS = 120.0
MOST_WAITING = 3  # folders in the spool whose archiving failed; more stay on the floor
Step = Callable[[str], None]  # told of each step before it is done; what it raises ends the work


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """Where finished jobs go, and when."""

    keep: Keep
    place: ArchivePlace


@dataclass(frozen=True, kw_only=True, slots=True)
class _Trouble:
    words: str
    until: float


class Archiving:
    """Archives what is due. What failed rests for a while; forgetting that costs one more try."""

    def __init__(self, shop: Shop, archive: Archive, step: Step = lambda _: None) -> None:
        self._shop = shop
        self._archive = archive
        self._aside = Aside(shop.spool.path)
        self._step = step
        self._troubles: dict[str, _Trouble] = {}
        self._tried: set[str] = set()

    def run(self) -> list[Path]:
        """Archive everything that is due. The new archives; what failed is told in notes."""
        self._tried.clear()
        archived = [self._finish(job_id) for job_id in self._aside.begun()]
        archived += self._take_due()
        self._guarded("spool", self._aside.sweep)
        for name in self._troubles.keys() - self._tried:
            del self._troubles[name]
        self._show()
        return [path for path in archived if path is not None]

    @property
    def troubles(self) -> Mapping[str, str]:
        """What failed, by name, in words."""
        return {name: trouble.words for name, trouble in self._troubles.items()}

    def _take_due(self) -> Iterable[Path | None]:
        after = self._archive.keep.after
        if after is None or not self._guarded(PLACE, self._archive.place.check):
            return
        before = self._shop.clock.now() - after
        for one in finished_jobs(self._shop, before):
            if one.since > before or one.signal or in_the_way(self._shop, one.job):
                continue
            if len(self._aside.begun()) >= MOST_WAITING:
                return
            if self._take(one.job):
                yield self._finish(one.job.id)

    def _take(self, job: Job) -> bool:
        """False when it stays on the floor: it can not be read, or there is no room for it."""
        now = self._shop.store.jobs.get(job.id)
        if now is None or job.place is None or now.moves != job.moves:
            return False
        folder = self._shop.floor.job_path(job.place.stage, job.place.folder)

        def take() -> None:
            self._archive.place.check_room(contents(folder))
            self._step("take off the floor")
            take_off(self._shop, self._aside, job)

        return self._guarded(job.ticket_id, take)

    def _finish(self, job_id: int) -> Path | None:
        """The archive of a folder in the spool; None when it has to wait."""
        path: list[Path] = []
        self._guarded(self._aside.folder(job_id).name, lambda: path.extend(self._finished(job_id)))
        return path[0] if path else None

    def _finished(self, job_id: int) -> Iterable[Path]:
        self._step("note that it is put away")
        away = note_away(self._shop, self._aside, job_id)
        if away is None:
            return
        if not away.archived or not Path(away.archived).exists():
            self._step("copy")
            path = self._archive.place.put(
                self._bundle(away), lambda *found: _record(away, *found), self._go_on
            )
            self._step("note that it is archived")
            self._write(away, path)
            yield path
        self._step("let it go")
        self._aside.done(job_id)
        self._step("remove")
        self._aside.sweep()
        self._step("done")

    def _bundle(self, away: Away) -> Bundle:
        return Bundle(
            id=away.job.id,
            folder=self._aside.folder(away.job.id),
            name=away.folder,
            month=month_of(away.job.since),
            form=self._archive.keep.form,
        )

    def _go_on(self) -> None:
        self._step("")

    def _write(self, away: Away, path: Path) -> None:
        job = away.job
        line = Line(
            at=self._shop.clock.now(),
            order_id=job.order_id,
            item_id=job.item_id,
            action=Action.JOB_ARCHIVED,
            detail={"run": job.run, "path": escaped(str(path))},
        )
        with self._shop.store.transaction():
            self._shop.store.journal.write([line])
        logger.bind(order=job.order_id, item=job.item_id).info("job archived: {}", path)

    def _guarded(self, name: str, work: Callable[[], None]) -> bool:
        """True when the work was done; what failed a moment ago is not tried yet."""
        self._tried.add(name)
        now = self._shop.clock.monotonic()
        trouble = self._troubles.get(name)
        if trouble and now < trouble.until:
            return False
        try:
            work()
        except FloorError as error:
            if not trouble:
                logger.warning("{} waits to be archived: {}", name, error)
            self._troubles[name] = _Trouble(words=str(error), until=now + AGAIN_SECONDS)
            return False
        self._troubles.pop(name, None)
        return True

    def _show(self) -> None:
        """The notes tell what is in the way of archiving, and nothing that is solved."""
        store = self._shop.store
        shown = {note.name: note for note in store.notes.all() if note.kind == NOTE}
        wanted = {name: self._words(name, words) for name, words in self.troubles.items()}
        if {name: note.words for name, note in shown.items()} == wanted:
            return
        with store.transaction():
            for name in shown.keys() - wanted.keys():
                store.notes.remove("", name, NOTE)
            for name, words in wanted.items():
                now = self._shop.clock.now()
                store.notes.add(Note(stage="", name=name, kind=NOTE, since=now, words=words))

    def _words(self, name: str, words: str) -> str:
        if name == PLACE:
            return f"{words}. Until then finished jobs stay where they are"
        folder = self._aside.path / name
        where = f"; it lies safely in {folder}" if folder.is_dir() else ""
        return f"can not be archived now: {words}{where}. It is tried again by itself"


def _record(away: Away, entries: Iterable[Entry], digests: Digests) -> bytes:
    return archive_record(
        away.job, away.stage, away.folder, [_described(entry, digests) for entry in entries]
    )


def _described(entry: Entry, digests: Digests) -> dict[str, Any]:
    """An entry as plain data: also what could not be copied, such as where a link points to."""
    digest = digests.get(entry.name)
    facts: dict[str, Any] = {"name": entry.name, "kind": entry.kind.value}
    if escaped(entry.path) != entry.name:
        facts["was"] = escaped(entry.path)
    if digest is not None:
        facts |= {"size": digest.size, "sha256": digest.sha256}
    if entry.target:
        facts["target"] = entry.target
    return facts | {"modified": _moment(entry.modified)}


def _moment(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return ""
