"""Changes made by several threads at once: one commit, and each thread hears of its own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from hotfolder.errors import FloorError, StoreError
from hotfolder.store.database import Database
from hotfolder.store.journal import Journal, Line
from hotfolder.store.together import Together
from tests.builders import NOON
from tests.waiting import wait_until

SECONDS = 10.0


class Bench:
    """A journal to write to, and threads that write to it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = Database.open(path)
        self.journal = Journal(self.database)
        self.together = Together(self.database)
        self.threads = ThreadPoolExecutor(8)

    def line(self, action: str) -> Callable[[], None]:
        return lambda: self.journal.write([Line(at=NOON, order_id="o", action=action)])

    def failing(self, action: str, error: Exception) -> Callable[[], None]:
        def make() -> None:
            self.line(action)()
            raise error

        return make

    def while_one_writes(self, changes: list[Callable[[], None]]) -> list[Future[None]]:
        """The changes come while another thread writes `first`; all have ended afterwards."""
        begun, go_on = threading.Event(), threading.Event()

        def first() -> None:
            self.line("first")()
            begun.set()
            assert go_on.wait(SECONDS)

        writers = [self.threads.submit(self.together.write, first)]
        assert begun.wait(SECONDS)
        for number, change in enumerate(changes, 1):
            writers.append(self.threads.submit(self.together.write, change))
            wait_until(
                lambda: len(self.together._waiting) == number,  # noqa: B023 (called in this turn)
                SECONDS,
                "a change that waits",
            )
        go_on.set()
        for writer in writers:
            writer.exception(SECONDS)
        return writers[1:]

    def actions(self) -> list[str]:
        """What another connection sees."""
        connection = apsw.Connection(str(self.path))
        try:
            return [row[0] for row in connection.execute("SELECT action FROM journal ORDER BY id")]
        finally:
            connection.close()

    def commits(self) -> int:
        """How many transactions stand in the write-ahead log."""
        log = self.path.with_name(f"{self.path.name}-wal").read_bytes()
        size = 24 + int.from_bytes(log[8:12])
        frames = [log[start : start + 24] for start in range(32, len(log), size)]
        return sum(frame[4:8] != bytes(4) for frame in frames if frame[8:16] == log[16:24])


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "hotfolder.sqlite")
    yield made
    made.threads.shutdown()
    made.database.close()


def test_a_change_is_kept_when_the_call_returns(bench: Bench) -> None:
    bench.together.write(bench.line("one"))
    assert bench.actions() == ["one"]


def test_what_comes_while_another_writes_is_one_commit(bench: Bench) -> None:
    before = bench.commits()

    bench.while_one_writes([bench.line(name) for name in ("a", "b", "c")])

    assert bench.actions() == ["first", "a", "b", "c"]
    assert bench.commits() == before + 2


def test_a_change_that_fails_is_not_kept_and_disturbs_no_other(bench: Bench) -> None:
    failing = bench.failing("b", FloorError("the floor is away"))
    good, bad, last = bench.while_one_writes([bench.line("a"), failing, bench.line("c")])

    assert bench.actions() == ["first", "a", "c"]
    assert (good.exception(), last.exception()) == (None, None)
    assert isinstance(bad.exception(), FloorError)


def test_a_store_that_fails_is_told_to_all_and_keeps_none(bench: Bench) -> None:
    failing = bench.failing("b", StoreError("the disk is full"))
    writers = bench.while_one_writes([bench.line("a"), failing, bench.line("c")])

    assert bench.actions() == ["first"]
    assert [str(writer.exception()) for writer in writers] == ["the disk is full"] * 3


def test_after_a_failure_the_next_change_is_kept(bench: Bench) -> None:
    with pytest.raises(StoreError, match="full"):
        bench.together.write(bench.failing("a", StoreError("the disk is full")))
    bench.together.write(bench.line("b"))
    assert bench.actions() == ["b"]
