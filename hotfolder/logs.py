"""The only place that adds log sinks. One line per thing that happened, ids as fields."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

ROTATE_AT = "20 MB"
KEEP = 10


def start_logs(level: str, *, as_json: bool = False, file: Path | None = None) -> None:
    """Log to stderr, where journald or a terminal takes it up, and to a rotating file if wanted."""
    logger.remove()
    if as_json:
        logger.add(sys.stderr, level=level, serialize=True, diagnose=False, backtrace=False)
    else:
        logger.add(sys.stderr, level=level, format=_line, diagnose=False, backtrace=False)
    if file is not None:
        logger.add(
            file,
            level=level,
            format=_line,
            rotation=ROTATE_AT,
            retention=KEEP,
            diagnose=False,
            backtrace=False,
        )


def _line(record: "Record") -> str:
    fields = "".join(f" {name}={{extra[{name}]}}" for name in record["extra"])
    return "{time:YYYY-MM-DDTHH:mm:ss.SSSZ} {level: <7} {message}" + fields + "\n{exception}"
