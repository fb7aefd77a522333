"""Names that file managers, editors and transfers leave behind: never a job, never news."""

import re
from fnmatch import fnmatchcase, translate

MARKER_NAME = ".hotfolder-stage"
NOTES_NAME = "_NOTES.txt"  # our own, for people; in each stage and in the floor

NOISE = (
    ".*",
    "Icon\r",
    "__MACOSX",
    "Thumbs.db",
    "desktop.ini",
    "~$*",
    "$RECYCLE.BIN",
    "System Volume Information",
    "*.idlk",
    "*.camelLock",
    "@eaDir",
    "#recycle",
    "#snapshot",
    "lost+found",
    NOTES_NAME,
)
# one expression, as every folder of a stage is asked at every look
NOISY = re.compile("|".join(map(translate, NOISE)))
UNFINISHED = ("*.tmp", "*.part", "*.partial", "*.crdownload", "*.download", "*.filepart")


def is_noise(name: str) -> bool:
    """True for names that mean nothing to a shop."""
    return NOISY.match(name) is not None


def is_unfinished(name: str) -> bool:
    """True for names that say of themselves that a transfer is still going on."""
    return any(fnmatchcase(name.lower(), pattern) for pattern in UNFINISHED)
