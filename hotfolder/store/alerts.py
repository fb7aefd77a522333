"""Alerts and the messages that tell them, and moments that are remembered by name."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotfolder.domain.alert import Alert, Kind, Told
from hotfolder.store.alert_rows import AlertPostRow, AlertRow, MarkRow
from hotfolder.store.database import Database
from hotfolder.store.statement import Statement, defaults, insert, slot

THIS = (AlertRow.kind == slot("kind"), AlertRow.name == slot("name"))

ALL = Statement(lambda: AlertRow.select().order_by(AlertRow.since, AlertRow.id), AlertRow)
ADD = insert(AlertRow)
CHANGE = Statement(
    lambda: AlertRow.update(
        words=slot("words"),
        since=slot("since"),
        seen_at=slot("seen_at"),
        grave=slot("grave"),
        told=slot("told"),
        gone_at=slot("gone_at"),
    ).where(*THIS)
)
FORGET = Statement(lambda: AlertRow.delete().where(*THIS))
POST = insert(AlertPostRow)
POSTS = Statement(lambda: AlertPostRow.select().order_by(AlertPostRow.id), AlertPostRow)
LATER = Statement(
    lambda: AlertPostRow.update(
        due=slot("due"), last_answer=slot("words"), attempts=AlertPostRow.attempts + 1
    ).where(AlertPostRow.id == slot("id"))
)
DONE = Statement(lambda: AlertPostRow.delete().where(AlertPostRow.id == slot("id")))
FORGET_POSTS = Statement(lambda: AlertPostRow.delete().where(AlertPostRow.id > 0))
RUNNING = "run began"  # the mark of a run that was not stopped yet
MARK = Statement(lambda: MarkRow.select().where(MarkRow.name == slot("name")), MarkRow)
ADD_MARK = insert(MarkRow)
SET_MARK = Statement(
    lambda: MarkRow.update(at=slot("at"), words=slot("words")).where(MarkRow.name == slot("name"))
)
FORGET_MARK = Statement(lambda: MarkRow.delete().where(MarkRow.name == slot("name")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A message that `way` has still to take, and when it is tried next."""

    id: int
    way: str
    message: Mapping[str, Any]
    made_at: datetime
    due: datetime
    attempts: int
    last_answer: str = ""


class Alerts:
    """What is wrong and what people know of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Alert]:
        """The longest lasting first."""
        return [
            Alert(
                kind=Kind(row["kind"]),
                name=row["name"],
                words=row["words"],
                since=row["since"],
                seen_at=row["seen_at"],
                grave=row["grave"],
                told=Told(row["told"]),
                gone_at=row["gone_at"],
            )
            for row in self._database.rows(ALL)
            if row["kind"] in set(Kind)  # not what another version of the program knew
        ]

    def keep(self, alert: Alert) -> None:
        """Write down how it stands."""
        values = {
            "words": alert.words,
            "since": alert.since,
            "seen_at": alert.seen_at,
            "grave": alert.grave,
            "told": alert.told,
            "gone_at": alert.gone_at,
        }
        place = {"kind": alert.kind, "name": alert.name}
        if not self._database.run(CHANGE, **place, **values):
            self._database.add(ADD, **place, **values)

    def forget(self, kind: Kind, name: str) -> None:
        """It is over and told, or not worth telling."""
        self._database.run(FORGET, kind=kind, name=name)

    def post(self, ways: Collection[str], message: Mapping[str, Any], now: datetime) -> None:
        """Let each of these ways take the message; belongs to what is told by it."""
        text = json.dumps(dict(message), ensure_ascii=False)
        for way in ways:
            row = {"way": way, "message": text, "made_at": now, "due": now}
            self._database.add(POST, **(defaults(AlertPostRow) | row))

    def posts(self) -> list[Post]:
        """Messages that have still to be taken, oldest first."""
        return [
            Post(
                id=row["id"],
                way=row["way"],
                message=json.loads(row["message"]),
                made_at=row["made_at"],
                due=row["due"],
                attempts=row["attempts"],
                last_answer=row["last_answer"],
            )
            for row in self._database.rows(POSTS)
        ]

    def later(self, post: Post, words: str, due: datetime) -> None:
        """It was not taken; `words` are why."""
        self._database.run(LATER, id=post.id, words=words, due=due)

    def done(self, post: Post) -> None:
        """It was taken, or is given up."""
        self._database.run(DONE, id=post.id)

    def forget_posts(self) -> None:
        """Nobody has to be told what was to be told when a backup was made."""
        self._database.run(FORGET_POSTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    at: datetime
    words: str


class Marks:
    """Moments by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Mark | None:
        rows = self._database.rows(MARK, name=name)
        return Mark(at=rows[0]["at"], words=rows[0]["words"]) if rows else None

    def set(self, name: str, at: datetime, words: str = "") -> None:
        """The moment of this name is now this one."""
        if not self._database.run(SET_MARK, name=name, at=at, words=words):
            self._database.add(ADD_MARK, name=name, at=at, words=words)

    def remove(self, name: str) -> None:
        """There is no such moment any more."""
        self._database.run(FORGET_MARK, name=name)
