"""YAML text to plain data that knows its lines, or a Problem in plain words.

Every scalar stays the text that was written, or None for null: the option says what it must be.
So `no`, `0123` and `1e5` are never turned into something else behind the writer's back (YAML 1.1).
"""

import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from hotfolder.errors import ConfigError, Problem

Place: TypeAlias = tuple[str | int, ...]

_LARGEST_FILE = 1024 * 1024
_DEEPEST = 20
_TAG = "tag:yaml.org,2002:"
_NULL = f"{_TAG}null"
_PLAIN_TAGS = {
    f"{_TAG}{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file as nested dict, list, str and None; `name` is how people are told of it.

    `problems` do not stop the rest from being checked, so that all are named at once.
    """

    name: str
    data: dict[str, Any] = field(repr=False)
    lines: Mapping[Place, int]
    problems: tuple[Problem, ...] = ()

    def where(self, place: Place) -> str:
        """`config.yaml:14 intake.port`; a place that is not there has the line of what holds it."""
        line = next(
            self.lines[place[:length]]
            for length in range(len(place), -1, -1)
            if place[:length] in self.lines
        )
        return f"{self.name}:{line} {key_of(place)}".rstrip()

    def problem(self, place: Place, what: str, hint: str = "") -> Problem:
        return Problem(self.where(place), what, hint)


def key_of(place: Place) -> str:
    """`intake.interfaces[1].key`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)[1:]


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of one file by their line."""

    def line(problem: Problem) -> int:
        found = re.search(r":(\d+)(?::\d+)?(?: |$)", problem.where)
        return int(found[1]) if found else 0

    return sorted(problems, key=line)


def read_document(path: Path, name: str, *, missing_hint: str = "") -> Document:
    """The file at `path`. Raises ConfigError when there is no mapping to read in it."""
    return parse_document(read_text(path, name, missing_hint=missing_hint), name)


def read_text(path: Path, where: str, *, missing_hint: str = "") -> str:
    """UTF-8 text of a small regular file, without a byte order mark.

    Raises ConfigError with one Problem at `where`; its words name neither path nor content, since
    a key may stand where a path should.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ConfigError([Problem(where, "is a folder or device, not a file")])
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ConfigError([Problem(where, "the file does not exist", missing_hint)]) from None
    except PermissionError:
        hint = "let the user that runs Hotfolder read it"
        raise ConfigError([Problem(where, "the file may not be read", hint)]) from None
    except OSError as error:
        what = f"the file can not be read: {error.strerror}"
        raise ConfigError([Problem(where, what)]) from None
    if len(content) > _LARGEST_FILE:
        raise ConfigError([Problem(where, "the file is larger than 1 MiB", "name another file")])
    return _decoded(content, where)


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = Problem(where, f"line {line} is not UTF-8 text", "save the file as UTF-8")
        raise ConfigError([problem]) from None


def parse_document(text: str, name: str) -> Document:
    """The text as a Document. Raises ConfigError when there is no mapping to read in it."""
    root = _composed(text, name)
    if root is None:
        raise ConfigError([Problem(name, "the file is empty", "write options as `key: value`")])
    if not isinstance(root, yaml.MappingNode):
        what = "the file does not hold `key: value` lines"
        raise ConfigError([Problem(f"{name}:{_line(root)}", what, "put a space after each colon")])
    reading = _Reading(name)
    data = reading.plain(root, ())
    return Document(name=name, data=data, lines=reading.lines, problems=tuple(reading.problems))


def _composed(text: str, name: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_FAST)
    except (yaml.YAMLError, ValueError, RecursionError):
        return _composed_slowly(text, name)  # ten times slower, but with better words


def _composed_slowly(text: str, name: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        problem = _syntax_problem(error, text, name)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = Problem(f"{name}:{line}", "holds a control character", "remove it")
    except RecursionError:
        problem = Problem(name, "is nested too deeply to be read")
    raise ConfigError([problem])


# that of libyaml, where PyYAML was built with it
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# part of PyYAML's words -> (what, hint, whether its "context" mark is where a person must look)
_SYNTAX = (
    (
        "mapping values are not allowed",
        "a colon stands where none can be",
        "indent the keys of one level equally; put text that holds a colon in quotes",
        False,
    ),
    (
        "could not find expected ':'",
        "a line has no colon",
        "write `key: value`, with a space after the colon",
        True,
    ),
    ("found unexpected end of stream", "a quote is opened and not closed", "close it", True),
    ("expected ',' or", "a bracket is opened and not closed", "close it", True),
    (
        "expected <block end>",
        "this line does not fit under the lines above",
        "indent the keys of one level equally; text after a closing quote is not allowed",
        False,
    ),
    (
        "expected '<document start>'",
        "this line is indented less than the first one",
        "begin all sections at the left edge",
        False,
    ),
    ("that cannot start any token", "no value can begin with this sign", "use quotes", False),
    (
        "unknown escape character",
        "a backslash in double quotes begins a special sign",
        "use single quotes",
        False,
    ),
    ("found undefined alias", "a value begins with *", "put it in quotes", False),
    ("found another document", "a second document begins", "remove the line ---", False),
)


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, name: str) -> Problem:
    """Our own words: those of PyYAML quote the text, which may be a key."""
    what, hint, at_context = "can not be read as YAML", "mind quotes, colons and indentation", False
    for part, plain, remedy, context in _SYNTAX:
        if part in str(error.problem):
            what, hint, at_context = plain, remedy, context
            break
    mark = error.context_mark if at_context and error.context_mark else error.problem_mark
    if mark is None:
        return Problem(name, what, hint)
    written = text.splitlines()[mark.line] if mark.line < len(text.splitlines()) else ""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        what, hint = "a tab stands at the beginning of the line", "indent with spaces"
    return Problem(f"{name}:{mark.line + 1}:{mark.column + 1}", what, hint)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class _Reading:
    """One walk through the nodes; collects lines and problems on the way."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: set[int] = set()
        self.lines: dict[Place, int] = {(): 1}
        self.problems: list[Problem] = []

    def plain(self, node: yaml.Node, place: Place) -> Any:
        if len(place) > _DEEPEST:
            self._refuse(node, place[:1], "is nested too deeply", "close the brackets")
            return None
        if id(node) in self._seen:
            hint = "write the value out, or put text that begins with * in quotes"
            self._refuse(node, place, "points to another value with *", hint)
            return None
        self._seen.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            self._refuse(node, place, "begins with !", "put text that begins with ! in quotes")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return self._entries(node.value, place)
        return None if node.tag == _NULL else node.value

    def _entries(self, nodes: Iterable[yaml.Node], place: Place) -> list[Any]:
        entries = []
        for index, node in enumerate(nodes):
            self.lines[(*place, index)] = _line(node)
            entries.append(self.plain(node, (*place, index)))
        return entries

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or not key.value:
                self._refuse(key, place, "a key is not plain text", "write `key: value`")
                continue
            inner = (*place, key.value)
            if key.value in data:
                what = f"stands twice, first in line {self.lines[inner]}"
                self._refuse(key, inner, what, "keep one of the two")
                continue
            self.lines[inner] = _line(key)
            data[key.value] = self.plain(value, inner)
        return data

    def _refuse(self, node: yaml.Node, place: Place, what: str, hint: str) -> None:
        where = f"{self._name}:{_line(node)} {key_of(place)}".rstrip()
        self.problems.append(Problem(where, what, hint))
