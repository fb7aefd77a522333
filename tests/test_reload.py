"""Keys that change in the configuration or in a key file are used at once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.app import App, build
from hotfolder.config.check import Loaded, load_shop
from hotfolder.domain.retry import Reach
from hotfolder.errors import OrderKeyUnknown
from hotfolder.reload import EVERY_SECONDS, ConfigWatch
from hotfolder.services.send_signals import send_next
from hotfolder.services.shop import SIGNALS
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.steps import FILE_SERVER, LIVE_KEY
from tests.test_app import set_up
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter

WRONG = "6" * 32


@pytest.fixture(scope="module")
def center() -> Iterator[RunningTestCenter]:
    with RunningTestCenter() as running:
        yield running


class Watched:
    """An app that looks for changes of its configuration when it is told to."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.app: App = build(loaded)
        self._watch = ConfigWatch(self.app, loaded, {})

    def look(self) -> None:
        """Look until what was changed is settled and judged."""
        for _ in range(3):
            if self._watch.step() == EVERY_SECONDS:
                return
        raise AssertionError("it never settles")

    def change_flow(self, text: str, name: str = "default") -> None:
        """A flow file with this text, and a look at it."""
        write(self.loaded.flows_path / f"{name}.yaml", text)
        self.look()

    def change(self, *changes: tuple[str, str], path: Path | None = None) -> None:
        """Other words in the configuration, or in another file, and a look at it."""
        path = path or self.loaded.config_path
        text = path.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        write(path, text)
        self.look()

    def reach(self) -> Reach:
        return self.app.gates[0].health.reach

    def send(self) -> str:
        """What became of the first signal."""
        gate = self.app.gates[0]
        while send_next(self.app.shop, gate):
            pass
        return str(self.app.shop.store.signals.find({})[0]["state"])


def write(path: Path, text: str) -> None:
    """A file that is certainly newer than it was."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(before + 10**9, before + 10**9))


def order(number: int, key: str = LIVE_KEY) -> bytes:
    return make_order(number, base_url=FILE_SERVER, apikey=key, kind="poster").body


@pytest.fixture
def watched(tmp_path: Path, center: RunningTestCenter) -> Iterator[Watched]:
    """A shop whose signal key is wrong, and an order in it."""
    center.state.account.expect("000000010000", ["000000010001"])
    loaded = set_up(tmp_path, center.signal_url)
    path = loaded.config_path
    path.write_text(path.read_text().replace(SIGNAL_KEY, WRONG))
    made = Watched(load_shop(path, {}))
    take_order(made.app.shop, order(1), "application/json")
    yield made
    made.app.server.stop()


def test_a_changed_signal_key_goes_on_at_once(watched: Watched, logged: list[str]) -> None:
    assert watched.send() == "waiting"
    assert watched.reach() is Reach.PAUSED
    bell = watched.app.shop.nudge.signals.listen()

    watched.change((WRONG, SIGNAL_KEY))
    assert bell.is_set()
    assert watched.reach() is Reach.OPEN
    assert watched.send() == "sent"
    text = "".join(logged)
    assert "signal key of cloudsignal was changed" in text
    assert SIGNAL_KEY not in text
    assert WRONG not in text


def test_a_changed_key_file_goes_on_at_once(watched: Watched) -> None:
    key_file = watched.loaded.config_path.with_name("signals.key")
    write(key_file, WRONG)
    watched.change((f"key: '{WRONG}'", "key_file: signals.key"))
    assert watched.send() == "waiting"

    watched.change((WRONG, SIGNAL_KEY), path=key_file)
    assert watched.send() == "sent"


def test_a_change_that_leaves_the_key_leaves_the_pause(watched: Watched) -> None:
    watched.send()
    watched.change(("parallel: 4", "parallel: 3"))

    assert watched.reach() is Reach.PAUSED


def test_the_key_of_orders_changes_as_well(watched: Watched) -> None:
    new_key = "b" * 32
    with pytest.raises(OrderKeyUnknown):
        take_order(watched.app.shop, order(2, new_key), "application/json")
    watched.change((LIVE_KEY, new_key))

    take_order(watched.app.shop, order(2, new_key), "application/json")
    with pytest.raises(OrderKeyUnknown):
        take_order(watched.app.shop, order(3), "application/json")


def test_a_configuration_that_can_not_be_used_changes_nothing_and_is_told_once(
    watched: Watched, logged: list[str]
) -> None:
    watched.change((WRONG, SIGNAL_KEY), ("bundle_limit: 50", "bundle_limit: many"))
    for _ in range(3):
        watched.look()

    assert watched.send() == "waiting"
    told = [line for line in logged if "is not used" in line]
    assert len(told) == 1
    assert "bundle_limit" in told[0]
    assert SIGNAL_KEY not in told[0]

    watched.change(("bundle_limit: many", "bundle_limit: 40"))
    assert watched.send() == "sent"


def test_a_key_file_that_comes_after_the_configuration_that_names_it_is_found(
    watched: Watched,
) -> None:
    watched.change((f"key: '{WRONG}'", "key_file: signals.key"))
    assert watched.send() == "waiting"

    write(watched.loaded.config_path.with_name("signals.key"), SIGNAL_KEY)
    watched.look()
    assert watched.send() == "sent"


def test_each_destination_gets_its_own_key(tmp_path: Path, center: RunningTestCenter) -> None:
    center.state.account.expect("000000010000", ["000000010001"])
    others = f"others: [{{name: second, url: '{center.signal_url}', key: '{WRONG}'}}]"
    loaded = set_up(tmp_path, "http://127.0.0.1:9/", others, "signals_to: second")
    watched = Watched(loaded)
    first, second = watched.app.gates
    assert (first.destination.name, second.destination.name) == (SIGNALS, "second")
    take_order(watched.app.shop, order(1), "application/json")
    while send_next(watched.app.shop, second):
        pass
    assert second.health.reach is Reach.PAUSED

    watched.change((WRONG, SIGNAL_KEY))
    assert send_next(watched.app.shop, second)
    assert watched.app.shop.store.signals.counts() == {"sent": 1}
    watched.app.server.stop()


def test_a_destination_that_the_configuration_no_longer_has_keeps_its_key(
    tmp_path: Path, center: RunningTestCenter, logged: list[str]
) -> None:
    others = f"others: [{{name: second, url: '{center.signal_url}', key: '{WRONG}'}}]"
    watched = Watched(set_up(tmp_path, "http://127.0.0.1:9/", others))
    watched.change((others, "others: []"), (SIGNAL_KEY, "7" * 32))

    changed = [line for line in logged if "was changed" in line]
    assert len(changed) == 1
    assert "cloudsignal" in changed[0]
    second = watched.app.gates[1].destination.sender
    assert not second.set_key(WRONG), "it still uses this one"
    watched.app.server.stop()


def test_another_level_of_the_log_is_used_at_once(watched: Watched) -> None:
    levels: list[str] = []
    watched._watch = ConfigWatch(watched.app, watched.loaded, {}, levels.append)
    watched.change(("level: INFO", "level: DEBUG"))
    assert levels[-1] == "DEBUG"
