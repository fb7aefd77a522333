"""What lies on the floor at the end of a run with actors, and where the program believes it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hands import damage, label
from truth import FOLDERS, STAGES, Life


def check_folders(floor: Path, lives: Sequence[Life]) -> Iterator[str]:
    """Every job and every copy is where it was left, with all its files, and nothing else."""
    left = {path: life for life in lives for path in (life.path, *life.copies)}
    for path, life in left.items():
        for words in damage(path):
            yield f"the folder {path.name} of job {label(life.item)}: {words}"
    for folder in FOLDERS.values():
        for path in sorted((floor / folder).glob("[!.]*/")):
            if path not in left and path.name not in ("4h", "24h", "48h", "72h"):
                yield f"nobody has put {path.name} into {folder}"
    for path in sorted((floor / ".hotfolder" / "spool").iterdir()):
        yield f"{path.name} is left in the spool"


def misplaced(life: Life, job: Mapping[str, Any]) -> list[str]:
    """The program believes the job to be where its folder lies."""
    name = f"job {label(life.item)}"
    if not job:
        return [f"{name} is not known any more"]
    if job["path"] != str(life.path) or job["stage"] != life.now.stage:
        return [f"{name} is believed in {job['path']}, but lies in {life.path}"]
    if life.now.stage in STAGES and job["state"] != "floor":
        return [f"{name} is {job['state']}, though it lies in {life.now.stage}"]
    return []
