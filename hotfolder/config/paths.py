"""Paths of the configuration, for those who need nothing else of it."""

import os
from pathlib import Path

from hotfolder.config.load import Document, read_document
from hotfolder.errors import ConfigError


def resolved(path: Path | str, folder: Path) -> Path:
    """Absolute path, starting at `folder` when relative; links are left as they are.

    Raises ValueError with the reason when it can not be a path.
    """
    if "\0" in str(path):
        raise ValueError("holds a sign that no path can hold")
    try:
        return Path(os.path.normpath(folder / Path(path).expanduser()))
    except RuntimeError:
        raise ValueError("starts with ~ and a user whose home is not known") from None


def read_config(config_path: Path) -> Document:
    """The configuration as it is written, unchecked. Raises ConfigError."""
    hint = f"looked for {config_path}; `hotfolder init` writes a first one"
    return read_document(config_path, config_path.name, missing_hint=hint)


def state_path(config_path: Path) -> Path:
    """The folder of the database; nothing else of the configuration is looked at.

    For commands that only show: to check all of it takes longer than to answer. Raises ConfigError.
    """
    config_path = config_path.absolute()
    document = read_config(config_path)
    section = document.data.get("state")
    written = section.get("path", "state") if isinstance(section, dict) else "state"
    try:
        return resolved(written or "", config_path.parent)
    except (TypeError, ValueError) as error:
        place = ("state", "path")
        raise ConfigError(
            [document.problem(place, str(error), "write the path of a folder")]
        ) from None
