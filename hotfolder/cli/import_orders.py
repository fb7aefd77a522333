"""hotfolder import: order documents from disk, by the same door as those that are posted."""

import sys
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit as Ended

from hotfolder.cli.common import Exit, config_option, json_option, load, print_json, say, told
from hotfolder.errors import OrderChanged, OrderKeyUnknown, OrderRefused, Problem
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.shopfront import MIB, build_shop

STDIN = "-"
WORDS = {"taken": "order {} taken", "repeated": "order {} is known already; nothing is new"}


@click.command
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@config_option
@json_option
def import_orders(files: tuple[str, ...], config: Path, as_json: bool) -> None:
    """Take order documents from files, JSON or XML, each with the key of its interface.

    A FILE named - is standard input.
    """
    loaded = load(config, needs_keys=True)
    limit = loaded.config.intake.body_limit_mib * MIB
    results = []
    with told():
        shop = build_shop(loaded)
        for name in files:
            result = {"file": name, **_import(shop, name, limit)}
            results.append(result)
            if not as_json:
                say(f"{name}: {_line(result)}")
    if as_json:
        print_json(results)
    if any(result["outcome"] not in WORDS for result in results):
        raise Ended(Exit.FAILED)


def _import(shop: Shop, name: str, limit: int) -> dict[str, Any]:
    """What came of a document: taken, repeated, changed, refused, unknown key or unreadable."""
    try:
        body = _read(name, limit + 1)
    except OSError as error:
        return _result("unreadable", error.strerror or str(error))
    if len(body) > limit:
        return _result(
            "refused", f"the document is larger than {limit} bytes (intake.body_limit_mib)"
        )
    try:
        taken = take_order(shop, body, None)
    except OrderRefused as error:
        return _result("refused", "the document is not valid", error.problems)
    except OrderKeyUnknown as error:
        return _result("unknown key", str(error))
    except OrderChanged as error:
        return _result("changed", str(error))
    return _result("repeated" if taken.repeated else "taken", order=taken.order_id)


def _read(name: str, most_bytes: int) -> bytes:
    if name == STDIN:
        return sys.stdin.buffer.read(most_bytes)
    with Path(name).open("rb") as file:
        return file.read(most_bytes)


def _result(
    outcome: str, reason: str = "", problems: tuple[Problem, ...] = (), order: str | None = None
) -> dict[str, Any]:
    told_problems = [{"where": p.where, "what": p.what, "hint": p.hint} for p in problems]
    return {"outcome": outcome, "order": order, "reason": reason, "problems": told_problems}


def _line(result: dict[str, Any]) -> str:
    if result["outcome"] in WORDS:
        return WORDS[result["outcome"]].format(result["order"])
    problems = "; ".join(str(Problem(**problem)) for problem in result["problems"])
    return f"{result['outcome'].upper()}: {problems or result['reason']}"
