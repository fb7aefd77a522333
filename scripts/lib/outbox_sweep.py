"""scripts/soak --outbox: the outbox alone, ended by kill -9 at random moments, round after round.

A process promises signals and sends them with the store, sender and outbox of the daemon. It is
forked with all modules loaded, so that 500 rounds take minutes and not hours.
"""

import os
import signal
import sys
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import apsw
import long_run
from killing import ON_THE_WIRE
from long_run import Report, a_parser, add_dice, run
from outbox_worker import KEY, Work, run_worker
from programs import Programs, Trouble
from rich.console import Console
from rich.progress import track
from sweep_center import start_center

from hotfolder.store.store import Store
from hotfolder.test_center.account import read_account
from hotfolder.test_center.records import Accepted
from hotfolder.test_center.verdict import out_of_order

MOST = 100_000
LONGEST_LIFE = 0.4
CALM_SECONDS = 120.0
SILENCE_SECONDS = 0.2
LOOK_SECONDS = 0.01
LOOK_EVERY = 25
BUSY_MILLISECONDS = 10_000
READ_AND_WRITE = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
# it takes a moment for each signal, so that kills meet them
SLOW = {"delay_seconds": 0.004}
Name = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Options(long_run.Options):
    """What the command line says."""

    kills: int
    seed: int
    fault: Mapping[str, Any]


class Sweep:
    """`round` as often as wanted, then `judge`. Both raise Trouble when they can not go on."""

    def __init__(self, folder: Path, programs: Programs, options: Options, report: Report) -> None:
        self._dice = Random(options.seed)
        self._report = report
        self._begun = time.monotonic()
        center = start_center(programs, folder, options.fault)
        self._account, url = center.account, center.signal_url
        self._work = Work(folder=folder / "shop", promised=folder / "promised.jsonl", url=url)
        self._ends: list[float] = []
        Store.open(self._work.database).close()

    def round(self) -> None:
        """One life of the process, ended by kill -9 at a random moment of it."""
        worker = run_worker(self._work, promising=True)
        time.sleep(self._dice.uniform(0, LONGEST_LIFE))
        os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        self._wait_for_silence()
        self._ends.append(time.time())
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            raise Trouble("the process ended by itself before it could be killed")
        if len(self._ends) % LOOK_EVERY == 0:
            self._look()

    def judge(self) -> None:
        """The verdict, into the report, once a process that nobody kills has sent what was left."""
        worker = run_worker(self._work, promising=False)
        try:
            self._wait_for_calm()
        finally:
            os.kill(worker, signal.SIGTERM)
            os.waitpid(worker, 0)
        self._look()
        accepted, promised = read_account(self._account), self._work.promises()
        arrived = {(one.order, one.item, one.type) for one in accepted}
        doubles, unexcused = _doubles(accepted, self._ends)
        missing = _in_words((one for one in promised if one not in arrived), "never arrived")
        disorder = out_of_order(accepted)
        self._report.problems += missing + disorder + unexcused + _key_in(self._work.folder)
        self._report.seconds = round(time.monotonic() - self._begun, 1)
        self._report.counts = {
            "kill -9": len(self._ends),
            "signals promised": len(promised),
            "signals accepted": len(accepted),
            "missing": len(missing),
            "out of order": len(disorder),
            "doubled, on the wire at a kill": doubles,
            "doubled without excuse": len(unexcused),
        }

    def _look(self) -> None:
        """Nothing promised is gone, nothing is marked as sent that never arrived, all is whole."""
        promised, rows = self._work.promises(), _rows(self._work.database)
        arrived = {(one.order, one.item, one.type) for one in read_account(self._account)}
        waiting = {name for name, state in rows if state in ("waiting", "sending")}
        gone = (one for one in promised if one not in arrived and one not in waiting)
        untrue = (one for one, state in rows if state == "sent" and one not in arrived)
        self._report.problems += _in_words(gone, f"is gone after {len(self._ends)} kills")
        self._report.problems += _in_words(untrue, "is marked as sent and never arrived")
        self._report.problems += _damage(self._work.database)

    def _wait_for_silence(self) -> None:
        """What the killed process had put on the wire has reached the account, if it ever will."""
        size, since = -1, time.monotonic()
        while time.monotonic() - since < SILENCE_SECONDS:
            now = self._account.stat().st_size if self._account.exists() else 0
            if now != size:
                size, since = now, time.monotonic()
            time.sleep(LOOK_SECONDS)

    def _wait_for_calm(self) -> None:
        end = time.monotonic() + CALM_SECONDS
        while any(state != "sent" for _, state in _rows(self._work.database)):
            if time.monotonic() > end:
                raise Trouble("signals still wait, although nothing fails any more")
            time.sleep(LOOK_SECONDS)


def _doubles(accepted: Iterable[Accepted], ends: Sequence[float]) -> tuple[int, list[str]]:
    """How many signals came again, and those that no kill excuses.

    `ends`: when nothing more of each killed life could arrive. A kill cuts the requests on the
    wire just then; their signals come again from a later life, and only these.
    """
    latest: dict[Name, Accepted] = {}
    cut: dict[int, set[tuple[bool, int]]] = defaultdict(set)
    doubles, found = 0, []
    for one in accepted:
        name = (one.order, one.item, one.type)
        before, latest[name] = latest.get(name), one
        if before is None:
            continue
        doubles += 1
        life = bisect_left(ends, before.at)
        cut[life].add((True, before.bundle) if before.bundle else (False, before.seq))
        is_cut = life < bisect_left(ends, one.at) and len(cut[life]) <= ON_THE_WIRE
        if not is_cut:
            found.append(f"{one.type} of {one.item} came again, and no kill excuses it")
    return doubles, found


def _in_words(names: Iterable[Name], words: str) -> list[str]:
    return [f"{kind} of {item} {words}" for _, item, kind in names]


def _rows(database: Path) -> list[tuple[Name, str]]:
    statement = "SELECT order_id, item_id, type, state FROM outbox"
    found = _asked(database, statement, apsw.SQLITE_OPEN_READONLY)
    return [((order, item, kind), state) for order, item, kind, state in found]


def _damage(database: Path) -> list[str]:
    words = [row[0] for row in _asked(database, "PRAGMA integrity_check", READ_AND_WRITE)]
    return [] if words == ["ok"] else [f"the database is damaged: {words[0]}"]


def _asked(database: Path, statement: str, flags: int) -> list[Any]:
    """What the database answers; who opens it after a kill holds it for a moment."""
    with closing(apsw.Connection(str(database), flags)) as connection:
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        return list(connection.execute(statement))


def _key_in(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [f"the key stands in {path.name}" for path in files if KEY.encode() in path.read_bytes()]


def _read_options() -> Options:
    parser = a_parser("--outbox", __doc__)
    add_dice(parser, kills=500, fault=SLOW)
    options = parser.parse_args()
    if not 1 <= options.kills <= MOST:
        parser.error(f"--kills goes from 1 to {MOST}")
    return Options(**vars(options))


def main() -> int:
    """The exit code, as `run` says."""
    options = _read_options()
    report = Report(seed=options.seed)

    def work(folder: Path, programs: Programs) -> None:
        console = Console(stderr=True)
        sweep = Sweep(folder, programs, options, report)
        rounds = range(options.kills)
        for _ in track(rounds, "killing", console=console, disable=not console.is_terminal):
            sweep.round()
        sweep.judge()

    return run(options, report, "nothing promised was lost", work)


if __name__ == "__main__":
    sys.exit(main())
