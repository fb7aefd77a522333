"""hotfolder signals: every signal and what became of it."""

from hotfolder.app import build_shop
from hotfolder.cli.common import ConfigOption, JsonOption, load, print_json, told
from hotfolder.cli.table import marks, print_table
from hotfolder.services.overview import signal_lines


def signals(config: ConfigOption, as_json: JsonOption = False) -> None:
    """List the signals."""
    loaded = load(config)
    with told():
        lines = signal_lines(build_shop(loaded))
    if as_json:
        print_json(lines)
        return
    print_table(
        ["Id", "Order", "Item", "Marks", "Signal", "State", "Due", "Tries", "Last answer"],
        [
            [
                line["id"],
                line["order"],
                line["item"],
                marks(line),
                line["type"] + (" (inferred)" if line["inferred"] else ""),
                line["state"],
                line["due"],
                line["attempts"],
                line["last_answer"],
            ]
            for line in lines
        ],
        "There are no signals.",
    )
