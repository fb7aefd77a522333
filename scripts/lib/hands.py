"""What an operator does with job folders, and what can be seen of them from outside."""

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STAGES = ("10-new", "20-print", "30-produced", "40-packed", "50-shipped")
TICKET = "job-ticket.json"
_ITEM_ID = re.compile(r"(?<!\d)\d{12}(?!\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class JobFolder:
    """A folder in a stage; `item` is empty when neither its name nor its ticket tells it."""

    path: Path
    stage: str
    item: str
    inode: int


def job_folders(floor: Path) -> Iterator[JobFolder]:
    """Every folder in a stage, as it stands just now."""
    for stage in STAGES:
        for path in sorted((floor / stage).glob("[!.]*/")):
            try:
                inode = path.stat().st_ino
            except FileNotFoundError:
                continue
            yield JobFolder(path=path, stage=stage, item=_item_of(path), inode=inode)


def _item_of(path: Path) -> str:
    found = _ITEM_ID.search(path.name)
    return found[0] if found else str((read_ticket(path) or {}).get("item_id", ""))


def read_ticket(folder: Path) -> dict[str, Any] | None:
    """The job ticket of a folder, or None while it has no whole one."""
    try:
        return dict(json.loads((folder / TICKET).read_bytes()))
    except (OSError, ValueError):
        return None


def label(item: str) -> str:
    """A short name for people: 3-1 for the first item of order number 3."""
    return f"{int(item[:8])}-{int(item[8:])}" if item.isdecimal() and len(item) == 12 else item


def drag(folder: Path, stage: str) -> Path:
    """Move a job folder to a stage by one rename; its new path."""
    return folder.rename(folder.parents[1] / stage / folder.name)


def copy_over(folder: Path, stage: str) -> Path:
    """Copy a job folder to a stage file by file; the copy. The original stays."""
    target = folder.parents[1] / stage / folder.name
    subprocess.run(["cp", "-r", "--", str(folder), str(target)], check=True)
    return target


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def write_tracking(folder: Path, code: str) -> None:
    """A person saves a note with the parcel's code in the job folder."""
    (folder / "tracking.txt").write_text(f"{code}\n", "utf-8")


def damage(folder: Path) -> list[str]:
    """What a job folder lacks of its ticket's files, by size and md5."""
    ticket = read_ticket(folder)
    if ticket is None:
        return ["has no job ticket"]
    found = []
    for file in ticket["files"]:
        path = folder / file["name"]
        content = path.read_bytes() if path.is_file() else b""
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if len(content) != file["size"] or md5 != file["md5"]:
            found.append(f"{file['name']} is missing or not as ordered")
    return found
