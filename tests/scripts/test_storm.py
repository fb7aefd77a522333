"""scripts/storm as its own process: honest work goes on while others drip, crowd and shout."""

import json
from pathlib import Path

import pytest

from tests.scripts.running import Script, left_running

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]


def test_orders_are_taken_and_moves_told_while_rough_callers_are_turned_away(
    tmp_path: Path,
) -> None:
    script = Script("storm.py", "--seconds", 3, "--crowd", 500, "--json", temporary=tmp_path)
    code = script.wait()

    assert code == 0, script.text()
    told = json.loads(script.text()[: script.text().rindex("}") + 1])
    counts = told["counts"]
    assert told["fine"] is True
    assert counts["during: orders taken"] == counts["during: moves told"] >= 1
    assert counts["called: silent connections"] >= 100
    assert counts["refused: connections_of_one"] > 0
    assert counts["refused: malformed"] > 0
    assert counts["refused: large_body"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["output.txt"]
    assert left_running(tmp_path) == []
