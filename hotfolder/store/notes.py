"""Notes: what a person should look at, one line a thing, gone when it is solved."""

from dataclasses import dataclass
from datetime import datetime

from hotfolder.domain.retry import Health, Reach
from hotfolder.store.database import Database
from hotfolder.store.rows import DestinationRow, NoteRow
from hotfolder.store.statement import Statement, insert, slot

ORDER_CHANGED = "order changed"  # kind of the note on an order that a person has to decide about
MADE_AGAIN = "made again"  # kind of the note on a job that went back after its signal was sent

THIS = (
    NoteRow.stage == slot("stage"),
    NoteRow.name == slot("name"),
    NoteRow.kind == slot("kind"),
)

ADD = insert(NoteRow)
ALL = Statement(lambda: NoteRow.select().order_by(NoteRow.id), NoteRow)
REWORD = Statement(lambda: NoteRow.update(words=slot("words")).where(*THIS))
REMOVE = Statement(lambda: NoteRow.delete().where(*THIS))
GET = Statement(
    lambda: DestinationRow.select().where(DestinationRow.name == slot("name")), DestinationRow
)
FORGET = Statement(lambda: DestinationRow.delete().where(DestinationRow.name == slot("name")))
KEEP = insert(DestinationRow)


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """`stage` and `name` say where, `kind` is a fixed word, `words` the sentence for a person."""

    stage: str
    name: str
    kind: str
    since: datetime
    words: str


class Notes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Note]:
        rows = self._database.rows(ALL)
        return [
            Note(
                stage=row["stage"],
                name=row["name"],
                kind=row["kind"],
                since=row["since"],
                words=row["words"],
            )
            for row in rows
        ]

    def add(self, note: Note) -> None:
        """Write a note; the same thing noted again keeps its first time."""
        place = {"stage": note.stage, "name": note.name, "kind": note.kind}
        if not self._database.run(REWORD, words=note.words, **place):
            self._database.add(ADD, since=note.since, words=note.words, **place)

    def remove(self, stage: str, name: str, kind: str) -> None:
        """The thing is solved."""
        self._database.run(REMOVE, stage=stage, name=name, kind=kind)


class Destinations:
    """How each signal destination does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, name: str, health: Health) -> None:
        values = {
            "reach": health.reach.value,
            "since": health.since,
            "failures": health.failures,
            "probes": health.probes,
            "next_probe": health.next_probe,
            "words": health.words,
        }
        self._database.run(FORGET, name=name)
        self._database.add(KEEP, name=name, **values)

    def get(self, name: str) -> Health:
        """The last known health; open when never heard of."""
        rows = self._database.rows(GET, name=name)
        if not rows:
            return Health()
        row = rows[0]
        return Health(
            reach=Reach(row["reach"]),
            since=row["since"],
            failures=row["failures"],
            probes=row["probes"],
            next_probe=row["next_probe"],
            words=row["words"],
        )
