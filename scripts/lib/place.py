"""The folder in which a script works."""

import shutil
import tempfile
from pathlib import Path

from programs import Trouble


class Place:
    """The folder that was asked for, or a new temporary one. Raises Trouble."""

    def __init__(self, wanted: Path | None, prefix: str) -> None:
        self._is_ours = wanted is None
        try:
            if wanted is None:
                self.folder = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
                return
            wanted.mkdir(parents=True, exist_ok=True)
            self.folder = wanted.resolve()
            is_empty = not any(wanted.iterdir())
        except OSError as error:
            raise Trouble(f"{wanted or 'a folder'} can not be made: {error.strerror}") from error
        if not is_empty:
            raise Trouble(f"{wanted} is there already and not empty; nothing was changed")

    def leave(self, *, keep: bool) -> None:
        """Take a temporary folder away unless it is kept; a folder that was asked for stays."""
        if self._is_ours and not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
