"""The flow files that a daemon keeps for commands."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.files.flows_in_use import IN_USE, flows_in_use, keep_flows_in_use
from hotfolder.files.lock import STATE_LOCK, Lock

TEXTS = {"flows/a.yaml": "name: å\n", "flows/default.yaml": "name: b\n"}


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Path]:
    """A state folder whose daemon is this process."""
    lock = Lock.take(tmp_path / STATE_LOCK, json.dumps({"pid": os.getpid()}))
    assert lock is not None
    yield tmp_path
    lock.release()


def test_what_a_running_daemon_keeps_comes_back_in_its_order(held: Path) -> None:
    keep_flows_in_use(held, TEXTS)
    found = flows_in_use(held)
    assert found is not None
    assert list(found.items()) == list(TEXTS.items())


def test_without_a_running_daemon_there_is_nothing(tmp_path: Path) -> None:
    keep_flows_in_use(tmp_path, TEXTS)
    assert flows_in_use(tmp_path) is None


@pytest.mark.parametrize("kept", ["", "[]", "{", "{}", '{"pid": 0, "flows": {}}', '{"flows": 1}'])
def test_what_is_damaged_or_of_another_daemon_is_nothing(held: Path, kept: str) -> None:
    (held / IN_USE).write_text(kept)
    assert flows_in_use(held) is None


def test_what_can_not_be_kept_leaves_nothing_old_behind(held: Path) -> None:
    keep_flows_in_use(held, {"flows/default.yaml": "old"})
    (held / f".{IN_USE}.new").mkdir()  # so that nothing can be written beside it
    keep_flows_in_use(held, TEXTS)
    assert flows_in_use(held) is None
