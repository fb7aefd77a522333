"""hotfolder jobs: every job, where it is and what it waits for."""

from hotfolder.cli.common import ConfigOption, JsonOption, load, print_json, told
from hotfolder.cli.table import marks, print_table
from hotfolder.services.overview import job_lines
from hotfolder.shopfront import build_shop


def jobs(config: ConfigOption, as_json: JsonOption = False) -> None:
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
                line["waits_for"] or line["reason"],
                line["path"],
            ]
            for line in lines
        ],
        "There are no jobs.",
    )
