"""scripts/bench in a small run of its own processes: real daemon, real receiver, real folders.

Nothing here depends on how fast the machine is.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.benchmarks.report import LIMITS
from tests.scripts.running import left_running
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 180.0

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]


def command(folder: Path, *options: str) -> list[str]:
    start = [sys.executable, "-m", "scripts.benchmarks.run"]
    return [*start, "--quick", "--folder", str(folder), *options]


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, *options),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def lines_of(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {line["line"]: line for line in json.loads(done.stdout)["lines"]}


# one of each kind that holds, one of each that does not: alone, and as a share of the floor
LIMITS_GIVEN = {"idle-cpu": 1e9, "drain": 0, "idle-memory": 1, "orders": 1e9}
WITH_FLOOR = {
    "move-p50",
    "move-p99",
    "burst",
    "orders",
    "drain",
    "drain-bundled",
    "floor-elsewhere",
}
VERDICTS = {"idle-cpu": "ok", "drain": "ok", "idle-memory": "over", "orders": "over"}


def test_a_run_measures_every_line_judges_them_and_leaves_nothing_behind(tmp_path: Path) -> None:
    limits = [word for name in LIMITS_GIVEN for word in ("--limit", f"{name}={LIMITS_GIVEN[name]}")]
    done = run(tmp_path, "--json", "--backlog", "--floor", *limits)

    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    lines = lines_of(done)
    assert set(lines) == set(LIMITS)
    assert {name: line["verdict"] for name, line in lines.items()} == {
        name: VERDICTS.get(name, "not judged") for name in LIMITS
    }
    idle = {"idle-cpu", "floor-idle-cpu"}
    assert all(line["measured"] > 0 for name, line in lines.items() if name not in idle)
    floors = {name: line["floor"] for name, line in lines.items() if line["floor"] is not None}
    assert set(floors) == WITH_FLOOR
    assert all(floor > 0 for floor in floors.values())
    assert all(lines[name]["ratio"] == lines[name]["measured"] / floors[name] for name in floors)
    assert list(tmp_path.iterdir()) == []
    assert left_running(tmp_path) == []


def test_a_run_whose_lines_hold_ends_with_0(tmp_path: Path) -> None:
    limits = ("--limit", "idle-memory=1e9", "--limit", "idle-cpu=1e9")
    done = run(tmp_path, "--only", "idle", *limits)

    assert done.returncode == 0, done.stderr
    head, memory, processor = done.stdout.splitlines()
    assert head.split() == ["line", "what", "measured", "floor", "ratio", "limit"]
    assert (memory.split()[0], memory.split()[-1]) == ("idle-memory", "ok")
    assert (processor.split()[0], processor.split()[-1]) == ("idle-cpu", "ok")


@pytest.mark.parametrize("wrong", ["moves=3", "burst=soon", "burst"])
def test_a_limit_that_means_nothing_is_refused(tmp_path: Path, wrong: str) -> None:
    done = run(tmp_path, "--limit", wrong)

    assert done.returncode == 2
    assert "--limit" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_can_not_be_measured_is_told_in_words(tmp_path: Path) -> None:
    done = run(tmp_path / "not there")

    assert done.returncode == 3
    assert done.stderr == f"bench: {tmp_path}/not there: No such file or directory\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_stopped_takes_everything_away(tmp_path: Path, number: int) -> None:
    running = subprocess.Popen(command(tmp_path), cwd=ROOT, stderr=subprocess.PIPE)
    wait_until(lambda: bool(list(tmp_path.glob("*/shop/floor/*/TEST_*"))), 60, "a job's folder")

    running.send_signal(number)
    _, told = running.communicate(timeout=LIMIT_SECONDS)

    assert running.returncode == 3
    assert told == b"bench: stopped\n"
    assert list(tmp_path.iterdir()) == []
    assert left_running(tmp_path) == []
