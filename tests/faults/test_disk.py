"""Faults of the disk and of the database file: locked, full, and unable to sync."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from hotfolder.errors import StoreError
from hotfolder.files.ballast import Ballast
from hotfolder.loops import Loop
from hotfolder.services.mind_room import mind_room
from hotfolder.services.recover import free_stuck
from hotfolder.services.send_signals import send_next
from tests.faults.bed import ALL, Bed, made_bed
from tests.faults.senders import Interrupted
from tests.processes import ROOT, line_of, other_process, tell
from tests.steps import look_up
from tests.volumes import small_disk
from tests.waiting import wait_until

KIB = 1024
HOLD = """
import sys, apsw
connection = apsw.Connection(sys.argv[1])
connection.execute("begin exclusive")
print("held", flush=True)
sys.stdin.readline()
connection.execute("rollback")
print("released", flush=True)
sys.stdin.readline()
"""
PROMISE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hotfolder.errors import StoreError
from hotfolder.store.store import Store
from tests.faults.bed import ALL, promises_of
store = Store.open(Path(sys.argv[1]))
for number in range(30):
    try:
        with store.transaction():
            store.outbox.add(promises_of("1", str(number), ALL[:1], datetime.now(UTC)))
    except StoreError:
        print("refused", number, flush=True)
    else:
        print("promised", number, flush=True)
"""

# 17


def test_a_database_that_another_program_holds_loses_nothing_and_work_goes_on_after_it(
    tmp_path: Path, logged: list[str]
) -> None:
    with made_bed(tmp_path, logged, busy_seconds=0.2) as bed:
        bed.promise_many(3)
        loop = Loop("sender", lambda: 0.0 if send_next(bed.shop, bed.gate) else 0.05)
        with other_process(HOLD, bed.oracle.database) as other:
            assert line_of(other) == "held"
            loop.start()
            for number in range(3):
                with pytest.raises(StoreError, match="locked"):
                    bed.promise("refused", str(number))
            wait_until(lambda: any("had to start again" in line for line in logged), 10, "an error")
            assert bed.oracle.accepted() == []
            tell(other, "let go")
            assert line_of(other) == "released"
            bed.promise("9", "91", ALL)
            wait_until(bed.oracle.everything_arrived, 10, "everything, without anybody's help")
            loop.ask_to_stop()
            assert loop.join(10)
        assert bed.states() == {"sent": 8}
        bed.check()


def test_an_outcome_that_can_not_be_written_is_sent_again_when_its_lease_is_over(
    tmp_path: Path, logged: list[str]
) -> None:
    with made_bed(tmp_path, logged, busy_seconds=0.2) as bed:
        bed.promise("1", "11", ALL)
        other = apsw.Connection(str(bed.oracle.database))

        def hold() -> None:
            other.execute("begin immediate")

        bed.use(sender=Interrupted(bed.sender, after=hold))
        with pytest.raises(StoreError, match="locked"):
            send_next(bed.shop, bed.gate)
        other.close()
        assert bed.states() == {"sending": 1, "waiting": 4}

        bed.send()
        assert len(bed.oracle.accepted()) == 1, "nothing of the item goes before it is known"
        bed.clock.turn(61)
        assert free_stuck(bed.shop) == 1
        bed.send()
        assert bed.states() == {"sent": 5}
        bed.check(doubles=1)


# 18


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few MiB."""
    with small_disk(tmp_path / "small", 6) as place:
        yield place


@pytest.fixture
def small_bed(disk: Path, logged: list[str]) -> Iterator[Bed]:
    """Its state lies on the small disk: 512 KiB of ballast, no sending below a MiB."""
    with made_bed(disk, logged, account_folder=disk.parent) as bed:
        path = bed.shop.ballast.path
        ballast = Ballast(path, size=512 * KIB, least_free=1024 * KIB)
        bed.shop = replace(bed.shop, ballast=ballast)
        assert mind_room(bed.shop)
        yield bed


def fill(folder: Path) -> Path:
    """The file that took the last byte."""
    path = folder / "others"
    with path.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4 * KIB)
    return path


def test_a_full_disk_refuses_promises_loudly_and_nothing_is_sent_until_there_is_room(
    small_bed: Bed,
) -> None:
    bed = small_bed
    bed.promise("1", "11", ALL)
    others = fill(bed.folder)

    refused = 0
    for number in range(200):
        try:
            bed.promise("2", f"2{number:03}", ALL)
        except StoreError:
            refused += 1
    bed.send()
    assert refused > 100
    assert bed.sender.tries == []
    assert not mind_room(bed.shop)
    assert any("the disk of the state folder is almost full" in line for line in bed.logged)

    others.unlink()
    assert mind_room(bed.shop)
    bed.send()
    assert bed.oracle.everything_arrived()
    bed.check()


def test_a_disk_that_fills_during_a_post_still_takes_its_outcome(small_bed: Bed) -> None:
    bed = small_bed
    bed.promise_many(30, items=2)
    bed.use(sender=Interrupted(bed.sender, before=lambda: fill(bed.folder)))
    bed.send()

    assert len(bed.sender.tries) == 1
    assert bed.states() == {"sent": 2, "waiting": 58}
    assert not bed.shop.ballast.path.exists()
    bed.check()

    (bed.folder / "others").unlink()
    assert mind_room(bed.shop)
    assert bed.shop.ballast.path.exists()
    bed.send()
    assert bed.states() == {"sent": 60}
    bed.check()


# 19, by the kernel's own error; tests/faults/test_power.py has the disk that forgets


def test_a_promise_whose_sync_fails_is_refused_and_the_file_stays_whole(tmp_path: Path) -> None:
    database = tmp_path / "hotfolder.sqlite"
    errors = "fsync,fdatasync:error=EIO:when=20..24"
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={errors}"]
    if shutil.which("strace") is None:
        pytest.skip("no strace on this machine: apt-get install strace")
    if subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("strace may not trace here: allow it, in a container with SYS_PTRACE")
    done = subprocess.run(
        [*command, sys.executable, "-c", PROMISE, database],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    lines = done.stdout.splitlines()
    promised = [line.split()[1] for line in lines if line.startswith("promised")]
    refused = [line.split()[1] for line in lines if line.startswith("refused")]
    assert len(promised) + len(refused) == 30, done.stderr
    assert len(refused) >= 2
    assert int(promised[-1]) == 29, "it goes on when the disk does"
    kept = {row[0] for row in look_up(database, "SELECT item_id FROM outbox")}
    assert kept == set(promised)
    assert look_up(database, "pragma integrity_check") == [("ok",)]
