"""A folder where a device puts files: each is given once when it is whole, again when it changed.

The file stays where it is; what was given is remembered by its content.
"""

import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.parsers import expat

from hotfolder.domain.conditions import fits
from hotfolder.domain.noise import is_noise, is_unfinished
from hotfolder.domain.settle import DropFact, DropLook, is_drop_settled, look_at_drop
from hotfolder.errors import FloorError
from hotfolder.files.folder import is_being_written

PDF_TAIL = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """A file that was given. `revision` counts from 1 what came under this name."""

    name: str
    fact: DropFact
    sha256: str
    revision: int


class DropFolder:
    """Looks at one folder. `given` is what was given, by name: to be kept for the next run."""

    def __init__(
        self,
        path: Path,
        quiet_seconds: float,
        given: Mapping[str, Drop] | None = None,
        pattern: str = "*",
        form: str = "",
    ) -> None:
        """Files whose names do not fit the pattern are not looked at.

        `form` is what a file is (xml, json) whose name does not tell.
        """
        self.path = path
        self._form = form
        self._pattern = pattern
        self.given = dict(given or {})
        self._quiet = quiet_seconds
        self._looks: dict[str, DropLook] = {}
        self._halves: dict[str, DropLook] = {}

    def look(self, now: float) -> list[Drop]:
        """The files that are whole and new since the last look. `now` is monotonic seconds.

        A name that says of itself that it is temporary is never given. What was given before under
        its name is not given again, unless its content is another. Raises FloorError.
        """
        facts = self._facts()
        self._looks = {name: look for name, look in self._looks.items() if name in facts}
        self._halves = {name: look for name, look in self._halves.items() if name in facts}
        found = [self._one(name, fact, now) for name, fact in sorted(facts.items())]
        return [drop for drop in found if drop]

    def stuck(self, now: float, seconds: float) -> list[str]:
        """Files without their end that nobody has written to for so long."""
        return [name for name, look in self._halves.items() if now - look.since >= seconds]

    def _facts(self) -> dict[str, DropFact]:
        facts = {}
        try:
            for entry in os.scandir(self.path):
                if not fits(entry.name, self._pattern):
                    continue
                fact = None if is_noise(entry.name) or is_unfinished(entry.name) else _fact(entry)
                if fact:
                    facts[entry.name] = fact
        except OSError as error:
            raise FloorError(f"{self.path} can not be listed: {error.strerror}") from error
        return facts

    def _one(self, name: str, fact: DropFact, now: float) -> Drop | None:
        before = self.given.get(name)
        if before is not None and before.fact == fact:
            return None
        look = self._looks[name] = look_at_drop(self._looks.get(name), fact, now)
        if not is_drop_settled(look, now, self._quiet):
            return None
        path = self.path / name
        half = not is_whole(path, self._form)
        if half:
            self._halves[name] = look_at_drop(self._halves.get(name), fact, now)
        digest = "" if half or is_being_written(path) else _sha256(path)
        if not digest or _fact(path) != fact:
            del self._looks[name]  # quiet has to last from here
            return None
        return self._give(name, fact, digest, before)

    def _give(self, name: str, fact: DropFact, digest: str, before: Drop | None) -> Drop | None:
        if before is not None and before.sha256 == digest:
            self.given[name] = replace(before, fact=fact)
            return None
        revision = before.revision + 1 if before else 1
        drop = Drop(name=name, fact=fact, sha256=digest, revision=revision)
        self._halves.pop(name, None)
        self.given[name] = drop
        return drop


def is_whole(path: Path, form: str = "") -> bool:
    """False for a PDF, XML, JSON or ZIP file that lacks its end; of others nothing is known.

    `form` is what it is where its suffix does not tell. Necessary, not sufficient: an old end may
    outlive the writing over an old file.
    """
    check = _ENDS.get(path.suffix.lower()) or _ENDS.get(f".{form}")
    try:
        return check(path) if check else True
    except (OSError, ValueError, RecursionError):
        return False


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - PDF_TAIL))
        return b"%%EOF" in file.read()


def _is_xml(path: Path) -> bool:
    """Well-formed to its end. Entities of its own are refused: they can grow without limit."""
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse_entity
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError:
        return False
    return True


def _refuse_entity(*_: object) -> None:
    raise ValueError("an entity of its own")


def _is_json(path: Path) -> bool:
    """One value, or one in each line."""
    data = path.read_bytes()
    try:
        json.loads(data)
    except ValueError:
        for line in filter(bytes.strip, data.splitlines()):
            json.loads(line)
    return True


_ENDS = {".pdf": _is_pdf, ".xml": _is_xml, ".json": _is_json, ".zip": zipfile.is_zipfile}


def _fact(file: os.DirEntry[str] | Path) -> DropFact | None:
    """None for what is no regular file, or not there any more."""
    try:
        found = os.lstat(file)
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return DropFact(size=found.st_size, changed_ns=found.st_ctime_ns, inode=found.st_ino)


def _sha256(path: Path) -> str:
    """Empty when the file can not be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
