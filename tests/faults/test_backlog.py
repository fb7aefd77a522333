"""A daemon that starts with a long backlog while its receiver allows few requests a second."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.benchmarks.idle import memory
from scripts.benchmarks.stand import Setup, Stand, stand
from tests.processes import ROOT

BACKLOG = 10_000
MIB = 1024 * 1024
ALLOWED = 20

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.chdir(ROOT)
    signals = {"most_per_second": ALLOWED, "bundle_limit": 1}
    with stand(tmp_path / "stand", Setup(signals=signals, backlog=BACKLOG)) as ready:
        yield ready


# 23


def test_a_long_backlog_keeps_to_the_cap_and_needs_little_memory(shop: Stand) -> None:
    found = shop.arrivals.wait(3 * ALLOWED, 60)

    times = sorted(one.at for one in found)
    in_a_second = max(sum(at <= other < at + 1 for other in times) for at in times)
    assert len(times) >= 3 * ALLOWED
    assert in_a_second <= 1.3 * ALLOWED, "more than the receiver allows"
    assert memory(shop.pid) < 100 * MIB
    # the oldest have the nearest deadline; each of four senders holds up to fifty of them
    assert max(one.order for one in found) < "000001000000"
    waiting = shop.count("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')")
    assert waiting >= BACKLOG - len(found) - 4
