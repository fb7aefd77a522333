"""What a store that is lost had begun in the spool, under numbers that will be given again."""

from pathlib import Path

from hotfolder.errors import FloorError
from hotfolder.files import aside, spool

PREFIXES = (spool.PREFIX, aside.PREFIX)


def set_aside_above(folder: Path, highest: int, mark: str) -> list[Path]:
    """Folders of jobs with higher numbers get other names, with `mark`; where they are now.

    A new job would take them for its own. Raises FloorError.
    """
    moved = []
    for prefix in PREFIXES:
        for path in sorted(folder.glob(f"{prefix}*")):
            number = path.name.removeprefix(prefix)
            if not number.isdecimal() or int(number) <= highest:
                continue
            target = path.with_name(f"lost-{mark}-{path.name}")
            try:
                path.rename(target)
            except OSError as error:
                raise FloorError(f"{path} can not be renamed: {error.strerror}") from error
            moved.append(target)
    return moved
