"""Names that file managers, editors and transfers leave behind: never a job, never news."""

from fnmatch import fnmatchcase

MARKER_NAME = ".hotfolder-stage"

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
)
UNFINISHED = ("*.tmp", "*.part", "*.partial", "*.crdownload", "*.download", "*.filepart")


def is_noise(name: str) -> bool:
    """True for names that mean nothing to a shop."""
    return any(fnmatchcase(name, pattern) for pattern in NOISE)


def is_unfinished(name: str) -> bool:
    """True for names that say of themselves that a transfer is still going on."""
    return any(fnmatchcase(name.lower(), pattern) for pattern in UNFINISHED)
