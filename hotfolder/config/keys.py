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
_PASSWORDS = ("basic_password", "basic_password_file", "basic_password_env")
_MAIL = ("mail_password", "mail_password_file", "mail_password_env")
_HOOK = ("webhook_url", "webhook_url_file", "webhook_url_env")
_WORDS = {
    _SOURCES: ("key", "API key"),
    _PASSWORDS: ("password", "password"),
    _MAIL: ("password", "password"),
    _HOOK: ("address", "address"),
}


def resolve_keys(
    document: Document, folder: Path, environ: Mapping[str, str] | None
) -> tuple[dict[str, Any], list[Problem]]:
    """A copy of the data in which each `key` holds the key itself, and what stands against that.

    A `key` that could not be resolved is left out of the copy; the passwords of HTTP Basic are
    looked up in the same way. Without an `environ` what it should hold is left out as well.
    """
    data = copy.deepcopy(document.data)
    problems: list[Problem] = []
    wanted = [(place, holder, _SOURCES) for place, holder in _holders(data)]
    for place, holder in interfaces(data):
        problems += _half_of_basic(document, place, holder)
        if any(holder.get(source) for source in _PASSWORDS):
            wanted.append((place, holder, _PASSWORDS))
    wanted += _of_alerts(data)
    for place, holder, sources in wanted:
        try:
            key = _resolve(document, place, holder, sources, folder, environ)
        except ConfigError as error:
            problems += error.problems
            key = None
        if key is not None:
            holder[sources[0]] = key
        elif not isinstance(holder.get(sources[0]), dict | list):
            holder.pop(sources[0], None)
    return data, problems + _same_keys(document, data)


def _of_alerts(
    data: Mapping[str, Any],
) -> Iterator[tuple[Place, dict[str, Any], tuple[str, str, str]]]:
    holder = data.get("alerts")
    for sources in (_MAIL, _HOOK):
        if isinstance(holder, dict) and any(holder.get(source) for source in sources):
            yield ("alerts",), holder, sources


def _half_of_basic(
    document: Document, place: Place, holder: Mapping[str, Any]
) -> Iterator[Problem]:
    """A name without a password would ask nobody for anything."""
    given = next((source for source in _PASSWORDS if holder.get(source)), "")
    if holder.get("basic_user") and not given:
        hint = "give basic_password, basic_password_file or basic_password_env as well, or no user"
        yield document.problem((*place, "basic_user"), "has no password", hint)
    if given and not holder.get("basic_user"):
        hint = "give the name of the sender in basic_user, or leave both out"
        yield document.problem((*place, given), "has no basic_user", hint)


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
    sources: tuple[str, str, str],
    folder: Path,
    environ: Mapping[str, str] | None,
) -> str | None:
    plain, from_file, from_environment = sources
    one = f"give exactly one of {plain}, {from_file} and {from_environment}"
    given = [source for source in sources if holder.get(source) not in _nothing(sources)]
    if not given:
        raise ConfigError([document.problem((*place, plain), "is missing", one)])
    if len(given) > 1:
        what = f"stands beside {given[0]}"
        raise ConfigError([document.problem((*place, given[1]), what, one)])
    here, written = (*place, given[0]), holder[given[0]]
    if not isinstance(written, str):
        return None  # named by the shape
    if given[0] == from_file:
        written = _from_file(document, here, written, folder)
    if given[0] == from_environment:
        written = _from_environment(document, here, written, environ)
    return None if written is None else _whole(document, here, written.strip(), sources)


def _nothing(sources: tuple[str, str, str]) -> tuple[str | None, ...]:
    """What stands for an option that is not given: a password may be empty, a key may not."""
    return (None,) if sources is _SOURCES else ("", None)


def _from_file(document: Document, here: Place, written: str, folder: Path) -> str | None:
    try:
        path = resolved(not_empty(written), folder)
    except ValueError:
        return None  # named by the shape
    hint = f"write the key into it; a relative path starts at {folder}"
    return read_text(path, document.where(here), missing_hint=hint)


def _from_environment(
    document: Document, here: Place, written: str, environ: Mapping[str, str] | None
) -> str | None:
    if environ is None:
        return None
    if written not in environ:
        what = "names an environment variable that is not set"
        hint = "set it where Hotfolder is started; this takes its name, not the key"
        raise ConfigError([document.problem(here, what, hint)])
    return environ[written]


def _whole(document: Document, here: Place, key: str, sources: tuple[str, str, str]) -> str:
    word, name = _WORDS[sources]
    if not key:
        what, hint = f"gives an empty {word}", f"put the {name} there"
        raise ConfigError([document.problem(here, what, hint)])
    has_space = sources in (_SOURCES, _HOOK) and any(sign.isspace() for sign in key)
    if not key.isprintable() or has_space:
        what = f"gives a {word} of several words or lines"
        hint = f"put the {name} there and nothing else"
        raise ConfigError([document.problem(here, what, hint)])
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
