"""Another process that sends what a bed promised."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.bed import Bed
from tests.processes import ROOT
from tests.steps import look_up

SECONDS = 30.0


@contextmanager
def sending(bed: Bed, url: str, *mortal: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that sends what this bed promised."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sending", bed.folder, url, *mortal], cwd=ROOT
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(SECONDS)


def is_stopped(process: subprocess.Popen[bytes]) -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def arrived(bed: Bed) -> bool:
    rows = look_up(bed.oracle.database, "SELECT DISTINCT state FROM outbox")
    return bed.oracle.everything_arrived() and rows == [("sent",)]
