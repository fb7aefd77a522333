"""API keys: written down, in a file of their own, or in the environment.

No Problem from here names what stands beside key, key_file or key_env: it may be the key itself.
"""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hotfolder.config.load import Document, Place, read_text
from hotfolder.config.paths import resolved
from hotfolder.config.values import not_empty
from hotfolder.errors import ConfigError, Problem

_SOURCES = ("key", "key_file", "key_env")
_ONE = "give exactly one of key, key_file and key_env"


def resolve_keys(
    document: Document, folder: Path, environ: Mapping[str, str]
) -> tuple[dict[str, Any], list[Problem]]:
    """A copy of the data in which each `key` holds the key itself, and what stands against that.

    A `key` that could not be resolved is left out of the copy.
    """
    data = copy.deepcopy(document.data)
    problems: list[Problem] = []
    for place, holder in _holders(data):
        try:
            key = _resolve(document, place, holder, folder, environ)
        except ConfigError as error:
            problems += error.problems
            key = None
        if key is not None:
            holder["key"] = key
        elif not isinstance(holder.get("key"), dict | list):
            holder.pop("key", None)
    return data, problems + _same_keys(document, data)


def _holders(data: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    if data.get("signals") is None:
        data["signals"] = {}
    if isinstance(data["signals"], dict):
        yield ("signals",), data["signals"]
    yield from others(data)
    yield from interfaces(data)


def interfaces(data: Mapping[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The entries of `intake.interfaces` that are mappings, with their places."""
    intake = data.get("intake")
    entries = intake.get("interfaces") if isinstance(intake, dict) else None
    yield from _entries(entries, ("intake", "interfaces"))


def others(data: Mapping[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The entries of `signals.others` that are mappings, with their places."""
    signals = data.get("signals")
    found = signals.get("others") if isinstance(signals, dict) else None
    yield from _entries(found, ("signals", "others"))


def _entries(found: Any, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    for index, entry in enumerate(found if isinstance(found, list) else []):
        if isinstance(entry, dict):
            yield (*place, index), entry


def _resolve(
    document: Document,
    place: Place,
    holder: Mapping[str, Any],
    folder: Path,
    environ: Mapping[str, str],
) -> str | None:
    given = [source for source in _SOURCES if holder.get(source) is not None]
    if not given:
        raise ConfigError([document.problem((*place, "key"), "is missing", _ONE)])
    if len(given) > 1:
        what = f"stands beside {given[0]}"
        raise ConfigError([document.problem((*place, given[1]), what, _ONE)])
    here, written = (*place, given[0]), holder[given[0]]
    if not isinstance(written, str):
        return None  # named by the shape
    if given[0] == "key_file":
        written = _from_file(document, here, written, folder)
    if given[0] == "key_env":
        written = _from_environment(document, here, written, environ)
    return None if written is None else _whole(document, here, written.strip())


def _from_file(document: Document, here: Place, written: str, folder: Path) -> str | None:
    try:
        path = resolved(not_empty(written), folder)
    except ValueError:
        return None  # named by the shape
    hint = f"write the key into it; a relative path starts at {folder}"
    return read_text(path, document.where(here), missing_hint=hint)


def _from_environment(
    document: Document, here: Place, written: str, environ: Mapping[str, str]
) -> str:
    if written not in environ:
        what = "names an environment variable that is not set"
        hint = "set it where Hotfolder is started; this takes its name, not the key"
        raise ConfigError([document.problem(here, what, hint)])
    return environ[written]


def _whole(document: Document, here: Place, key: str) -> str:
    if not key:
        raise ConfigError([document.problem(here, "gives an empty key", "put the API key there")])
    if not key.isprintable() or any(sign.isspace() for sign in key):
        what = "gives a key of several words or lines"
        raise ConfigError([document.problem(here, what, "put the API key there and nothing else")])
    return key


def _same_keys(document: Document, data: Mapping[str, Any]) -> list[Problem]:
    problems = []
    first: dict[str, int] = {}
    for place, holder in interfaces(data):
        key, index = holder.get("key"), int(place[-1])
        if isinstance(key, str) and first.setdefault(key, index) != index:
            source = next(name for name in reversed(_SOURCES) if holder.get(name) is not None)
            what = f"gives the same key as interfaces[{first[key]}]"
            hint = "each Production Interface has its own key"
            problems.append(document.problem((*place, source), what, hint))
    return problems
