"""hotfolder shelf: orders of several items, which are packed and which are missing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import config_option, json_option, load, print_json, say, told
from hotfolder.services.shelf import shelves
from hotfolder.shopfront import build_shop


@click.command
@config_option
@json_option
def shelf(config: Path, as_json: bool) -> None:
    """Show orders of several items of which some are packed and not all have shipped."""
    loaded = load(config)
    with told():
        found = shelves(build_shop(loaded))
    if as_json:
        print_json(found)
        return
    for one in found:
        say(f"Order {one['order']}: {'COMPLETE' if one['complete'] else 'items are missing'}")
        print_shelf(one["items"])
    if not found:
        say("No order of several items is partly packed.")


def print_shelf(items: Iterable[Mapping[str, Any]]) -> None:
    """A line for each item of an order."""
    for item in items:
        mark = "MISSING" if item["missing"] else "packed " if item["packed"] else "       "
        waits = f", waits for {item['waits_for']}" if item["waits_for"] else ""
        say(f"  {mark} {item['item']} in {item['where']}{waits}")
