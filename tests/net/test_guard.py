import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from hotfolder.net.guard import LOOK_SECONDS, Guard, Names, NameUnknown, Watch
from tests.net.servers import needs_localhost
from tests.waiting import wait_until


class Connection:
    """What a guard knows of a connection."""

    def __init__(self) -> None:
        self.host = "127.0.0.1"
        self.sock: socket.socket | None
        self.sock, self.other = self.ends = socket.socketpair()
        self.sock.settimeout(10)

    def read(self) -> bytes:
        return self.ends[0].recv(1)


Open = Callable[[Guard], Connection]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Makes connections that a guard knows; they are closed when the test is over."""
    made: list[Connection] = []

    def make(guard: Guard) -> Connection:
        made.append(Connection())
        guard.before_connecting(made[-1])
        return made[-1]

    yield make
    for connection in made:
        for end in connection.ends:
            end.close()


def a_guard(watch: Watch | None = None) -> Guard:
    return Guard(watch or Watch(), Names(), 1.0)


@needs_localhost
def test_a_known_name_is_no_trouble() -> None:
    Names().resolve("localhost", 5)
    Names().resolve("127.0.0.1", 5)
    Names().resolve("::1", 5)


@pytest.mark.parametrize("host", ["signals.invalid", "a" * 64 + ".example"])
def test_what_has_no_address_is_told(host: str) -> None:
    with pytest.raises(NameUnknown, match=host):
        Names().resolve(host, 5)


def test_a_look_up_that_hangs_ends_in_time_and_is_not_begun_twice() -> None:
    begun: list[str] = []
    free = threading.Event()

    def hang(host: str) -> None:
        begun.append(host)
        free.wait(30)

    names = Names(hang)
    for host in ("one", "one", "two", "one"):
        started = time.monotonic()
        with pytest.raises(NameUnknown, match=host):
            names.resolve(host, 0.1)
        assert time.monotonic() - started < 2
    assert begun == ["one", "two"]
    free.set()


def test_who_asks_while_a_look_up_is_under_way_gets_its_answer_and_the_next_asks_again() -> None:
    begun: list[str] = []
    free = threading.Event()

    def answer_late(host: str) -> None:
        begun.append(host)
        free.wait(30)

    names = Names(answer_late)
    done: list[str] = []

    def ask() -> None:
        names.resolve("one", 10)
        done.append("known")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_until(lambda: begun, 10, "the look-up has begun")
    free.set()
    for thread in threads:
        thread.join(10)
    assert done == ["known"] * 3
    before = len(begun)
    names.resolve("one", 10)
    assert len(begun) == before + 1, "an address may change"


def test_a_look_up_that_failed_is_tried_again() -> None:
    answers = iter([OSError("not now"), None])

    def ask(_host: str) -> None:
        error = next(answers)
        if error is not None:
            raise error

    names = Names(ask)
    with pytest.raises(NameUnknown):
        names.resolve("one", 5)
    names.resolve("one", 5)


def test_whoever_reads_beyond_the_limit_is_cut_off(opened: Open) -> None:
    guard = a_guard()
    connection = opened(guard)
    started = time.monotonic()
    with guard.limit(0.2):
        assert connection.read() == b""
    assert time.monotonic() - started < 0.2 + LOOK_SECONDS + 2


def test_within_the_limit_and_without_one_nothing_is_cut(opened: Open) -> None:
    guard = a_guard()
    connection = opened(guard)
    with guard.limit(60):
        guard.cut_if_over()
    guard.cut_if_over()
    connection.other.sendall(b"x")
    assert connection.read() == b"x"


def test_a_limit_that_is_over_with_its_block_cuts_nothing_later(opened: Open) -> None:
    guard = a_guard()
    connection = opened(guard)
    with guard.limit(-1):
        pass
    guard.cut_if_over()
    connection.other.sendall(b"x")
    assert connection.read() == b"x"


def test_connections_that_are_closed_or_not_open_yet_do_no_harm(opened: Open) -> None:
    guard = a_guard()
    closed, unopened, reading = opened(guard), opened(guard), opened(guard)
    closed.ends[0].close()
    unopened.sock = None
    with guard.limit(-1):
        guard.cut_if_over()
        assert reading.read() == b""


def test_one_thread_watches_over_many_guards(opened: Open) -> None:
    watch = Watch()
    before = threading.active_count()
    guards = [a_guard(watch) for _ in range(20)]
    assert threading.active_count() - before == 1
    connections = [opened(guard) for guard in guards]
    with guards[3].limit(0.1), guards[17].limit(0.1):
        assert [connections[3].read(), connections[17].read()] == [b"", b""]
    connections[5].other.sendall(b"x")
    assert connections[5].read() == b"x"


def test_guards_that_come_and_go_while_it_looks_do_not_end_the_watch(opened: Open) -> None:
    watch = Watch()

    def make_many() -> None:
        for _ in range(300):
            with a_guard(watch).limit(-1):
                pass

    threads = [threading.Thread(target=make_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    guard = a_guard(watch)
    connection = opened(guard)
    with guard.limit(0.1):
        assert connection.read() == b""
