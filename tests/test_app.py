"""build(): a shop with its doors from a configuration, and nothing started."""

import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from hotfolder.app import build
from hotfolder.config.check import Loaded, load_shop
from hotfolder.config.write import Choices, config_text, default_flow_text
from hotfolder.daemon import STOP_SECONDS, not_wanted
from hotfolder.domain.retention import ArchiveForm, Keep
from hotfolder.errors import HotfolderError, StoreError
from hotfolder.services.forget_notes import forget_notes_of
from hotfolder.services.recover import recover
from hotfolder.services.shop import SIGNALS
from hotfolder.shopfront import SystemClock, build_archive, build_shop
from hotfolder.store.notes import Note
from hotfolder.test_center.catalogue import make_order
from tests.faults.bed import SetClock
from tests.steps import LIVE_KEY
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter
from tests.waiting import wait_until


def set_up(folder: Path, signal_url: str = "http://127.0.0.1:9/", *changes: str) -> Loaded:
    """A configuration as `hotfolder init` writes it; changes are `name: value` of an option."""
    choices = Choices(
        shop_name="shop",
        floor_id="floor-1",
        order_key=LIVE_KEY,
        signal_key=SIGNAL_KEY,
        mode="live",
        port=0,
        signal_url=signal_url,
        allow_private_addresses=True,
    )
    lines = config_text(choices).splitlines()
    for change in changes:
        name = change.partition(":")[0]
        place = next(at for at, line in enumerate(lines) if line.strip().startswith(f"{name}:"))
        indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
        lines[place] = indent + change
    (folder / "flows").mkdir(parents=True)
    (folder / "flows" / "default.yaml").write_text(default_flow_text(0))
    (folder / "config.yaml").write_text("\n".join(lines))
    return load_shop(folder / "config.yaml", {})


def test_building_starts_no_thread_and_sends_nothing(tmp_path: Path) -> None:
    loaded = set_up(tmp_path)
    before = threading.active_count()
    app = build(loaded)

    assert threading.active_count() <= before
    assert not app.server.is_serving()
    assert app.observer.watched() == set()
    app.server.stop()


def test_a_stop_waits_for_signals_on_their_way_and_not_for_downloads(tmp_path: Path) -> None:
    app = build(set_up(tmp_path))
    app.server.stop()
    waited = {loop.name.partition("-")[0]: loop.stop_seconds for loop in app.loops}

    assert waited["cloudsignal"] > STOP_SECONDS
    assert waited["fetcher"] < 5


def test_timers_do_not_wait_for_the_old_time_when_the_clock_is_set_back(tmp_path: Path) -> None:
    clock = SetClock()
    app = build(set_up(tmp_path), clock)
    app.server.stop()
    nudged = app.shop.nudge.files.listen()
    [outbox] = [loop for loop in app.loops if loop.name == "outbox"]
    app.timers.begin_anew = nudged.set  # type: ignore[method-assign]
    outbox.once()
    assert not nudged.is_set()
    clock.set_by(timedelta(hours=-1))
    outbox.once()
    assert nudged.is_set()


def test_the_options_reach_the_parts(tmp_path: Path) -> None:
    loaded = set_up(
        tmp_path,
        "http://127.0.0.1:9/",
        "bundle_limit: 7",
        "attempts: 3",
        "hold_after_hours: 2.5",
        "settle_seconds: 2.5",
        "read_timeout_seconds: 300",
    )
    shop = build_shop(loaded)

    assert shop.destinations[SIGNALS].bundle_limit == 7
    assert shop.rules.fetch_attempts == 3
    assert shop.rules.fetch_hold_after.total_seconds() == 9000
    assert shop.rules.settle_seconds == 2.5
    assert shop.rules.lease.total_seconds() > 300, "a POST under way must not be sent again"
    assert [one.name for one in shop.interfaces] == ["cloudprinter"]
    assert shop.floor.floor_id == "floor-1"
    assert LIVE_KEY not in repr(shop)
    assert SIGNAL_KEY not in repr(shop)


def test_the_options_of_the_archive_reach_it(tmp_path: Path) -> None:
    usual = build_archive(set_up(tmp_path / "a"))
    assert usual.keep.after is None
    assert usual.place.path == tmp_path / "a" / "archive"

    archive = build_archive(
        set_up(tmp_path / "b", "http://127.0.0.1:9/", "after_days: 30", "form: folder")
    )
    assert archive.keep == Keep(after=timedelta(days=30), form=ArchiveForm.FOLDER)


def test_bundles_are_switched_off_for_one_destination_alone(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/"
    others = [
        f"{{name: single, key: k1, url: '{url}', bundle_limit: 1}}",
        f"{{name: old, key: k2, url: '{url}', protocol: '1.1', bundle_limit: 9}}",
    ]
    shop = build_shop(set_up(tmp_path, url, f"others: [{', '.join(others)}]"))

    limits = {name: one.bundle_limit for name, one in shop.destinations.items()}
    assert limits == {SIGNALS: 50, "single": 1, "old": 1}


def test_a_port_in_use_and_a_broken_store_are_told_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = set_up(tmp_path / "a", "http://127.0.0.1:9/", f"port: {other.getsockname()[1]}")
        with pytest.raises(HotfolderError, match=r"port \d+ of 127\.0\.0\.1"):
            build(taken)

    broken = set_up(tmp_path / "b")
    broken.state_path.mkdir()
    (broken.state_path / "hotfolder.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(StoreError, match="not a database"):
        build(broken)


def test_the_clock_is_that_of_the_machine_in_utc() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()

    assert first.utcoffset() is not None
    assert str(first.tzinfo) == "UTC"
    assert first <= second
    assert clock.monotonic() <= clock.monotonic()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog")
def test_all_parts_together_take_an_order_through_the_shop(tmp_path: Path) -> None:
    with RunningTestCenter() as center:
        loaded = set_up(tmp_path, center.signal_url, "look_every_seconds: 0.5")
        app = build(loaded)
        shop = app.shop
        shop.floor.prepare()
        shop.spool.prepare()
        recover(shop)
        app.observer.start()
        for loop in app.loops:
            loop.start()
        app.timers.start()
        app.server.start()
        try:
            url = f"http://127.0.0.1:{app.server.ports[0]}"
            order = make_order(1, base_url=center.url, apikey=LIVE_KEY, kind="textbook")
            center.state.account.expect(order.order_id, order.item_ids)
            answer = requests.post(f"{url}/orders", data=order.body, timeout=10)
            assert answer.status_code == 200
            house = f"http://127.0.0.1:{app.server.ports[1]}"
            ready = f"{house}/health/ready"
            wait_until(lambda: requests.get(ready, timeout=10).ok, 10, "the shop to be ready")

            new = shop.floor.stage_path("new")
            wait_until(lambda: shop.floor.look("new").folders, 10, "the job on the floor")
            (folder,) = shop.floor.look("new").folders
            assert (new / folder / "docket.pdf").read_bytes().startswith(b"%PDF-")
            (new / folder).rename(shop.floor.stage_path("packed") / folder)
            center.wait_for(lambda accepted: len(accepted) == 4)
        finally:
            app.server.stop()
            app.timers.stop()
            for loop in app.loops:
                loop.ask_to_stop()
            ended = [loop.join(20) for loop in app.loops]
            app.observer.stop()
            app.dockets.stop()
        assert all(ended)
        assert [signal.type for signal in center.accepted()] == [
            "ItemRegistered",
            "ItemProduce",
            "ItemProduced",
            "ItemPacked",
        ]


def test_nothing_is_told_for_ever_of_parts_that_are_configured_no_more(tmp_path: Path) -> None:
    loaded = set_up(tmp_path, "http://127.0.0.1:9/", "every_hours: 0", "manifest: null")
    shop = build_shop(loaded)
    now = shop.clock.now()
    with shop.store.transaction():
        for kind in ("backup", "manifest", "certificate", "archive"):
            shop.store.notes.add(Note(stage="", name=kind, kind=kind, since=now, words="away"))
    forget_notes_of(shop, not_wanted(loaded))
    assert [note.kind for note in shop.store.notes.all()] == ["archive"]
