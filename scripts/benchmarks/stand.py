"""The test stand: a real shop with its daemon, and the receiver of its signals, each a process."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import yaml

from hotfolder.domain.finding import Check
from scripts.benchmarks.arrivals import Arrivals
from scripts.benchmarks.backlog import fill_outbox

ORDER_KEY = "bench-order-key"
SIGNAL_KEY = "bench-signal-key"
SIGNAL_PATH = "/cloudsignal/2.0/status/"
START_SECONDS = 30.0
STOP_SECONDS = 45.0
LOG_SHOWN = 2000


class BenchError(Exception):
    """A measurement could not be made; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JobOnFloor:
    """A job and its folder."""

    order: str
    item: str
    stage: str
    folder: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """What a measurement needs. `stages` are the flow's stage folders by key, in order."""

    folder: Path
    pid: int
    orders_url: str
    center_url: str
    started: float
    config: Path
    arrivals: Arrivals
    database: Path
    floor: Path
    stages: dict[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**7)))

    def ask(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the daemon's database, read beside it."""
        with open_database(self.database, apsw.SQLITE_OPEN_READONLY) as connection:
            connection.row_trace = _as_mapping
            return list(connection.execute(sql, values))

    def count(self, sql: str, *values: Any) -> int:
        """The one number that a query gives."""
        return int(next(iter(self.ask(sql, *values)[0].values())))

    def jobs(self, *stages: str) -> list[JobOnFloor]:
        """The jobs whose folders are in these stages now, by the daemon's database."""
        rows = self.ask(
            "SELECT order_id AS 'order', item_id AS item, stage, folder FROM job"
            " WHERE NOT rename_due ORDER BY id"
        )
        return [JobOnFloor(**row) for row in rows if row["stage"] in stages]

    def move(self, job: JobOnFloor, stage: str) -> None:
        """Drag the job's folder to another stage, as an operator does."""
        source = self.floor / self.stages[job.stage] / job.folder
        source.rename(self.floor / self.stages[stage] / job.folder)

    def set_fault(self, fault: dict[str, Any]) -> None:
        """Let the receiver fail this way; an empty fault ends that."""
        request = urllib.request.Request(
            f"{self.center_url}/faults",
            data=json.dumps(fault).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            answer.read()


@contextmanager
def open_database(path: Path, flags: int | None = None) -> Iterator[Any]:
    """A connection by the engine that the program uses."""
    both = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    connection = apsw.Connection(str(path), flags=both if flags is None else flags)
    connection.set_busy_timeout(10_000)
    try:
        yield connection
    finally:
        connection.close()


def _as_mapping(cursor: Any, row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip([name for name, _ in cursor.get_description()], row, strict=True))


def wait_for(test: Callable[[], bool], seconds: float, what: str, pause: float = 0.05) -> None:
    """Returns as soon as the test holds; raises BenchError when it does not in time."""
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise BenchError(f"{what}: not within {seconds:g} s")
        time.sleep(pause)


@contextmanager
def bench_folder(parent: Path) -> Iterator[Path]:
    """A folder on the disk of `parent` that is gone afterwards."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="hotfolder-bench-", dir=parent))
    except OSError as error:
        raise BenchError(f"{parent}: {error.strerror}") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def process(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of our own Python with its words in `log`; stopped at the end."""
    with log.open("wb") as words:
        running = subprocess.Popen(
            [sys.executable, "-u", "-m", *command], stdout=words, stderr=subprocess.STDOUT
        )
        try:
            yield running
        except BenchError as error:
            raise BenchError(f"{error}\n{_last_words(log)}") from None
        finally:
            _stop(running)


def _last_words(log: Path) -> str:
    return f"{log.name} ends with:\n{log.read_text(errors='replace')[-LOG_SHOWN:]}"


def _stop(running: subprocess.Popen[bytes]) -> None:
    running.send_signal(signal.SIGTERM)
    try:
        running.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """What is otherwise than usual.

    `signals`: of that section of the configuration. `backlog`: so many signals wait before the
    daemon starts. `fault`: of the receiver, from then.
    """

    signals: dict[str, Any] = field(default_factory=dict)
    backlog: int = 0
    fault: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeShop:
    """A shop that does not run, and a receiver for it that does."""

    folder: Path
    center_url: str
    arrivals: Arrivals

    @property
    def config(self) -> Path:
        return self.folder / "shop" / "config.yaml"

    @property
    def database(self) -> Path:
        return self.folder / "shop" / "state" / "hotfolder.sqlite"

    @property
    def floor(self) -> Path:
        return self.folder / "shop" / "floor"

    @property
    def stages(self) -> dict[str, str]:
        """Stage folders by key, as the marker files tell; names sort in the flow's order."""
        markers = sorted(self.floor.glob("*/.hotfolder-stage"))
        return {json.loads(marker.read_text())["stage"]: marker.parent.name for marker in markers}


@contextmanager
def made_shop(folder: Path, setup: Setup | None = None, center_url: str = "") -> Iterator[MadeShop]:
    """A shop without a single order, and the receiver of its signals; or one that runs already."""
    setup = setup or Setup()
    folder.mkdir(exist_ok=True)
    account, log = folder / "account.jsonl", folder / "center.log"
    with ExitStack() as stack:
        if center_url:
            account.touch()
        else:
            center = stack.enter_context(process(_center_command(account, setup), log))
            center_url = _told(log, center, "listens on ")
        _make_shop(folder / "shop", center_url + SIGNAL_PATH)
        arrivals = stack.enter_context(Arrivals(account))
        made = MadeShop(folder=folder, center_url=center_url, arrivals=arrivals)
        _set_up(setup, made.config, made.database)
        yield made


@contextmanager
def running(made: MadeShop) -> Iterator[Stand]:
    """The shop with its daemon; stopped at the end, and can be run again."""
    command = ["hotfolder", "run", "--config", str(made.config)]
    log = made.folder / "daemon.log"
    started = time.time()
    with process(command, log) as daemon:
        orders_url = _told(log, daemon, "orders are taken at ")
        yield Stand(
            folder=made.folder,
            pid=daemon.pid,
            orders_url=orders_url,
            center_url=made.center_url,
            started=started,
            config=made.config,
            arrivals=made.arrivals,
            database=made.database,
            floor=made.floor,
            stages=made.stages,
        )


@contextmanager
def stand(folder: Path, setup: Setup | None = None) -> Iterator[Stand]:
    """A shop without a single order, running, and a receiver for it."""
    with made_shop(folder, setup) as made, running(made) as ours:
        yield ours


def _set_up(setup: Setup, config: Path, database: Path) -> None:
    """Without dockets and preflight: these are not measured and take half a second for each job."""
    _change(config, {"signals": setup.signals, "docket": {"page": "none"}})
    levels = {check.value: "off" for check in Check if check is not Check.DOWNLOAD}
    _change(config.parent / "flows" / "default.yaml", {"preflight": {"levels": levels}})
    fill_outbox(database, setup.backlog)


def _change(path: Path, sections: Mapping[str, Mapping[str, Any]]) -> None:
    data = yaml.safe_load(path.read_text())
    for name, values in sections.items():
        data[name] = {**data.get(name, {}), **values}
    path.write_text(yaml.safe_dump(data, allow_unicode=True))


def _center_command(account: Path, setup: Setup) -> list[str]:
    command = ["hotfolder", "test-center", "--port", "0", "--quiet", "--no-strict-orders"]
    command += ["--fault", json.dumps(setup.fault)]
    return [*command, "--signal-key", SIGNAL_KEY, "--account", str(account)]


def _make_shop(shop: Path, signal_url: str) -> None:
    keys = ["--order-key", ORDER_KEY, "--signal-key", SIGNAL_KEY]
    choices = ["--port", "0", "--signal-url", signal_url, "--undo-seconds", "0"]
    command = [sys.executable, "-m", "hotfolder", "init", str(shop), *choices, *keys]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise BenchError(f"the shop could not be made: {made.stderr or made.stdout}")


def _told(log: Path, running: subprocess.Popen[bytes], words: str) -> str:
    """The rest of the line in which a process says these words."""

    def rest() -> str:
        return log.read_text(errors="replace").partition(words)[2]

    def is_told() -> bool:
        if running.poll() is not None:
            raise BenchError(f"{log.stem} has ended with status {running.returncode}")
        return "\n" in rest()

    wait_for(is_told, START_SECONDS, f"start of {log.stem}")
    return rest().splitlines()[0].strip()
