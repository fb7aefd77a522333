"""Threads and processes that use one store at once, are killed in it, or fill its disk."""

from pathlib import Path

from hotfolder.store.store import Store
from tests.processes import line_of, other_process, tell
from tests.steps import look_up
from tests.threads import at_once

COUNT_UP = """
import sys
from dataclasses import replace
from pathlib import Path
from hotfolder.store.store import Store
store = Store.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    with store.transaction():
        health = store.destinations.get("counted")
        store.destinations.keep("counted", replace(health, failures=health.failures + 1))
print("done", flush=True)
"""
OPEN = """
import sys
from pathlib import Path
from hotfolder.store.store import Store
print("ready", flush=True)
sys.stdin.readline()
store = Store.open(Path(sys.argv[1]))
print(len(store.jobs.all()), "jobs", flush=True)
"""
WRITE_ON = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hotfolder.store.journal import Line
from hotfolder.store.store import Store
store = Store.open(Path(sys.argv[1]))
number = 0
while True:
    with store.transaction():
        for half in ("first", "second"):
            action = f"{number} {half}"
            store.journal.write([Line(at=datetime.now(UTC), order_id="o", action=action)])
    print(number, flush=True)
    number += 1
"""
FILL_THE_DISK = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from hotfolder.errors import StoreError
from hotfolder.store.journal import Line
from hotfolder.store.store import Store
store = Store.open(Path(sys.argv[1]))
line = Line(at=datetime.now(UTC), order_id="o", action="x" * 1000)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
kept = 0
try:
    while True:
        with store.transaction():
            store.journal.write([line, line])
        kept += 2
except StoreError as error:
    print(error, flush=True)
print(len(store.journal.of_order("o")) == kept > 0, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
with store.transaction():
    store.journal.write([line, line])
print(len(store.journal.of_order("o")) == kept + 2, flush=True)
"""


def count_up(store: Store, times: int) -> None:
    for _ in range(times):
        with store.transaction():
            health = store.destinations.get("counted")
            failures = health.failures + 1
            store.destinations.keep("counted", type(health)(failures=failures))


def test_threads_that_read_and_write_at_once_lose_nothing(store: Store) -> None:
    at_once([lambda: count_up(store, 50)] * 4)
    assert store.destinations.get("counted").failures == 200


def test_processes_that_read_and_write_at_once_lose_nothing(path: Path, store: Store) -> None:
    arguments = (COUNT_UP, path, 100)
    with other_process(*arguments) as one, other_process(*arguments) as two:
        for process in (one, two):
            assert line_of(process) == "ready"
        for process in (one, two):
            tell(process, "go")
        count_up(store, 50)
        assert [line_of(one), line_of(two)] == ["done", "done"]
    assert store.destinations.get("counted").failures == 250


def test_processes_that_open_a_new_store_at_once_all_get_it(path: Path) -> None:
    with (
        other_process(OPEN, path) as one,
        other_process(OPEN, path) as two,
        other_process(OPEN, path) as three,
    ):
        processes = (one, two, three)
        assert [line_of(process) for process in processes] == ["ready"] * 3
        for process in processes:
            tell(process, "go")
        assert [line_of(process) for process in processes] == ["0 jobs"] * 3


def test_what_a_killed_process_had_written_is_there_and_its_half_is_not(path: Path) -> None:
    Store.open(path).close()
    for _ in range(3):
        with other_process(WRITE_ON, path) as writer:
            seen = [line_of(writer) for _ in range(30)]
        assert seen == [str(number) for number in range(30)]
        assert look_up(path, "pragma integrity_check") == [("ok",)]
        halves = look_up(path, "select action from journal order by id")
        written = {action for (action,) in halves}
        assert {f"{number} {half}" for number in seen for half in ("first", "second")} <= written
        assert len(halves) % 2 == 0, "a transaction was kept by half"
        look_up(path, "delete from journal")


def test_a_full_disk_refuses_loudly_keeps_what_was_kept_and_can_go_on_later(path: Path) -> None:
    with other_process(FILL_THE_DISK, path) as writer:
        assert line_of(writer).startswith(f"{path}: ")
        assert line_of(writer) == "True", "kept and told are the same"
        assert line_of(writer) == "True", "it goes on once there is room"
    assert look_up(path, "pragma integrity_check") == [("ok",)]
