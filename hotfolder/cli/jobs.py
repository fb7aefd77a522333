"""hotfolder jobs: every job, where it is and what it waits for."""

from pathlib import Path

import click

from hotfolder.cli.common import config_option, json_option, load, print_json, told
from hotfolder.cli.table import marks, print_table
from hotfolder.services.overview import job_lines
from hotfolder.shopfront import build_shop


@click.command
@config_option
@json_option
def jobs(config: Path, as_json: bool) -> None:
    """List the jobs."""
    loaded = load(config)
    with told():
        lines = job_lines(build_shop(loaded))
    if as_json:
        print_json(lines)
        return
    print_table(
        ["Order", "Item", "Marks", "State", "Stage", "Since", "Waits for", "Folder"],
        [
            [
                line["order"],
                line["item"],
                marks(line),
                line["state"],
                line["stage"],
                line["since"],
                line["waits_for"] or line["not_configured"] or line["reason"],
                line["path"],
            ]
            for line in lines
        ],
        "There are no jobs.",
    )
