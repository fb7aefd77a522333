from collections.abc import Iterator

import pytest

from tests.test_center_server import RunningTestCenter


@pytest.fixture
def center() -> Iterator[RunningTestCenter]:
    """A strict test center that knows order 123456780000 with two items."""
    with RunningTestCenter() as running:
        running.state.account.expect("123456780000", ["123456780001", "123456780002"])
        yield running
