"""A folder as a folder elsewhere: the same files, durable, with names that go everywhere."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_folder
from hotfolder.files.contents import RECORD_NAME, Entry, Kind, contents
from hotfolder.files.copying import EMPTY, Digest, Digests, GoOn, copied, digest_of, flushed, source


def write_folder(
    part: Path,
    folder: Path,
    entries: Iterable[Entry],
    record: Callable[[Digests], bytes],
    go_on: GoOn,
) -> Digests:
    """What was put into the folder, by the bytes that were read, the record of it last."""
    digests: Digests = {}
    part.mkdir()
    made = [part]
    for entry in entries:
        if entry.kind is Kind.FOLDER:
            made.append(part / entry.name)
            made[-1].mkdir()
            digests[f"{entry.name}/"] = EMPTY
        elif entry.kind is Kind.FILE:
            digests[entry.name] = _copy(part / entry.name, folder, entry, go_on)
    text = record(digests)
    with (part / RECORD_NAME).open("xb") as file:
        file.write(text)
        flushed(file)
    digests[RECORD_NAME] = digest_of(text)
    for one in reversed(made):
        flush_folder(one)
    return digests


def read_folder(path: Path, go_on: GoOn) -> Digests:
    """What lies in the folder, by the names there. Raises FloorError."""
    digests: Digests = {}
    for entry in contents(path):
        if entry.kind is Kind.FOLDER:
            digests[f"{entry.path}/"] = EMPTY
        elif entry.kind is Kind.FILE:
            with source(path, entry) as file:
                digests[entry.path] = copied(file, None, entry.size, go_on)
        else:
            raise FloorError(f"{entry.name} is no file")
    return digests


def _copy(target: Path, folder: Path, entry: Entry, go_on: GoOn) -> Digest:
    with source(folder, entry) as file, target.open("xb") as copy:
        digest = copied(file, copy, entry.size, go_on)
        flushed(copy)
    with suppress(OSError, OverflowError):
        os.utime(target, (entry.modified, entry.modified))
    return digest
