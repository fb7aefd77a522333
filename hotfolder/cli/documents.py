"""hotfolder documents, hotfolder document: what was refused or changed, and what it looked like."""

import os
import sys
from pathlib import Path

import click

from hotfolder.cli.common import (
    FILE,
    NUMBER,
    config_option,
    fail,
    json_option,
    load,
    print_json,
    told,
    warn,
)
from hotfolder.cli.table import marks, print_table
from hotfolder.services.kept_documents import document_lines, kept_document
from hotfolder.shopfront import build_shop


@click.command
@config_option
@json_option
def documents(config: Path, as_json: bool) -> None:
    """List refused and changed order documents, newest first."""
    loaded = load(config)
    with told():
        lines = document_lines(build_shop(loaded))
    if as_json:
        print_json(lines)
        return
    print_table(
        ["Number", "Received", "Order", "Interface", "Marks", "Verdict", "Reason"],
        [
            [
                line["number"],
                line["received"],
                line["order"],
                line["interface"],
                marks(line),
                line["verdict"],
                line["reason"],
            ]
            for line in lines
        ],
        "No document was refused or came changed.",
    )


@click.command
@click.argument("number", type=NUMBER)
@config_option
@click.option("--output", type=FILE, help="File to write it to, not standard output.")
def document(number: int, config: Path, output: Path | None) -> None:
    """Give the document with this NUMBER in `documents`, byte for byte as it came.

    It holds an address and, mostly, an API key.
    """
    loaded = load(config)
    with told():
        found = kept_document(build_shop(loaded), number)
    if found.missing:
        warn(f"hotfolder: {found.missing}")
    if output is None:
        sys.stdout.buffer.write(found.body)
        sys.stdout.buffer.flush()
        return
    try:
        _write(output, found.body)
    except OSError as error:
        fail(f"{output} can not be written: {error.strerror}")


def _write(path: Path, body: bytes) -> None:
    """For the user alone: the document is personal and may hold a key."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 (it is open already)
        file.write(body)
