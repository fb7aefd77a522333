from pathlib import Path

import pytest

from hotfolder.services.send_signals import Gate
from hotfolder.services.shop import Shop
from tests.fakes import FolderFetcher, ManualClock
from tests.services.device_bench import Bench, a_device, with_devices
from tests.steps import EXAMPLES, gate_of


@pytest.fixture
def gate(shop: Shop) -> Gate:
    """The way to the usual destination, of which nothing is known yet."""
    return gate_of(shop)


@pytest.fixture
def press(tmp_path: Path) -> Path:
    """A folder for a device, which nothing has been made in yet."""
    return tmp_path / "press"


@pytest.fixture
def bench(shop: Shop, clock: ManualClock, press: Path) -> Bench:
    """A shop with one device, like the ready profile hot-folder, at its stage print."""
    return Bench(with_devices(shop, a_device(press)), clock)


@pytest.fixture
def served() -> FolderFetcher:
    """The server of the files, whose names a test may spoil or send away."""
    return FolderFetcher(EXAMPLES / "files")
