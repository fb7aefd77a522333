from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.running_shop import RunningShop
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter


@pytest.fixture
def center() -> Iterator[RunningTestCenter]:
    with RunningTestCenter() as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path, center: RunningTestCenter) -> Iterator[RunningShop]:
    """A shop that is set up; its daemon is not started. A drag speaks at once."""
    made = RunningShop(tmp_path / "shop", center.signal_url, SIGNAL_KEY, undo_seconds=0)
    yield made
    # shown when the test has failed
    print("the daemon", "runs" if made.is_alive else "does not run")  # noqa: T201 (pytest shows it)
    print(made.log_text())  # noqa: T201 (pytest shows it)
    made.close()
