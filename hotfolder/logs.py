"""The only place that adds log sinks. One line per thing that happened, ids as fields."""

import logging
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

ROTATE_AT = "20 MB"
KEEP = 10
MORE = "DEBUG"


@dataclass(kw_only=True, slots=True)
class Logs:
    """The log as it is written now. `usual` is the level of the configuration.

    It is changed by one thread at a time.
    """

    usual: str
    as_json: bool = False
    file: Path | None = None
    _level: str = ""
    _sinks: list[int] = field(default_factory=list)

    def usual_is(self, level: str) -> None:
        """The level of the configuration is now this one; it counts from now on."""
        if level != self.usual:
            self.usual = level
            self.use(level)

    def more(self) -> None:
        """Tell more than usual, until `less` is asked for."""
        self.use(MORE)

    def less(self) -> None:
        """As the configuration has it."""
        self.use(self.usual)

    def use(self, level: str) -> None:
        """Lines of this level and above are written from now on; none is lost meanwhile."""
        if level == self._level:
            return
        before, said = self._sinks, self._level
        self._sinks = [self._screen(level)]
        trouble = self._add_file(level)
        self._level = level
        for sink in before:
            with suppress(OSError):  # a full disk does not take what was still to be written
                logger.remove(sink)
        if trouble:
            what = "log.file {} can not be written ({}): the log goes to standard error alone"
            logger.error(what, self.file, trouble)
        if said:
            logger.log(level, "log level {}, before: {}", level, said)

    def _screen(self, level: str) -> int:
        if self.as_json:
            return logger.add(
                sys.stderr, level=level, serialize=True, diagnose=False, backtrace=False
            )
        return logger.add(sys.stderr, level=level, format=_line, diagnose=False, backtrace=False)

    def _add_file(self, level: str) -> str:
        """Empty, or why there is none: no shop stands still for a file of its log."""
        if self.file is None:
            return ""
        try:
            sink = logger.add(
                self.file,
                level=level,
                format=_line,
                rotation=ROTATE_AT,
                retention=KEEP,
                diagnose=False,
                backtrace=False,
            )
        except OSError as error:
            return error.strerror or type(error).__name__
        self._sinks.append(sink)
        return ""


def start_logs(level: str, *, as_json: bool = False, file: Path | None = None) -> Logs:
    """Log to stderr, where journald or a terminal takes it up, and to a rotating file if wanted."""
    logger.remove()
    logger.configure(patcher=_on_one_line)
    logging.root.handlers = [_Libraries(logging.WARNING)]
    logs = Logs(usual=level, as_json=as_json, file=file)
    logs.use(level)
    return logs


class _Libraries(logging.Handler):
    """What libraries tell is told by us, in our form and in all our places.

    Of itself it would stand on stderr only, as plain text also where JSON was asked for.
    """

    def emit(self, record: logging.LogRecord) -> None:
        told = logger.bind(library=record.name).opt(exception=record.exc_info)
        told.log(record.levelname, "{}", record.getMessage())


def _on_one_line(record: "Record") -> None:
    """What comes from outside, such as the name of a file, makes no line of its own."""
    record["message"] = _plain(record["message"])
    for name, value in record["extra"].items():
        if not isinstance(value, int | float):
            record["extra"][name] = _plain(str(value))


def _plain(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def _line(record: "Record") -> str:
    fields = "".join(f" {name}={{extra[{name}]}}" for name in record["extra"])
    return "{time:YYYY-MM-DDTHH:mm:ss.SSSZ} {level: <7} {message}" + fields + "\n{exception}"
