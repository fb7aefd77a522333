"""scripts/try as its own process: the real daemon, real HTTP, real folders."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.running import ROOT, Script, left_running
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]


def test_a_run_shows_every_way_of_the_operator_and_ends_fine(tmp_path: Path) -> None:
    script = Script("try_shop.py", "--orders", 4, "--speed", 2, temporary=tmp_path)

    code = script.wait()

    told = script.text()
    assert code == 0, told
    for words in (
        "10-new → 20-print",
        "2-1  ItemPacked withdrawn",
        "10-new → 40-packed",
        "copied to 30-produced",
        "deleted from 20-print",
        "3-3  hotfolder ship --tracking SAMPLE000000030003",
        "4-1  waits for tracking",
        "the receiver is down for 4 s",
        "answer 503",
        "4-1  ItemShipped  (SAMPLE000000040001)",
        "signals expected      30",
        "signals arrived       30",
        "withdrawn in time      2",
        "FINE: every signal arrived once and in order",
    ):
        assert words in told
    assert [path.name for path in tmp_path.iterdir()] == ["output.txt"]
    assert left_running(tmp_path) == []


def test_a_signal_that_came_twice_fails_the_run_and_is_named(tmp_path: Path) -> None:
    fault = '{"accept_then_close": true, "times": 1}'
    script = Script(
        "try_shop.py", "--orders", 1, "--speed", 10, "--fault", fault, temporary=tmp_path
    )

    code = script.wait()

    assert code == 1, script.text()
    assert "FAILED: order 000000010000 item 000000010001: Item" in script.text()
    assert "came again as #" in script.text()
    assert "doubled                1" in script.text()


def test_a_signal_that_never_arrived_fails_the_run_and_is_named(tmp_path: Path) -> None:
    fault = '{"status": 400, "type": "ItemPacked"}'
    script = Script(
        "try_shop.py", "--orders", 1, "--speed", 10, "--fault", fault, temporary=tmp_path
    )

    code = script.wait()

    assert code == 1, script.text()
    assert "FAILED: order 000000010000 item 000000010001: ItemPacked is missing" in script.text()
    assert "missing                1" in script.text()
    assert left_running(tmp_path) == []


def test_ctrl_c_in_the_middle_ends_everything_and_clears_the_folder(tmp_path: Path) -> None:
    script = Script("try_shop.py", "--orders", 2, temporary=tmp_path)
    script.wait_for("10-new → 20-print")
    running = len(left_running(tmp_path))

    code = script.interrupt()

    assert code == 130, script.text()
    assert running >= 2
    assert left_running(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["output.txt"]
    assert "Traceback" not in script.text()


def test_nothing_outlives_a_run_that_was_killed(tmp_path: Path) -> None:
    script = Script("try_shop.py", "--orders", 1, temporary=tmp_path)
    script.wait_for("new in 10-new")
    running = len(left_running(tmp_path))

    script.process.kill()

    script.wait()
    assert running >= 2
    wait_until(lambda: left_running(tmp_path) == [], 30, "the end of all it started")


def test_keep_lets_a_visitor_drag_folders_and_watch_until_ctrl_c(tmp_path: Path) -> None:
    shop = tmp_path / "my shop"
    script = Script(
        "try_shop.py", "--orders", 1, "--speed", 10, "--keep", "--folder", shop, temporary=tmp_path
    )
    script.wait_for("3-1  new in 10-new")
    new = shop / "shop" / "floor" / "10-new"
    job = next(path for path in new.iterdir() if "000000030001" in path.name)

    job.rename(new.with_name("20-print") / job.name)

    script.wait_for("3-1  10-new → 20-print")
    script.wait_for("3-1  ItemProduce")
    assert script.interrupt() == 0, script.text()
    assert left_running(tmp_path) == []
    assert (new.with_name("20-print") / job.name).is_dir()


def test_a_fault_that_nobody_knows_is_told_and_leaves_nothing_running(tmp_path: Path) -> None:
    script = Script(
        "try_shop.py", "--orders", 1, "--speed", 10, "--fault", '{"no": 1}', temporary=tmp_path
    )

    code = script.wait()

    assert code == 1
    assert "FAILED: the test center refuses this: " in script.text()
    assert left_running(tmp_path) == []


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter.txt").write_text("mine")
    script = Script("try_shop.py", "--folder", tmp_path / "precious", temporary=tmp_path)

    code = script.wait()

    assert code == 2
    assert "is there already and not empty" in script.text()
    assert [path.name for path in (tmp_path / "precious").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name", ["try", "soak"])
def test_the_script_sets_itself_up_and_passes_its_arguments_on(name: str) -> None:
    if not (Path(sys.prefix) / ".hotfolder-setup").exists():
        pytest.skip("not in an environment that scripts/setup made: run the tests by scripts/test")

    done = subprocess.run(
        [ROOT / "scripts" / name, "--help"],
        cwd="/",
        env=os.environ | {"HOTFOLDER_VENV": sys.prefix},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert f"usage: scripts/{name}" in done.stdout
