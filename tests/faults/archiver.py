"""A process that archives what is due in the shop of a test, as often as it is told to.

Each line it reads is what one run of a daemon shall be: `MOMENT STEP`, where the run kills itself
before that step, or `-`. The fork saves a start of Python for each.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.faults.bed import a_shop
from tests.services.archiving import an_archive, archive_all
from tests.steps import with_sides


def shop_in(folder: Path, moment: datetime) -> Shop:
    """The shop in this folder, as a process sees it that starts now."""
    shop = a_shop(folder, ManualClock(moment), {})
    shop.floor.floor_id = "floor-of-the-tests"
    return with_sides(shop)


def killed_before(step: str) -> Callable[[str], None]:
    """Ends the process as `kill -9` does, before that step or in the middle of it (`copy+`)."""
    now = ""

    def tell(told: str) -> None:
        nonlocal now
        name = told or f"{now}+"
        now = told or now
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return tell


def run(folder: Path, moment: datetime, step: str) -> None:
    """One run; returns when it was not killed."""
    shop = shop_in(folder, moment)
    archive_all(shop, an_archive(folder / "archive"), killed_before(step))
    shop.store.close()


def main(folder: Path) -> None:
    """Answers each line with the exit status of its run, negative for a signal."""
    say("ready")
    for line in sys.stdin:
        moment, _, step = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            run(folder, datetime.fromisoformat(moment), step)
            os._exit(0)
        say(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))


def say(line: str) -> None:
    """For the test that started this process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
