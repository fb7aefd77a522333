"""All that lies in a folder, with names that every archive and file system can hold."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hotfolder.errors import FloorError

RECORD_NAME = "hotfolder-archive.json"  # lies beside the content of an archived folder
NAME_BYTES = 200


class Kind(StrEnum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"  # a pipe, a socket, a device


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Something below a folder. `path` is where it lies there, `name` what it is called elsewhere.

    They differ only where the name is no UTF-8 text or no other system could hold it. `target` is
    where a link points to. `changed_ns` is the ctime, which nobody can set.
    """

    path: str
    name: str
    kind: Kind
    size: int
    changed_ns: int
    modified: float
    target: str = ""


def contents(folder: Path) -> tuple[Entry, ...]:
    """Everything below a folder in a fixed order, links not followed. Raises FloorError."""
    return tuple(_below(folder, "", "", {_key(RECORD_NAME)}))


def safe_name(raw: str) -> str:
    """A name of the file system as UTF-8 text without signs that mean a path somewhere.

    What can not stay stands as %XX, byte by byte; a very long name is cut before its ending.
    """
    text = "".join(letter if _is_plain(letter) else _escaped(letter) for letter in raw)
    stem, dot, ending = text.rpartition(".")
    if not stem or len(ending.encode()) > 20:
        stem, dot, ending = text, "", ""
    while len(f"{stem}{dot}{ending}".encode()) > NAME_BYTES:
        stem = stem[:-1]
    return f"{stem}{dot}{ending}"


def _below(folder: Path, path: str, name: str, used: set[str]) -> Iterator[Entry]:
    try:
        with os.scandir(folder / path) as found:
            entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        raise FloorError(f"{_told(folder / path)} can not be listed: {error.strerror}") from error
    for entry in entries:
        one = _entry(entry, path, f"{name}{_free(safe_name(entry.name), used)}")
        yield one
        if one.kind is Kind.FOLDER:
            yield from _below(folder, f"{one.path}/", f"{one.name}/", set())


def _entry(entry: os.DirEntry[str], path: str, name: str) -> Entry:
    try:
        facts = entry.stat(follow_symlinks=False)
        kind = _kind(facts.st_mode)
        link = kind is Kind.LINK
        target = os.readlink(entry.path) if link else ""  # noqa: PTH115 (a Path tidies it up)
    except OSError as error:
        raise FloorError(f"{_told(entry.path)} can not be read: {error.strerror}") from error
    return Entry(
        path=f"{path}{entry.name}",
        name=name,
        kind=kind,
        size=facts.st_size if kind is Kind.FILE else 0,
        changed_ns=facts.st_ctime_ns,
        modified=facts.st_mtime,
        target=escaped(target),
    )


def _kind(mode: int) -> Kind:
    if stat.S_ISLNK(mode):
        return Kind.LINK
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.FILE if stat.S_ISREG(mode) else Kind.OTHER


def _free(name: str, used: set[str]) -> str:
    """A name that no other has there, in capitals or small letters, composed or not."""
    stem, dot, ending = name.rpartition(".") if "." in name[1:] else (name, "", "")
    free, number = name, 1
    while _key(free) in used:
        number += 1
        free = f"{stem}_{number}{dot}{ending}"
    used.add(_key(free))
    return free


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def escaped(raw: str) -> str:
    """A name or path of the file system as UTF-8 text: bytes that are none stand as %XX."""
    return "".join(letter if _is_text(letter) else _escaped(letter) for letter in raw)


def _told(path: object) -> str:
    return escaped(str(path))


def _is_text(letter: str) -> bool:
    return not "\udc80" <= letter <= "\udcff"


def _is_plain(letter: str) -> bool:
    return letter >= " " and letter not in "\\\x7f" and _is_text(letter)


def _escaped(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(letter))
