"""A folder as one zip file: nothing packed smaller, as PDFs hardly would be (PKWARE APPNOTE)."""

import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from hotfolder.files.contents import RECORD_NAME, Entry, Kind
from hotfolder.files.copying import EMPTY, Digest, Digests, GoOn, copied, digest_of, flushed, source

LARGE_BYTES = 1 << 30  # from here on with sizes of 64 bits
FIRST, LAST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # what a zip can say
FILE_MODE, FOLDER_MODE = 0o100664 << 16, (0o040775 << 16) | 0x10


def write_zip(
    part: Path,
    folder: Path,
    entries: Iterable[Entry],
    record: Callable[[Digests], bytes],
    go_on: GoOn,
) -> Digests:
    """What was put into the zip, by the bytes that were read, the record of it last."""
    digests: Digests = {}
    with part.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for entry in entries:
                if entry.kind is Kind.FILE:
                    digests[entry.name] = _add(archive, folder, entry, go_on)
                elif entry.kind is Kind.FOLDER:
                    archive.writestr(_info(f"{entry.name}/", entry.modified, FOLDER_MODE), b"")
                    digests[f"{entry.name}/"] = EMPTY
            text = record(digests)
            archive.writestr(_info(RECORD_NAME, 0, FILE_MODE), text)
            digests[RECORD_NAME] = digest_of(text)
        flushed(file)
    return digests


def read_zip(path: Path, go_on: GoOn) -> Digests:
    """What lies in the zip. Raises zipfile.BadZipFile for one that is damaged."""
    digests: Digests = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            with archive.open(info) as file:
                digests[info.filename] = copied(file, None, info.file_size, go_on)
    return digests


def _add(archive: zipfile.ZipFile, folder: Path, entry: Entry, go_on: GoOn) -> Digest:
    info = _info(entry.name, entry.modified, FILE_MODE)
    large = entry.size >= LARGE_BYTES
    with source(folder, entry) as file, archive.open(info, "w", force_zip64=large) as target:
        return copied(file, target, entry.size, go_on)


def _info(name: str, modified: float, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _zip_time(modified))
    info.external_attr = mode
    info.create_system = 3
    return info


def _zip_time(modified: float) -> tuple[int, int, int, int, int, int]:
    try:
        at = datetime.fromtimestamp(modified, UTC)
    except (OverflowError, ValueError, OSError):
        return FIRST
    return min(max((at.year, at.month, at.day, at.hour, at.minute, at.second), FIRST), LAST)
