"""The folders: what they lie on, who may do what, how much room there is, what can be renamed."""

import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from hotfolder.doctor.line import Line, bad, fine, warn
from hotfolder.errors import FloorError
from hotfolder.files.floor import Floor
from hotfolder.files.mounts import is_remote, is_steady, kind_of
from hotfolder.files.space import space_at

MIB = 1024**2
GIB = 1024**3
LEAST_FREE = GIB // 4
FEW_FREE = 5 * GIB
LEAST_NODES = 1000
COARSE = frozenset({"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk"})
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
ON_OVERLAY = frozenset({"overlay", "aufs"})


def disks(places: Mapping[str, Path], mounts: Path) -> Iterator[Line]:
    """The file system and the room of each place, by name; those on one disk in one line."""
    told: dict[tuple[int, str], list[str]] = {}
    for name, path in places.items():
        kind, space = kind_of(_there(path), mounts), space_at(path)
        if space is None:
            yield bad(f"disk of {name}", f"{path} can not be looked at", "is it mounted?")
            continue
        told.setdefault((space.disk, kind), []).append(name)
    for (_, kind), names in told.items():
        yield from _kind(names, kind)
        yield from _room(names, places[names[0]])


def _kind(names: list[str], kind: str) -> Iterator[Line]:
    topic = f"disk of {', '.join(names)}"
    if "state" in names and is_remote(kind):
        hint = "set state.path to a folder on a local disk: SQLite loses data on shares"
        yield bad(topic, f"{kind} is a share", hint)
    elif kind in IN_MEMORY:
        yield bad(topic, f"{kind} is gone after a restart", "use a real disk")
    elif kind in COARSE:
        hint = "use ext4 or XFS: it knows neither users and groups nor lasting numbers of folders"
        yield warn(topic, f"{kind} is made for sticks", hint)
    elif is_remote(kind):
        slow = "" if is_steady(kind) else ", and drags count only when they have settled"
        hint = "run Hotfolder on the machine that has the disk"
        yield warn(topic, f"{kind} is a share: no events come from it{slow}", hint)
    elif kind in ON_OVERLAY and "state" in names:
        yield warn(topic, f"{kind} goes with its container", "mount a volume for the state folder")
    else:
        yield fine(topic, kind or "a file system that nobody names")


def _room(names: list[str], path: Path) -> Iterator[Line]:
    topic, space = f"room for {', '.join(names)}", space_at(path)
    if space is None:
        return
    words = f"{_size(space.free)} of {_size(space.size)} free"
    facts = os.statvfs(_there(path))
    if facts.f_files and facts.f_favail < LEAST_NODES:
        words = f"only {facts.f_favail} more files can be made (inodes)"
        yield bad(topic, words, "remove small files that nobody needs")
    elif space.free < LEAST_FREE:
        yield bad(
            topic,
            words,
            "make room: what can not be kept is not sent either",
        )
    elif space.free < FEW_FREE:
        yield warn(topic, words, "make room; archive.after_days puts finished jobs away")
    else:
        yield fine(topic, words)


def _size(count: int) -> str:
    if count < GIB:
        return f"{count / MIB:.0f} MiB"
    return f"{count / GIB:.1f} GiB"


def renames(floor: Floor, spool: Path, firsts: frozenset[str]) -> Iterator[Line]:
    """Really renames an empty folder from the spool into each stage and back.

    Numbers of disks do not tell: bind mounts have the same one and refuse all the same.
    """
    refused = {}
    for key in floor.stages:
        with suppress(FloorError):
            floor.check_marker(key)
            words = _renamed(spool, floor.stage_path(key))
            if words:
                refused[key] = words
    for key, words in refused.items():
        where = f"{spool} -> {floor.stage_path(key)}: {words}"
        if key in firsts:
            hint = "set floor.spool to a folder on the volume of the first stages"
            yield bad("rename", f"new jobs can not appear in stage {key}; {where}", hint)
        else:
            hint = "put all stages on one volume; else a drag is a copy and counts later"
            yield warn("rename", f"stage {key} is on another volume; {where}", hint)
    if not refused:
        yield fine("rename", "a folder gets from the spool into every stage by one rename")


def _renamed(spool: Path, stage: Path) -> str:
    """Why it can not be, or empty."""
    name = f".doctor-{os.getpid()}"
    made, there = spool / name, stage / name
    try:
        made.mkdir()
        try:
            made.rename(there)
            there.rename(made)
        finally:
            for path in (made, there):
                with suppress(OSError):
                    path.rmdir()
    except OSError as error:
        return "another volume" if error.errno == errno.EXDEV else str(error.strerror)
    return ""


def stages(floor: Floor) -> Iterator[Line]:
    """Whether they are there, and whether this user and the group of the operators may move."""
    wrong = [*unusable(floor)]
    for which, words, hint in wrong:
        yield bad(which, words, hint)
    if not wrong:
        yield fine("stages", f"{len(floor.stages)} stage folders are there and can be written")
    paths = {path for path in floor.paths().values() if path.is_dir()}
    yield from _for_group(sorted(paths))


def unusable(floor: Floor) -> Iterator[tuple[str, str, str]]:
    """Stages that can not be looked at or written: which, why, and what to do.

    Where a folder is away, nothing is said of those in it.
    """
    if not floor.path.is_dir():
        hint = "mount its disk or share; that of a new shop is made with `hotfolder prepare`"
        yield "floor.path", f"{floor.path} is not there, nor any of its stages", hint
        return
    away: set[str] = set()
    for key in floor.stages:
        if key.partition("/")[0] in away:
            continue
        try:
            floor.look(key)
        except FloorError as error:
            hint = "mount what is missing, or make new stage folders with `hotfolder prepare`"
            yield f"stage {key}", str(error), hint
            away |= set() if floor.stage_path(key).is_dir() else {key}
            continue
        try:
            floor.check_writable(key)
        except FloorError as error:
            who = user_name(os.geteuid())
            hint = f"mount it so that it can be written, and let {who} write: chown, chmod g+rwx"
            yield f"stage {key}", str(error), hint


def _for_group(paths: list[Path]) -> Iterator[Line]:
    closed = [path for path in paths if not path.stat().st_mode & stat.S_IWGRP]
    loose = [path for path in paths if not path.stat().st_mode & stat.S_ISGID]
    groups = {path.stat().st_gid for path in paths}
    if closed:
        hint = f"chmod g+rwx {closed[0]}{' and the others' if len(closed) > 1 else ''}"
        words = f"operators of the group can not move jobs in {len(closed)} stages"
        yield warn("group", f"{words}, such as {closed[0]}", hint)
    if loose:
        hint = f"chmod g+s {loose[0]}{' and the others' if len(loose) > 1 else ''}"
        words = f"what is made in {len(loose)} stages gets another group (no setgid)"
        yield warn("group", f"{words}, such as {loose[0]}", hint)
    if len(groups) > 1:
        names = ", ".join(sorted(map(group_name, groups)))
        hint = "chgrp -R all of them to the group of the operators"
        yield warn("group", f"the stage folders belong to several groups: {names}", hint)
    if paths and not closed and not loose and len(groups) == 1:
        yield fine("group", f"stage folders belong to the group {group_name(groups.pop())}")


def secrets(config: Path, keys: list[Path], state: Path) -> Iterator[Line]:
    """Whether others of this machine can read keys and addresses."""
    wrong = 0
    for path, what in [(config, "keys"), *((key, "secrets") for key in keys), (state, "addresses")]:
        with suppress(OSError):
            if path.stat().st_mode & stat.S_IROTH:
                wrong += 1
                hint = f"chmod o-rwx {path}"
                yield warn("secrets", f"everybody here can read {path}: it holds {what}", hint)
    if not wrong:
        yield fine("secrets", "only user and group of Hotfolder read keys and addresses")


def user(state: Path) -> Iterator[Line]:
    """Whether all this is judged for the user who runs the daemon."""
    with suppress(OSError):
        owner, ours = state.stat().st_uid, os.geteuid()
        if owner != ours:
            name = user_name(owner)
            words = f"this is {user_name(ours)}, the state folder belongs to {name}"
            yield warn("user", words, f"sudo -u {name} hotfolder doctor ...")
        else:
            yield fine("user", f"{user_name(ours)}, who has the state folder")


def user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _there(path: Path) -> Path:
    """The path, or the folder in which it will be made."""
    return next((one for one in (path, *path.parents) if one.exists()), path)
