"""A process that closes the day of the shop of a test and writes its lists, as often as it is told.

Each line it reads is what one run of a daemon shall be: `MOMENT STEP`, where the run kills itself
before that step (`say+2`: at its second time), or `-`. The fork saves a start of Python for each.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hotfolder.domain.day_list import DaySheet
from hotfolder.domain.docket import Docket
from hotfolder.services.close_day import close_by_time
from hotfolder.services.day_lists import ListPlace, write_lists
from hotfolder.services.shop import SIGNALS, Shop
from tests.fakes import ManualClock, RecordingSender
from tests.faults.archiver import say
from tests.faults.bed import a_shop
from tests.services.days import day_shop


def shop_in(folder: Path, moment: datetime) -> Shop:
    """The shop in this folder, as a process sees it that starts now."""
    shop = day_shop(a_shop(folder, ManualClock(moment), {SIGNALS: RecordingSender()}))
    shop.floor.floor_id = "floor-of-the-tests"
    return shop


def drawn(sheet: DaySheet) -> Docket:
    pdf = f"%PDF {sheet.day.day} {len(sheet.day.lines)}".encode()
    return Docket(pdf=pdf, missing_glyphs=(), cut=(), left_out=())


def killed_before(wanted: str) -> Callable[[str], None]:
    """Ends the process as `kill -9` does, before that step."""
    times: dict[str, int] = {}

    def step(name: str) -> None:
        times[name] = times.get(name, 0) + 1
        if wanted in (name, f"{name}+{times[name]}"):
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def run(folder: Path, moment: datetime, wanted: str) -> None:
    """One run; returns when it was not killed."""
    shop, step = shop_in(folder, moment), killed_before(wanted)
    place = ListPlace(folder=folder / "days", shop="shop", draw=drawn)
    close_by_time(shop, step)
    write_lists(shop, place, step)
    shop.store.close()


def main(folder: Path) -> None:
    """Answers each line with the exit status of its run, negative for a signal."""
    say("ready")
    for line in sys.stdin:
        moment, _, wanted = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            run(folder, datetime.fromisoformat(moment), wanted)
            os._exit(0)
        say(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
