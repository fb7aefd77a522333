"""What the doctor says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Warn: it works, and will hurt some day. Fail: it does not work, or loses something."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """How one thing is; `hint` says what to do where it is not well."""

    level: Level
    topic: str
    words: str
    hint: str = ""


def fine(topic: str, words: str) -> Line:
    return Line(level=Level.OK, topic=topic, words=words)


def warn(topic: str, words: str, hint: str) -> Line:
    return Line(level=Level.WARN, topic=topic, words=words, hint=hint)


def bad(topic: str, words: str, hint: str) -> Line:
    return Line(level=Level.FAIL, topic=topic, words=words, hint=hint)
