"""The flow files that a running daemon uses, for commands that look at its shop or change it.

Those in the flows folder may be others by now: being edited, or refused.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hotfolder.errors import FloorError
from hotfolder.files.atomic import write_text
from hotfolder.files.lock import STATE_LOCK, told_by_holder

IN_USE = "flows-in-use.json"


def keep_flows_in_use(state: Path, texts: Mapping[str, str]) -> None:
    """Write the texts of the flow files, by name, into the state folder.

    When that can not be, as on a full disk, commands see the files in the flows folder.
    """
    told = {"pid": os.getpid(), "flows": dict(texts)}
    try:
        write_text(state / IN_USE, json.dumps(told, ensure_ascii=False))
    except FloorError:
        with suppress(OSError):
            (state / IN_USE).unlink()


def flows_in_use(state: Path) -> dict[str, str] | None:
    """What the daemon of this state folder has kept; None when none runs, or it did not yet."""
    holder = told_by_holder(state / STATE_LOCK)
    if holder is None:
        return None
    try:
        kept = _data((state / IN_USE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    texts = kept.get("flows")
    if not isinstance(texts, dict) or kept.get("pid") != _data(holder).get("pid"):
        return None
    return {str(name): str(text) for name, text in texts.items()}


def _data(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
