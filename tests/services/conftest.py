import pytest

from hotfolder.services.send_signals import Gate
from hotfolder.services.shop import Shop
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, gate_of


@pytest.fixture
def gate(shop: Shop) -> Gate:
    """The way to the usual destination, of which nothing is known yet."""
    return gate_of(shop)


@pytest.fixture
def served() -> FolderFetcher:
    """The server of the files, whose names a test may spoil or send away."""
    return FolderFetcher(EXAMPLES / "files")
