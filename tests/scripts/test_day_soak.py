"""scripts/soak --hours as its own process: a quarter of an hour of a shop."""

import json
from pathlib import Path

import pytest

from tests.scripts.running import Script, left_running

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]


def test_a_quarter_of_an_hour_of_a_shop_on_a_fast_clock_loses_nothing_and_stays_flat(
    tmp_path: Path,
) -> None:
    script = Script(
        "day_soak.py",
        *("--hours", 0.25, "--orders", 8, "--faster", 240, "--growth", 30, "--json"),
        temporary=tmp_path,
    )

    code = script.wait()

    assert code == 0, script.text()
    counts = json.loads(script.text()[: script.text().rindex("}") + 1])["counts"]
    assert counts["signals arrived"] == 5 * counts["items"]
    assert counts["signals missing"] == 0
    assert 20 < counts["MiB in the last hour"] < 500
    assert left_running(tmp_path) == []
