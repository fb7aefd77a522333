"""scripts/soak --floor as its own process: a few seconds without a finding, and one with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.running import ROOT, Script, left_running

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]

SOAK = [sys.executable, str(ROOT / "scripts" / "lib" / "floor_soak.py")]
# the program as it would be if it left files of its own in the stages
BROKEN = """
from pathlib import Path
from hotfolder.watch.rounds import Rounds

step = Rounds.step

def untidy(self):
    for stage in self._shop.floor.stages:
        (self._shop.floor.stage_path(stage) / "left behind").touch()
    return step(self)

Rounds.step = untidy
"""
BROKEN_ONCE = BROKEN.replace(
    "    return step(self)", "    Rounds.step = step\n    return step(self)"
)


def test_some_seconds_of_operators_and_accidents_find_nothing_and_are_counted(
    tmp_path: Path,
) -> None:
    script = Script("floor_soak.py", "--minutes", 0.05, "--seed", 1, "--json", temporary=tmp_path)

    code = script.wait()

    assert code == 0, script.text()
    told = json.loads(script.text())
    kinds = {name: n for name, n in told["counts"].items() if name not in ("shops", "steps")}
    assert told["counts"]["shops"] >= 3
    assert told["counts"]["steps"] == sum(kinds.values()) > 10
    assert (told["fine"], told["seed"]) == (True, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["output.txt"]
    assert left_running(tmp_path) == []


def test_a_finding_ends_the_run_with_the_steps_to_it_and_a_seed_that_finds_it_again(
    tmp_path: Path,
) -> None:
    code, text = _run(tmp_path, BROKEN, 1)

    told = json.loads(text)
    assert (code, told["fine"]) == (1, False)
    (problem,) = told["problems"]
    assert "the program changed files on the floor" in problem
    assert "state.open_shop(" in problem
    assert _run(tmp_path, BROKEN, told["seed"])[0] == 1


def test_what_is_found_once_and_not_again_is_told_too(tmp_path: Path) -> None:
    code, text = _run(tmp_path, BROKEN_ONCE, 1)

    (problem,) = json.loads(text)["problems"]
    assert code == 1
    assert "found once" in problem
    assert "the program changed files on the floor" in problem
    assert "What happened:\na shop:" in problem


def _run(folder: Path, broken: str, seed: int) -> tuple[int, str]:
    """Exit code and output of a program that is broken so."""
    (folder / "sitecustomize.py").write_text(broken)
    done = subprocess.run(
        [*SOAK, "--json", "--minutes", "1", "--seed", str(seed)],
        env=os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
