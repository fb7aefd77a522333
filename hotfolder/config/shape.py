"""Plain data to a model, with what does not fit said in plain words and with its line."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from hotfolder.config.load import Document, Place
from hotfolder.errors import Problem

Model = TypeVar("Model", bound=BaseModel)

_KINDS: Mapping[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    SecretStr: "text",
    Path: "a path",
}


def shape(
    model: type[Model], document: Document, data: Mapping[str, Any], folder: Path
) -> tuple[Model | None, list[Problem]]:
    """The data as a model, or None and every Problem. Relative paths start at `folder`."""
    try:
        return model.model_validate(data, context={"folder": folder}), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    return None, [
        _problem(model, document, detail) for detail in details if not _only_follows(detail)
    ]


def _only_follows(detail: Mapping[str, Any]) -> bool:
    """Whether a list only counts as short because an entry of it is wrong, which is named too."""
    if detail["type"] != "too_short":
        return False
    least: int = detail["ctx"]["min_length"]
    return len(detail["input"]) >= least


def _problem(model: type[BaseModel], document: Document, detail: Mapping[str, Any]) -> Problem:
    place: Place = detail["loc"]
    if detail["type"] == "extra_forbidden":
        hint = _nearest(model, place)
        return document.problem(place, "is not known here", hint)
    found = field_at(model, place)
    meaning = "" if found is None else f"{found.description}"
    if detail["type"] == "missing":
        return document.problem(place, "is missing", meaning)
    if detail["type"] == "value_error":
        return document.problem(place, str(detail["ctx"]["error"]), meaning)
    if found is None or isinstance(place[-1], int):
        return document.problem(place, "must be `key: value` lines", meaning)
    what = f"{_shown(found, detail['input'])}must be {expected(found)}"
    return document.problem(place, what, meaning)


def _shown(found: FieldInfo, value: Any) -> str:
    if value is None:
        return "has no value; it "
    if isinstance(value, str) and value and found.repr and not inner_model(found):
        return f"is {value[:40]!r} but "
    return ""


def _nearest(model: type[BaseModel], place: Place) -> str:
    holder = model_at(model, place[:-1])
    word = str(place[-1])
    for name, found in options(model).items():
        section = inner_model(found)
        if holder is model and section is not None and word in options(section):
            return f"it belongs under {name}; indent it"
    known = [] if holder is None else list(options(holder))
    if near := get_close_matches(word.lower(), known, n=1):
        return f"did you mean {near[0]}?"
    return f"known here: {', '.join(known)}"


def options(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The options of a model by the names that stand in a file."""
    return {found.alias or name: found for name, found in model.model_fields.items()}


def model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model of the mapping at a place."""
    current: type[BaseModel] | None = model
    for part in place:
        if isinstance(part, str) and current is not None:
            found = options(current).get(part)
            current = None if found is None else inner_model(found)
    return current


def field_at(model: type[BaseModel], place: Place) -> FieldInfo | None:
    """The option at a place; of an entry in a list, the list."""
    while place and isinstance(place[-1], int):
        place = place[:-1]
    holder = model_at(model, place[:-1]) if place else None
    return None if holder is None else options(holder).get(str(place[-1]))


def inner_model(found: FieldInfo) -> type[BaseModel] | None:
    """The model of a section, or of the entries of a list."""
    for kind in (found.annotation, *get_args(found.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def expected(found: FieldInfo) -> str:
    """What an option takes: `a whole number from 0 to 65535`."""
    kind, limits = _kind_and_limits(found)
    if get_origin(kind) is tuple:
        least = _limit("min_length", limits)
        noun = "entry" if least == 1 else "entries"
        return "a list" if least is None else f"a list of at least {least} {noun}"
    if inner_model(found) is not None:
        return "`key: value` lines"
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    low, high = _limit("ge", limits), _limit("le", limits)
    if low is None:
        return _KINDS.get(kind, "text")
    return _KINDS[kind] + (f" of at least {low}" if high is None else f" from {low} to {high}")


def _kind_and_limits(found: FieldInfo) -> tuple[Any, list[Any]]:
    kind, limits = found.annotation, list(found.metadata)
    if get_origin(kind) in {Union, UnionType}:
        kind = next(part for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is Annotated:
        kind, *rules = get_args(kind)
        for rule in rules:
            limits += rule.metadata if isinstance(rule, FieldInfo) else [rule]
    return kind, limits


def _limit(name: str, limits: Iterable[Any]) -> Any:
    return next((getattr(rule, name) for rule in limits if hasattr(rule, name)), None)
