"""The machine: versions with known faults, limits of the kernel, the clock."""

import ctypes
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from hotfolder.doctor.line import Line, bad, fine, warn
from hotfolder.store.database import SAFE_SQLITE, sqlite_version

# https://devguide.python.org/versions/
ENDS = {
    (3, 11): date(2027, 10, 31),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 10, 31),
    (3, 14): date(2030, 10, 31),
}
WATCHES = "fs.inotify.max_user_watches"
INSTANCES = "fs.inotify.max_user_instances"
EVENTS = "fs.inotify.max_queued_events"
LEAST_EVENTS = 4096  # a drag of a thousand folders comes at once
TIME_ERROR = 5  # of adjtimex(2): the clock is not synchronized
AHEAD = timedelta(minutes=1)


def versions(
    python: tuple[int, int, int, str], sqlite: tuple[int, ...], today: date
) -> Iterator[Line]:
    """`python` is version and release level, as in sys.version_info."""
    name = ".".join(map(str, python[:3]))
    if python[3] != "final":
        yield warn("python", f"Python {name} is a test version", "use a final one")
    elif python[:2] in ENDS and today > ENDS[python[:2]]:
        words = f"Python {name} gets no security fixes since {ENDS[python[:2]]}"
        yield warn("python", words, "install a newer Python and run scripts/install again")
    else:
        yield fine("python", f"Python {name}")
    name = ".".join(map(str, sqlite))
    if (3, 7, 0) <= sqlite < SAFE_SQLITE:
        words = (
            f"SQLite {name} can corrupt a database in WAL mode (sqlite.org/wal.html#walresetbug)"
        )
        yield bad("sqlite", words, "update apsw, which carries its own SQLite")
    else:
        yield fine("sqlite", f"SQLite {name}, of apsw")


def this_machine(today: date) -> Iterator[Line]:
    info = sys.version_info
    python = (info.major, info.minor, info.micro, info.releaselevel)
    return versions(python, sqlite_version(), today)


def inotify(proc: Path, stages: int) -> Iterator[Line]:
    """Whether the limits of watches are enough for so many stage folders, with others' use."""
    limits = {
        name: _number(proc / "sys" / name.replace(".", "/"))
        for name in (WATCHES, INSTANCES, EVENTS)
    }
    if None in limits.values():
        yield warn("inotify", "its limits can not be read", "this system may have no events")
        return
    used = _instances_in_use(proc)
    short = [
        (WATCHES, stages + 64, 65536),
        (INSTANCES, used + 2, 512),
        (EVENTS, LEAST_EVENTS, 16384),
    ]
    wrong = [(name, least, good) for name, least, good in short if (limits[name] or 0) < least]
    for name, least, good in wrong:
        words = f"{name} is {limits[name]}; {least} are needed for {stages} stages"
        hint = f"sysctl -w {name}={good}, and the same in /etc/sysctl.d/hotfolder.conf"
        yield bad("inotify", words, hint)
    if not wrong:
        words = f"{limits[WATCHES]} watches and {limits[INSTANCES]} watchers for {stages} stages"
        yield fine("inotify", words)


def clock(now: datetime, written: datetime | None, state: int | None) -> Iterator[Line]:
    """`written` is the newest moment in the store, `state` what adjtimex(2) gave."""
    if written is not None and now + AHEAD < written:
        words = (
            f"it is {now:%Y-%m-%d %H:%M} UTC, but the store was written at {written:%Y-%m-%d %H:%M}"
        )
        hint = "set the clock (timedatectl set-ntp true) before the daemon starts"
        yield bad("clock", words, hint)
    elif state is None or state < 0:
        hint = "see `timedatectl`; a wrong clock makes wrong times in signals"
        yield warn("clock", "nobody tells whether it is kept right", hint)
    elif state == TIME_ERROR:
        hint = "timedatectl set-ntp true, or install chrony"
        yield warn("clock", "it is not kept right by a time server", hint)
    else:
        yield fine("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, kept right by a time server")


def clock_state() -> int | None:
    """What adjtimex(2) says of the clock, read only; None where there is no such call."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "adjtimex", None)
    room = ctypes.create_string_buffer(512)  # struct timex is smaller; all zero: change nothing
    return None if call is None else int(call(room))


def _instances_in_use(proc: Path) -> int:
    """Watchers that processes of this user have; those of others can not be seen."""
    count = 0
    for entry in proc.glob("[0-9]*/fd/*"):
        try:
            count += str(entry.readlink()) == "anon_inode:inotify"
        except OSError:
            continue
    return count


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None
