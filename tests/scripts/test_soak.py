"""scripts/soak as its own process: short runs, and runs that must fail."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.running import LIMIT_SECONDS, Script, left_running
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]


def report(script: Script) -> Any:
    return json.loads(script.text()[: script.text().rindex("}") + 1])


def take_away(stage: Path, target: Path) -> bool:
    """True when a job folder was taken off the floor before the operator moved it on."""
    for job in stage.glob("TEST*"):
        with suppress(FileNotFoundError):
            job.rename(target)
            return True
    return False


def test_a_short_run_with_two_kills_loses_no_signal_and_no_job(tmp_path: Path) -> None:
    script = Script(
        "soak_shop.py", "--orders", 8, "--kills", 2, "--seed", 3, "--json", temporary=tmp_path
    )

    code = script.wait()

    assert code == 0, script.text()
    told = report(script)
    assert told["fine"] is True
    assert told["counts"]["kill -9"] == 2
    assert told["counts"]["signals expected"] == 5 * told["counts"]["items"] >= 40
    assert told["counts"]["missing"] == told["counts"]["out of order"] == 0
    assert told["counts"]["doubled without excuse"] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["output.txt"]
    assert left_running(tmp_path) == []


def test_doubles_that_no_kill_excuses_fail_the_run(tmp_path: Path) -> None:
    fault = '{"accept_then_close": true, "times": 2}'
    script = Script(
        "soak_shop.py", "--orders", 1, "--kills", 0, "--fault", fault, temporary=tmp_path
    )

    code = script.wait()

    assert code == 1, script.text()
    assert "came twice, and no kill excuses it" in script.text()


def test_a_job_folder_that_is_gone_fails_the_run(tmp_path: Path) -> None:
    script = Script(
        "soak_shop.py", "--orders", 2, "--kills", 0, "--folder", tmp_path / "s", temporary=tmp_path
    )
    stage = tmp_path / "s" / "shop" / "floor" / "20-print"
    wait_until(lambda: take_away(stage, tmp_path / "taken"), LIMIT_SECONDS, "a folder")

    code = script.wait()

    assert code == 1, script.text()
    assert "is not where it was left" in script.text()
    assert left_running(tmp_path) == []


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    script = Script("soak_shop.py", "--folder", tmp_path / "s", temporary=tmp_path)
    new = tmp_path / "s" / "shop" / "floor" / "10-new"
    wait_until(lambda: any(new.glob("TEST*")), LIMIT_SECONDS, "a job")

    code = script.interrupt()

    assert code == 130, script.text()
    assert left_running(tmp_path) == []
    assert "Traceback" not in script.text()
