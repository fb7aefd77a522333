"""hotfolder init: a shop that is ready to run, and never anything overwritten."""

import stat
from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from tests.cli.conftest import Call

SIGNAL_KEY = "dddddddddddddddddddddddddddd0004"


def test_a_new_shop_passes_its_own_check(call: Call, tmp_path: Path) -> None:
    shop = tmp_path / "deep" / "down" / "shop"
    made = call("init", shop, "--port", 0)

    assert made.code == 0
    assert f"hotfolder run --config {shop / 'config.yaml'}" in made.out
    assert call("check", "--config", shop / "config.yaml").code == 0


def test_what_is_chosen_stands_in_the_configuration(call: Call, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    made = call(
        "init", shop, "--port", 8123, "--order-key", "o" * 32, "--signal-key", SIGNAL_KEY,
        "--signal-url", "https://signals.example/status/", "--mode", "live",
        "--undo-seconds", 3.5,
    )  # fmt: skip

    assert made.code == 0
    loaded = load_shop(shop / "config.yaml", {})
    assert loaded.config.shop.name == "shop"
    assert loaded.config.intake.port == 8123
    assert loaded.config.intake.interfaces[0].key.get_secret_value() == "o" * 32
    assert loaded.config.intake.interfaces[0].mode == "live"
    assert loaded.config.signals.key.get_secret_value() == SIGNAL_KEY
    assert loaded.config.signals.url == "https://signals.example/status/"
    assert {stage.undo_seconds for stage in loaded.flows[0].stages} == {3.5}
    assert "o" * 32 not in made.out
    assert SIGNAL_KEY not in made.out


def test_floor_state_archive_and_lists_may_lie_elsewhere(call: Call, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "of somebody").touch()
    places = {name: tmp_path / name for name in ("floor", "state", "archive", "lists")}
    options = [word for name, path in places.items() for word in (f"--{name}", path)]
    made = call("init", tmp_path / "etc", "--port", 0, *options)

    assert made.code == 0
    loaded = load_shop(tmp_path / "etc" / "config.yaml", {})
    assert (loaded.floor_path, loaded.state_path) == (places["floor"], places["state"])
    assert loaded.config.archive.path == places["archive"]
    assert loaded.config.day.lists == places["lists"]
    assert sorted(path.name for path in (tmp_path / "etc").iterdir()) == ["config.yaml", "flows"]
    assert (places["floor"] / "10-new").is_dir()
    assert call("check", "--config", tmp_path / "etc" / "config.yaml").code == 0


def test_what_is_not_chosen_is_careful(call: Call, tmp_path: Path) -> None:
    call("init", tmp_path / "shop")

    loaded = load_shop(tmp_path / "shop" / "config.yaml", {})
    assert loaded.config.intake.interfaces[0].mode == "test"
    assert loaded.config.intake.host == "127.0.0.1"
    assert loaded.config.signals.url == "https://api.cloudprinter.com/cloudsignal/2.0/status/"
    assert not loaded.config.downloads.allow_private_addresses
    assert {stage.undo_seconds for stage in loaded.flows[0].stages} == {20.0}


@pytest.mark.parametrize("host", ["127.0.0.1:8090", "localhost:8090", "[::1]:8090"])
def test_a_shop_that_signals_to_this_machine_may_fetch_from_it(
    call: Call, tmp_path: Path, host: str
) -> None:
    call("init", tmp_path / "shop", "--signal-url", f"http://{host}/cloudsignal/2.0/status/")

    loaded = load_shop(tmp_path / "shop" / "config.yaml", {})
    assert loaded.config.downloads.allow_private_addresses


def test_keys_that_are_made_differ_and_are_announced(call: Call, tmp_path: Path) -> None:
    keys = set()
    floors = set()
    for name in ("one", "two"):
        made = call("init", tmp_path / name)
        assert "intake.interfaces" in made.out
        assert "signals.key" in made.out
        config = load_shop(tmp_path / name / "config.yaml", {}).config
        keys |= {
            config.intake.interfaces[0].key.get_secret_value(),
            config.signals.key.get_secret_value(),
        }
        floors.add(config.floor.id)
        assert not any(key in made.out for key in keys)
    assert len(keys) == 4
    assert len(floors) == 2


def test_only_its_owner_can_read_the_keys(call: Call, tmp_path: Path) -> None:
    call("init", tmp_path / "shop")

    assert stat.S_IMODE((tmp_path / "shop" / "config.yaml").stat().st_mode) == 0o600
    database = tmp_path / "shop" / "state" / "hotfolder.sqlite"
    assert stat.S_IMODE(database.stat().st_mode) & 0o077 == 0


def test_every_stage_folder_has_a_marker_of_this_floor(call: Call, tmp_path: Path) -> None:
    call("init", tmp_path / "shop")

    loaded = load_shop(tmp_path / "shop" / "config.yaml", {})
    folders = sorted(path.name for path in loaded.floor_path.iterdir() if path.name[0] != ".")
    stages = ["10-new", "20-print", "30-produced", "40-packed", "50-shipped"]
    assert folders == [*stages, "90-hold", "91-delayed", "92-canceled", "99-archive"]
    for folder in folders:
        marker = (loaded.floor_path / folder / ".hotfolder-stage").read_text()
        assert loaded.config.floor.id in marker


def test_a_shop_is_never_overwritten(call: Call, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    call("init", shop)
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}

    again = call("init", shop, "--mode", "live")

    assert again.code == 2
    assert "nothing was changed" in again.err
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before


def test_a_file_in_the_way_is_left_alone(call: Call, tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mine")

    assert call("init", tmp_path / "shop").code == 2
    assert call("init", tmp_path / "shop" / "below").code == 2
    assert (tmp_path / "shop").read_text() == "mine"


def test_an_empty_folder_can_be_used(call: Call, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()

    assert call("init", tmp_path / "shop").code == 0


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--mode", "both"),
        ("--undo-seconds", -1),
        ("--port", "many"),
        ("--port", 70_000),
        ("--signal-url", "ftp://signals.example"),
        ("--order-key", "two words"),
    ],
)
def test_a_value_that_can_not_be_is_refused_and_nothing_is_made(
    call: Call, tmp_path: Path, option: str, value: object
) -> None:
    refused = call("init", tmp_path / "shop", option, value)

    assert refused.code == 2
    assert refused.err
    assert not (tmp_path / "shop").exists()


def test_a_folder_that_was_there_stays_as_it_was_when_a_value_is_refused(
    call: Call, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "shop"
    link.symlink_to("disk")
    number = (tmp_path / "disk").stat().st_ino
    refused = call("init", link, "--port", 70_000)

    assert refused.code == 2
    assert "intake.port" in refused.err
    assert link.is_symlink()
    assert (tmp_path / "disk").stat().st_ino == number
    assert list(link.iterdir()) == []
