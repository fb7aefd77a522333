"""A shop made of real parts: a real floor, a real database, a sender that records."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from loguru import logger

from hotfolder.domain.job import Mode
from hotfolder.files.ballast import Ballast
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.services.shop import SIGNALS, Destination, Interface, Rules, Shop
from hotfolder.store.store import Store
from tests.builders import a_flow, hold_stage, no_preflight
from tests.databases import open_database
from tests.fakes import FolderFetcher, ManualClock, RecordingSender
from tests.steps import EXAMPLES, LIVE_KEY, SIGNAL_KEY, TEST_KEY

# How long an example takes is the machine's business: no test is timed.
settings.register_profile("shop", deadline=None, max_examples=50)
settings.load_profile("shop")


@pytest.fixture(autouse=True, scope="session")
def _file_leases_do_no_harm() -> None:
    """The daemon ignores this request of the kernel as well; unheard it would end the process."""
    signal.signal(signal.SIGIO, signal.SIG_IGN)


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """The log, one text a line, fields and stack traces included."""
    lines: list[str] = []
    logger.remove()
    sink = logger.add(
        lambda line: lines.append(str(line)),
        level=0,
        format="{level} {message} {extra}\n{exception}",
        diagnose=False,
    )
    yield lines
    logger.remove(sink)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sent() -> RecordingSender:
    return RecordingSender()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(open_database(tmp_path / "state" / "hotfolder.sqlite", busy_seconds=1.0))
    yield opened
    opened.close()


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    made = Floor(tmp_path / "floor", [a_flow()], "floor-of-the-tests", [hold_stage()])
    made.prepare()
    return made


@pytest.fixture
def shop(
    tmp_path: Path, store: Store, floor: Floor, clock: ManualClock, sent: RecordingSender
) -> Shop:
    spool = Spool(tmp_path / "floor" / ".hotfolder" / "spool")
    spool.prepare()
    return Shop(
        store=store,
        floor=floor,
        spool=spool,
        ballast=Ballast(tmp_path / "state" / "ballast", size=4096, least_free=0),
        flows=[a_flow(preflight=no_preflight())],
        interfaces=[
            Interface(name="live", key=LIVE_KEY, mode=Mode.LIVE),
            Interface(name="test", key=TEST_KEY, mode=Mode.TEST),
        ],
        clock=clock,
        destinations={SIGNALS: Destination(name=SIGNALS, sender=sent)},
        fetcher=FolderFetcher(EXAMPLES / "files"),
        rules=Rules(tracking_quiet_seconds=0.0),
        signal_keys=[SIGNAL_KEY],
    )
