"""What preflight can find, and how serious each of it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How serious a finding is. Off: not looked at; hold: the job waits for a person."""

    OFF = "off"
    NOTE = "note"
    WARN = "warn"
    HOLD = "hold"


class Check(StrEnum):
    """What is looked at, by the names that flows use."""

    UNREADABLE = "unreadable"
    LOCKED = "locked"
    TOO_HARD = "too_hard"
    NO_PAGES = "no_pages"
    LOST_PAGES = "lost_pages"
    REBUILT = "rebuilt"
    PRINT_FORBIDDEN = "print_forbidden"
    RESTRICTED = "restricted"
    FILE_SET = "file_set"
    NOT_CHECKED = "not_checked"
    PAGE_COUNT = "page_count"
    SHEET_COUNT = "sheet_count"
    PAGE_RULE = "page_rule"
    NO_SIZE = "no_size"
    MIXED_SIZES = "mixed_sizes"
    TRIM_SIZE = "trim_size"
    PAGE_SIZE = "page_size"
    SPINE = "spine"
    BLEED = "bleed"
    FONTS = "fonts"
    DOWNLOAD = "download"  # no level can be set: without its files nothing can be made


# Without a word of the shop only what can certainly not be printed is held, and what a product
# table, which the shop wrote itself, plainly forbids. `pages` of an order is known from third-party
# documents only, a page without a TrimBox may carry bleed or marks, and printers draw Helvetica
# without having it in the file: a wrong guess there would stop good work.
DEFAULT_LEVELS: Mapping[Check, Level] = {
    Check.UNREADABLE: Level.HOLD,
    Check.LOCKED: Level.HOLD,
    Check.TOO_HARD: Level.HOLD,
    Check.NO_PAGES: Level.HOLD,
    Check.LOST_PAGES: Level.HOLD,
    Check.REBUILT: Level.WARN,
    Check.PRINT_FORBIDDEN: Level.WARN,
    Check.RESTRICTED: Level.NOTE,
    Check.FILE_SET: Level.WARN,
    Check.NOT_CHECKED: Level.NOTE,
    Check.PAGE_COUNT: Level.WARN,
    Check.SHEET_COUNT: Level.NOTE,
    Check.PAGE_RULE: Level.HOLD,
    Check.NO_SIZE: Level.WARN,
    Check.MIXED_SIZES: Level.WARN,
    Check.TRIM_SIZE: Level.HOLD,
    Check.PAGE_SIZE: Level.WARN,
    Check.SPINE: Level.WARN,
    Check.BLEED: Level.WARN,
    Check.FONTS: Level.NOTE,
    Check.DOWNLOAD: Level.HOLD,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something that is not as ordered: `words` are a whole phrase with its numbers.

    `cause` is the code to cancel the item with, should a person decide to.
    """

    check: Check
    words: str
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A fault with its level. `file` is the name in the job folder, empty for the whole set."""

    code: Check
    level: Level
    file: str
    words: str
    cause: str


def worst(findings: Iterable[Finding]) -> Level:
    """The highest level among the findings; off when there are none."""
    order = list(Level)
    return max((one.level for one in findings), key=order.index, default=Level.OFF)
