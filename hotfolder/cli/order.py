"""hotfolder order: the whole story of one order."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import config_option, json_option, load, print_json, say, told
from hotfolder.cli.shelf import print_shelf
from hotfolder.cli.table import marks, print_table
from hotfolder.domain.job import JobState
from hotfolder.services.order_story import order_story
from hotfolder.shopfront import build_shop

Story = Mapping[str, Any]
FACTS = ("received", "interface", "mode", "version", "date", "ship_by", "priority")
SHIPPING = ("shipping_method", "consignor")


@click.command
@click.argument("order_id", metavar="ORDER")
@config_option
@click.option("--address", is_flag=True, help="Show addresses and the client's own words as well.")
@json_option
def order(order_id: str, config: Path, address: bool, as_json: bool) -> None:
    """Tell everything known of an order; names and addresses only when asked for."""
    loaded = load(config)
    with told():
        story = order_story(build_shop(loaded), order_id, personal=address)
    if as_json:
        print_json(story)
        return
    _print_head(story)
    if address:
        _print_personal(story["record"])
    _print_items(story)
    _print_jobs(story)
    _print_signals(story)
    _print_past(story)


def _print_head(story: Story) -> None:
    say(f"Order {story['order']}   {marks(story)}".rstrip())
    for name in (*FACTS, *SHIPPING):
        if story[name]:
            say(f"  {name.replace('_', ' ')}: {story[name]}")
    for warning in story["warnings"]:
        say(f"  warning: {warning}")


def _print_personal(record: Mapping[str, Any]) -> None:
    for address in record["addresses"]:
        _heading(f"Address ({address['type']})")
        for name, text in address.items():
            if text and name != "type":
                say(f"  {name.replace('_', ' ')}: {text}")
    for item in record["items"]:
        if item["reorder"] and item["reorder"]["desc"]:
            say(f"  complaint about item {item['id']}: {item['reorder']['desc']}")


def _print_items(story: Story) -> None:
    for item in story["items"]:
        _heading(f"Item {item['item']}: {item['count']} x {item['product']}")
        details = {"title": item["title"], "pages": item["pages"], "made with": item["options"]}
        for name, value in details.items():
            if value:
                text = ", ".join(value) if isinstance(value, list) else value
                say(f"  {name}: {text}")
        if item["reorder"]:
            say(f"  reorder: {_reorder_words(item['reorder'])}")
        print_table(
            ["  File", "Type", "Bytes", "MD5", "From", "Fetched"],
            [
                [
                    f"  {file['name']}",
                    file["type"],
                    file["size"],
                    file["md5"],
                    file["server"],
                    "yes" if file["fetched"] else "NO",
                ]
                for file in item["files"]
            ],
            "  no files",
        )
        for finding in item["findings"]:
            say(f"  found ({finding['level']}): {finding['words']}")


def _reorder_words(reorder: Mapping[str, Any]) -> str:
    whose = f"item {reorder['original_item']} of order {reorder['original_order']}"
    job = reorder["original_job"]
    if job is None:
        made = f"made again: {whose}, which was NOT made here"
    else:
        is_on_floor = job["state"] == JobState.FLOOR
        stands = f"in stage {job['stage']}" if is_on_floor else job["state"]
        made = f"made again: {whose}, now {stands} since {job['since']}"
    return f"{reorder['cause_words'] or 'no cause given'}; {made}"


def _print_jobs(story: Story) -> None:
    _heading("Jobs")
    print_table(
        ["  Item", "Run", "State", "Stage", "Since", "Waits for", "Folder"],
        [
            [
                f"  {job['item']}",
                job["run"],
                job["state"],
                job["stage"],
                job["since"],
                job["waits_for"] or job["not_configured"] or job["reason"],
                job["path"],
            ]
            for job in story["jobs"]
        ],
        "  no jobs",
    )
    if len(story["shelf"]) > 1:
        _heading("Shelf")
        print_shelf(story["shelf"])
    if story["moves"]:
        _heading("Moves")
        print_table(
            ["  At", "Item", "From", "To", "Kind"],
            [
                [f"  {move['at']}", move["item"], move["from"], move["to"], move["kind"]]
                for move in story["moves"]
            ],
            "",
        )


def _print_signals(story: Story) -> None:
    _heading("Signals")
    print_table(
        ["  Signal", "Item", "State", "Happened", "Tried", "Tries", "Last answer"],
        [
            [
                f"  {signal['type']}" + (" (inferred)" if signal["inferred"] else ""),
                signal["item"],
                signal["state"],
                signal["at"],
                signal["last_try"],
                signal["attempts"],
                signal["last_answer"],
            ]
            for signal in story["signals"]
        ],
        "  no signals",
    )
    if story["archived"]:
        say(f"  Older ones: hotfolder signals --archive --order {story['order']}")


def _print_past(story: Story) -> None:
    _heading("Documents")
    print_table(
        ["  Number", "Received", "Verdict", "Reason"],
        [
            [f"  {one['number']}", one["received"], one["verdict"], one["reason"]]
            for one in story["documents"]
        ],
        "  none is kept",
    )
    _heading("Journal")
    for line in story["journal"]:
        item = f"item {line['item']}: " if line["item"] else ""
        say(f"  {line['at']}  {item}{line['words']}")


def _heading(words: str) -> None:
    say("")
    say(words)
