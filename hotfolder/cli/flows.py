"""hotfolder flows: whether the flow files are right, how they look, and which takes what."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit as Ended

from hotfolder.cli.common import (
    FILE,
    Exit,
    config_option,
    fail,
    json_option,
    load,
    print_json,
    say,
    tell_problems,
    told,
)
from hotfolder.cli.table import print_table
from hotfolder.config.check import flows_of
from hotfolder.config.paths import read_config
from hotfolder.domain.flow import Flow
from hotfolder.domain.takes import taken_by
from hotfolder.errors import ConfigError, Problem
from hotfolder.files.atomic import write_text
from hotfolder.files.floor import stages_of
from hotfolder.formats.flow_lanes import lanes_of
from hotfolder.formats.flow_mermaid import mermaid_text
from hotfolder.formats.flow_svg import svg_text
from hotfolder.services.explain_flow import Explanation, explain_document, explain_order
from hotfolder.shopfront import build_floor, build_shop


@click.group
def flows() -> None:
    """Check the flow files, draw them, and explain which flow takes an item."""


@flows.command
@config_option
@json_option
def check(config: Path, as_json: bool) -> None:
    """Say what is wrong in the flow files, each with its place; nothing else is looked at."""
    found, problems = _found(config.absolute())
    if as_json:
        flows_data = [_data(flow) for flow in found]
        print_json({"flows": flows_data, "problems": [asdict(problem) for problem in problems]})
    elif problems:
        tell_problems(problems)
    else:
        _print(found)
    if problems:
        raise Ended(Exit.CONFIGURATION)


def _found(config: Path) -> tuple[Sequence[Flow], Sequence[Problem]]:
    """The flows, or everything that is wrong with them."""
    try:
        document = read_config(config)
        found = flows_of(document, config.parent)
    except ConfigError as error:
        return (), error.problems
    if not found:
        return (), [document.problem(("flows", "path"), "is no name of a folder")]
    return found, ()


def _print(found: Sequence[Flow]) -> None:
    print_table(
        ["Asked", "Flow", "Takes", "Stages"],
        [
            [number, flow.name, taken_by(flow), " > ".join(stage.key for stage in flow.stages)]
            for number, flow in enumerate(found, 1)
        ],
        "",
    )
    say(f"{len(found)} flow(s) are fine")


def _data(flow: Flow) -> dict[str, Any]:
    return {
        "name": flow.name,
        "takes": taken_by(flow),
        "sort_by": flow.sort_by.value,
        "stages": [
            {
                "key": stage.key,
                "folder": stage.folder,
                "signal": stage.signal.value if stage.signal else None,
                "undo_seconds": stage.undo_seconds,
                "skipped": stage.skipped.value,
            }
            for stage in flow.stages
        ],
    }


@flows.command
@click.argument("name", metavar="[FLOW]", required=False)
@config_option
@click.option("--svg", type=FILE, metavar="FILE", help="Write an SVG picture into this file.")
@click.option(
    "--mermaid", is_flag=True, help="Print Mermaid text; what happens without --svg, too."
)
def draw(name: str | None, config: Path, svg: Path | None, mermaid: bool) -> None:
    """Draw all flows, or the one named FLOW, with the stages beside them."""
    loaded = load(config, on_disk=True)
    drawn = [flow for flow in loaded.flows if name in (None, flow.name)]
    if not drawn:
        known = ", ".join(flow.name for flow in loaded.flows)
        fail(f"there is no flow {name!r}; known: {known}", Exit.CONFIGURATION)
    in_flows = stages_of(loaded.flows)
    sides = [side for key, side in build_floor(loaded).stages.items() if key not in in_flows]
    lanes = lanes_of(loaded.flows, drawn, sides)
    if svg is not None:
        with told():
            write_text(svg, svg_text(lanes))
    if mermaid or svg is None:
        click.echo(mermaid_text(lanes), nl=False)


@flows.command
@click.argument("order_id", metavar="ORDER", required=False)
@click.argument("item_id", metavar="[ITEM]", required=False)
@config_option
@click.option("--file", type=FILE, help="Explain this order document instead of a known ORDER.")
@json_option
def explain(
    order_id: str | None, item_id: str | None, config: Path, file: Path | None, as_json: bool
) -> None:
    """Tell which flow each item of an ORDER goes through, and why no earlier one took it."""
    if (order_id is None) == (file is None):
        fail("give either an ORDER or --file FILE", Exit.CONFIGURATION)
    shop_loaded = load(config, on_disk=True)
    with told():
        shop = build_shop(shop_loaded)
        if file is not None:
            found = explain_document(shop, _body(file))
        else:
            found = explain_order(shop, order_id or "", item_id or "")
    if as_json:
        print_json(_explanation(found))
    else:
        _print_explanation(found)


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"{file} can not be read: {error.strerror}")


def _explanation(found: Explanation) -> dict[str, Any]:
    return {
        "order": found.order,
        "interface": found.interface or None,
        "mode": found.mode.value,
        "items": [
            {
                "item": one.item,
                "product": one.product,
                "flow": one.choice.flow.name,
                "goes_through": one.goes_through or None,
                "asked": [
                    {"flow": asked.flow, "takes": asked.takes, "why": asked.why}
                    for asked in one.choice.asked
                ],
            }
            for one in found.items
        ],
    }


def _print_explanation(found: Explanation) -> None:
    if not found.interface:
        say("Its key is of no interface here: it is looked at as a live order through none.")
    for one in found.items:
        say(f"Item {one.item} ({one.product}): flow {one.choice.flow.name}")
        for asked in one.choice.asked:
            say(f"  {asked.flow}: {'yes' if asked.takes else 'no'}, {asked.why}")
        if one.goes_through not in ("", one.choice.flow.name):
            say(f"  its job goes through {one.goes_through}: the files were changed since")
