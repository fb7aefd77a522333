import pytest

from hotfolder.services.send_signals import Gate
from hotfolder.services.shop import Shop
from tests.steps import gate_of


@pytest.fixture
def gate(shop: Shop) -> Gate:
    """The way to the usual destination, of which nothing is known yet."""
    return gate_of(shop)
