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
    import subprocess, os  # DEBUG
    open('/tmp/w/e2e_debug.txt','a').write(str(made.folder)+"\n"+made.log_text()[-3000:]+"\n"+str(made.rows("select id,type,state,attempts,due,last_try,last_answer,alone from outbox"))+"\n"+str(made.rows("select id,stage,waits_for,tracking,moves,state from job"))+"\n"+str(made.rows("select * from note"))+str(made.rows("select * from destination"))+"\n")
    made.close()
