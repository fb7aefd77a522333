"""Ready commented texts: the first configuration, the example of every option, the default flow."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from hotfolder.config.alerts import Alerts
from hotfolder.config.model import Config, Interface, OtherSignals, Signals
from hotfolder.config.shape import expected, inner_model, options

_MARK = "example:"
_LAST_PORT = 65535
_HEAD = """\
# The configuration of Hotfolder: every option, what it means and what it is when left out.
#
# A relative path starts at the folder of this file. After a change run
#     hotfolder check --config FILE
# which names every mistake at once. While Hotfolder runs it takes up keys, flows and log.level by
# itself; for all else start it again.
"""
_EXAMPLE_HEAD = f"""\
#
# This example is a copy of the defaults, save where "{_MARK}" stands above a line.
"""
_WITH_KEYS = """\
#
# It holds API keys: let nobody but the user of Hotfolder read it, or use key_file or key_env.
"""

_FLOW = """\
# The way of a job through the shop, for books and single sheets alike.
#
# Every stage is a folder on the floor. Hotfolder puts a new job into the first one. An operator
# drags its folder on, stage by stage, and Cloudprinter is told what stands under "signal".
# A shop without one of these steps removes its three or four lines; a step of its own that tells
# nothing (folding, cutting) is an entry without "signal".
# README.md of the flows explains every key. After a change: hotfolder flows check --config FILE

name: default

# How many seconds a signal waits after a drag. Whoever drags the folder back in that time has told
# nobody anything. 0 sends at once. A stage may have its own undo_seconds.
undo_seconds: {undo}

# A job dragged past a stage (from 20-print straight to 40-packed) - fill: sends the signal of the
# skipped stage as well, so that Cloudprinter sees every step; leave: does not; hold: sends nothing
# before a person lets it go. A stage may have its own word.
skipped: fill

# By what the folders of jobs sort: ship_by, priority or received. Reorders always come first.
sort_by: ship_by

stages:
  # New jobs wait here, complete and checked. It has no signal: ItemRegistered went out when the
  # order was taken in.
  - key: new
    folder: 10-new

  # Printing begins: covers and book blocks, or the sheets.
  - key: print
    folder: 20-print
    signal: ItemProduce

  # Printed, bound and cut: the product is made.
  - key: produced
    folder: 30-produced
    signal: ItemProduced

  # In its box or envelope.
  - key: packed
    folder: 40-packed
    signal: ItemPacked

  # Handed to the carrier. Cloudprinter asks for the tracking code with this one.
  - key: shipped
    folder: 50-shipped
    signal: ItemShipped
"""

_KEY_PLACES: Mapping[type[BaseModel], Mapping[str, str]] = {
    Alerts: {
        "mail_password_file": "keys/mail.password",
        "mail_password_env": "HOTFOLDER_MAIL_PASSWORD",
        "webhook_url_file": "keys/webhook.url",
        "webhook_url_env": "HOTFOLDER_WEBHOOK_URL",
    },
    Interface: {
        "key_file": "keys/orders.key",
        "key_env": "HOTFOLDER_ORDER_KEY",
        "basic_password_file": "keys/orders.password",
        "basic_password_env": "HOTFOLDER_ORDER_PASSWORD",
    },
    OtherSignals: {"key_file": "keys/other.key", "key_env": "HOTFOLDER_OTHER_KEY"},
    Signals: {"key_file": "keys/signals.key", "key_env": "HOTFOLDER_SIGNAL_KEY"},
}
_SAID_ALREADY = {"key"} | {name for places in _KEY_PLACES.values() for name in places}


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What a shop decides when it is set up; all else keeps its default."""

    shop_name: str
    floor_id: str
    order_key: str = field(repr=False)
    signal_key: str = field(repr=False)
    mode: Literal["live", "test"]
    interface_name: str = "cloudprinter"
    port: int = 8080
    floor: Path = Path("floor")
    state: Path = Path("state")
    archive: Path = Path("archive")
    lists: Path = Path("days")
    house_port: int | None = None
    signal_url: str = str(Signals.model_fields["url"].default)
    allow_private_addresses: bool = False


def config_text(choices: Choices) -> str:
    """A configuration that says what was chosen and shows every other option."""
    values: dict[str, dict[str, Any]] = {
        "shop": {"name": choices.shop_name},
        "floor": {"path": choices.floor, "id": choices.floor_id},
        "state": {"path": choices.state},
        "archive": {"path": choices.archive},
        "day": {"lists": choices.lists},
        "intake": {
            "port": choices.port,
            "interfaces": [
                {"name": choices.interface_name, "key": choices.order_key, "mode": choices.mode}
            ],
        },
        "house": {"port": _house_port(choices)},
        "signals": {"url": choices.signal_url, "key": choices.signal_key},
        "downloads": {"allow_private_addresses": choices.allow_private_addresses},
    }
    return _HEAD + _WITH_KEYS + "".join(_sections(values, mark=""))


def _house_port(choices: Choices) -> int:
    """The chosen one, or the one above that for orders; any free one beside any free one."""
    if choices.house_port is not None:
        return choices.house_port
    return choices.port + 1 if 0 < choices.port < _LAST_PORT else 0


def example_text() -> str:
    """The text of config.example.yaml."""
    values: dict[str, dict[str, Any]] = {
        "intake": {
            "interfaces": [
                {"name": "cloudprinter", "key": "YOUR-PRODUCTION-INTERFACE-KEY", "mode": "test"}
            ]
        },
        "signals": {"key": "YOUR-CLOUDSIGNAL-KEY"},
    }
    return _HEAD + _EXAMPLE_HEAD + "".join(_sections(values, mark=_MARK))


def entry_text(*models: type[BaseModel]) -> str:
    """Every option of entries of lists, with its meaning and what it is when left out."""
    return "\n".join("".join(f"{line}\n" for line in _all_options(model)) for model in models)


def _all_options(model: type[BaseModel]) -> Iterator[str]:
    yield f"# {str(model.__doc__).partition('. ')[0].rstrip('.')}"
    for name, found in options(model).items():
        yield from _comments(name, found, given=False, mark="")
        yield f"{name}:" if found.is_required() else f"{name}: {_scalar(found.default)}"


def default_flow_text(undo_seconds: float) -> str:
    """The text of flows/default.yaml with this undo time."""
    return _FLOW.format(undo=_scalar(undo_seconds))


def _sections(values: Mapping[str, Mapping[str, Any]], *, mark: str) -> Iterator[str]:
    for name, found in options(Config).items():
        model = inner_model(found)
        if model is not None and found.default == ():
            yield f"\n# {found.description}\n{_entries_told(model)}{name}: []\n"
        elif model is not None:
            yield f"\n# {found.description}\n{name}:\n"
            lines = _option_lines(model, values.get(name, {}), mark)
            yield "".join(f"  {line}\n" for line in lines)


def _entries_told(model: type[BaseModel]) -> str:
    """Which options the entries of a list have, as comment lines."""
    words = f"each entry: {', '.join(options(model))}"
    return textwrap.fill(words, 90, initial_indent="# ", subsequent_indent="# ") + "\n"


def _option_lines(model: type[BaseModel], values: Mapping[str, Any], mark: str) -> Iterator[str]:
    for name, found in options(model).items():
        yield from _comments(name, found, given=name in values, mark=mark)
        inner = inner_model(found)
        if inner is not None and not values.get(name):
            yield from _entries_told(inner).splitlines()
            yield f"{name}: []"
        elif inner is not None:
            yield f"{name}:"
            for entry in values[name]:
                yield from _entry_lines(list(_option_lines(inner, entry, mark)))
        elif name in _KEY_PLACES.get(model, {}):
            yield f"# {name}: {_KEY_PLACES[model][name]}"
        else:
            yield f"{name}: {_scalar(values.get(name, found.default))}"


def _entry_lines(lines: list[str]) -> Iterator[str]:
    first = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    for index, line in enumerate(lines):
        yield f"  {'- ' if index == first else '  ' if index > first else ''}{line}"


def _comments(name: str, found: FieldInfo, *, given: bool, mark: str) -> Iterator[str]:
    words = str(found.description)
    if name not in _SAID_ALREADY:
        default = "" if found.is_required() else f"; default {_scalar(found.default)}"
        words += f" ({expected(found)}{default})"
    yield from textwrap.wrap(words, 90, initial_indent="# ", subsequent_indent="# ")
    if given and mark and inner_model(found) is None:
        yield f"# {mark} put your own here"


def _scalar(value: Any) -> str:
    """The value as it stands after a colon: on one line, quoted where YAML would need it."""
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple):
        # as entries: in brackets more has to be quoted than after a colon, ::1 for one
        text = yaml.safe_dump(
            list(value), default_flow_style=True, allow_unicode=True, width=float("inf")
        )
        return text.rstrip("\n")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    for style in (None, '"'):
        text = yaml.safe_dump(
            {"k": value}, default_style=style, allow_unicode=True, width=float("inf")
        )
        if len(text.splitlines()) == 1:
            break
    return text.partition(": ")[2].rstrip("\n")
