"""scripts/storm: rough callers at the door for orders, and how honest work fares meanwhile."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import long_run
import requests
from honest_work import HonestWork, Tally
from long_run import Report, a_parser, run
from programs import Program, Programs, Trouble
from shop import Pace, Shop

CALLERS = Path(__file__).with_name("rough_callers.py")
PACE = Pace(undo=0, settle=1, look=0.5)
# only honest senders come from this address; the rough ones are strangers, each with its limits
OPTIONS = {"shared_networks": "[127.0.0.1/32]"}
SETTLE_SECONDS = 3.0
MB = 1_000_000
KIB = 1024
REFUSED = "hotfolder_refused_calls_total"
MOST_ANSWER_SECONDS = 5.0
MOST_TOLD_SECONDS = 15.0
MOST_MEMORY_MB = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Options(long_run.Options):
    """What was asked for on the command line."""

    seconds: float
    crowd: int


def read_options() -> Options:
    """The command line; ends the program with 2 when it is wrong."""
    parser = a_parser(
        "",
        "Lets rough callers at the door for orders of a real daemon: headers that drip, a crowd of "
        "silent connections, oversized documents, malformed requests. Meanwhile orders must be "
        "taken and moves be told.",
    )
    parser.prog = "scripts/storm"
    parser.add_argument("--seconds", type=float, default=20.0, help="how long (default 20)")
    parser.add_argument("--crowd", type=int, default=10_000, help="silent connections at once")
    given = parser.parse_args()
    if not 1 <= given.seconds <= 86_400 or not 1 <= given.crowd <= 15_000:
        parser.error("--seconds goes from 1 to 86400, --crowd from 1 to 15000")
    return Options(**vars(given))


def main() -> int:
    """The exit code, as `run` says."""
    options = read_options()
    report = Report()
    began = time.monotonic()

    def work(folder: Path, programs: Programs) -> None:
        shop = Shop(folder, programs)
        shop.open(PACE, options=OPTIONS)
        storm(shop, options, report)
        report.seconds = time.monotonic() - began

    return run(options, report, "every order was taken and every move was told", work)


def storm(shop: Shop, options: Options, report: Report) -> None:
    """Honest work alone, then with rough callers; the numbers of both and what is wrong."""
    work = HonestWork(shop)
    before = work.work(options.seconds / 2)
    report.counts |= before.numbers("before")
    report.counts["before: memory MB"] = _memory(shop.daemon)
    peak = Peak(shop.daemon)
    with Callers(shop.order_url, options.crowd, shop.folder / "callers.log") as callers:
        peak.start()
        time.sleep(SETTLE_SECONDS)
        during = work.work(options.seconds)
        callers.check()
    report.counts |= during.numbers("during")
    report.counts["during: memory MB, most"] = peak.stop()
    report.counts |= {f"called: {what}": count for what, count in callers.done().items()}
    report.counts |= {f"refused: {why}": count for why, count in _refused(shop).items()}
    report.problems += before.problems + during.problems + _judge(during, peak.most)


def _judge(during: Tally, memory: float) -> list[str]:
    found = []
    if during.answered and max(during.answered) > MOST_ANSWER_SECONDS:
        found.append(f"an order was answered after {max(during.answered):.1f} s only")
    if during.told and max(during.told) > MOST_TOLD_SECONDS:
        found.append(f"a move was told after {max(during.told):.1f} s only")
    if not during.told:
        found.append("no move was told during the storm")
    if memory > MOST_MEMORY_MB:
        found.append(f"the daemon took {memory:.0f} MB")
    return found


def _refused(shop: Shop) -> dict[str, int]:
    """What the daemon says that it turned away."""
    with requests.Session() as session:
        session.trust_env = False
        text = session.get(f"{shop.house_url}/metrics", timeout=30).text
    found = {}
    for line in text.splitlines():
        name, _, number = line.rpartition(" ")
        if name.startswith(REFUSED) and float(number):
            found[name.split('"')[1]] = int(float(number))
    return found


def _memory(program: Program) -> float:
    """MB of a million bytes that the process has in memory now."""
    status = Path(f"/proc/{program.pid}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) * KIB / MB, 1)


class Peak(threading.Thread):
    """The most memory that a program takes while this runs."""

    def __init__(self, program: Program) -> None:
        super().__init__(daemon=True)
        self.most = 0.0
        self._program = program
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.2):
            self.most = max(self.most, _memory(self._program))

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self.most


class Callers:
    """The rough callers while the `with` block lasts."""

    def __init__(self, url: str, crowd: int, log: Path) -> None:
        parts = urlsplit(url)
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, str(CALLERS), str(parts.hostname), str(parts.port), str(crowd)],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_words: object) -> None:
        self._process.kill()
        self._process.wait()

    def check(self) -> None:
        """Raises Trouble when they have ended by themselves."""
        if self._process.poll() is not None:
            raise Trouble(f"the rough callers have ended:\n{self._log.read_text()[-1000:]}")

    def done(self) -> dict[str, int]:
        """How often they called, by kind."""
        lines = [line for line in self._log.read_text().splitlines() if line.startswith("{")]
        return dict(json.loads(lines[-1])) if lines else {}


if __name__ == "__main__":
    sys.exit(main())
