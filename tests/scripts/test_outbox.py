"""scripts/soak --outbox as its own process: thirty kills, and a run that must fail."""

import json
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from tests.scripts.running import LIMIT_SECONDS, Script, left_running
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]


def test_thirty_kills_at_random_moments_lose_no_signal(tmp_path: Path) -> None:
    script = Script("outbox_sweep.py", "--kills", 30, "--json", temporary=tmp_path)

    code = script.wait()

    assert code == 0, script.text()
    told = json.loads(script.text()[: script.text().rindex("}") + 1])
    counts = told["counts"]
    assert counts["kill -9"] == 30
    assert counts["signals promised"] > 100
    assert counts["missing"] == counts["out of order"] == counts["doubled without excuse"] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["output.txt"]
    assert left_running(tmp_path) == []


def take_one_away(database: Path) -> bool:
    """True when a signal that was promised and not sent is in the store no more."""
    with closing(apsw.Connection(str(database))) as connection:
        connection.set_busy_timeout(5000)
        connection.execute(
            "DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox"
            " WHERE state = 'waiting' AND type = 'ItemPacked')"
        )
        return connection.changes() == 1


def test_a_signal_that_the_store_loses_fails_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    script = Script("outbox_sweep.py", "--kills", 10, "--folder", folder, temporary=tmp_path)
    database, promised = folder / "shop" / "hotfolder.sqlite", folder / "promised.jsonl"
    wait_until(
        lambda: promised.exists() and promised.stat().st_size > 1000, LIMIT_SECONDS, "promises"
    )
    wait_until(lambda: take_one_away(database), LIMIT_SECONDS, "a signal to take away")

    code = script.wait()

    assert code == 1, script.text()
    assert "ItemPacked" in script.text()
    assert "never arrived" in script.text()


def test_a_signal_that_comes_again_without_a_kill_fails_the_run(tmp_path: Path) -> None:
    """The receiver takes a signal and cuts the connection; the sender lives and sends again."""
    fault = '{"accept_then_close": true, "times": 8}'
    script = Script("outbox_sweep.py", "--kills", 2, "--fault", fault, temporary=tmp_path)

    code = script.wait()

    assert code == 1, script.text()
    assert "no kill excuses it" in script.text()
