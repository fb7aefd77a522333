"""hotfolder devices: what stands at them, ready profiles, and giving anew."""

from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from hotfolder.config.device_rules import PROFILES
from hotfolder.config.devices import Clue, Device
from hotfolder.config.shape import options
from hotfolder.services.run_device import DeviceRun, Dispatch
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop
from tests.cli.conftest import Call, job_in_print, quiet
from tests.fakes import RecordingSender

ENTRY = "devices:\n  - {name: rip, like: ghostscript, stage: print, folder: rip}\n"


@pytest.fixture
def with_rip(config: Path) -> Path:
    """The configuration of a shop with a device, and its folders."""
    config.write_text(config.read_text().replace("devices: []\n", ENTRY))
    for name in ("input", "done", "error"):
        (config.parent / "rip" / name).mkdir(parents=True)
    return config


@pytest.fixture
def rip_shop(with_rip: Path) -> Shop:
    return quiet(build_shop(load_shop(with_rip, {})), RecordingSender())


def run(shop: Shop) -> None:
    Dispatch(shop, lambda _: None).step()
    DeviceRun(shop, shop.devices[0], lambda: None).step()


def test_a_shop_without_devices_says_so(call: Call, config: Path) -> None:
    assert "There are no devices." in call("devices", "--config", config).out


def test_each_device_is_shown_with_what_it_has(call: Call, with_rip: Path, rip_shop: Shop) -> None:
    job = job_in_print(rip_shop)
    run(rip_shop)
    shown = call("devices", "--config", with_rip).out
    assert "HF000001" in shown
    data = call("devices", "--json", "--config", with_rip).data
    [device], [file] = data["devices"], data["files"]
    assert (device["name"], device["given"], device["overdue"]) == ("rip", 1, 0)
    assert (file["order"], file["item"], file["state"]) == (job.order_id, job.item_id, "given")


def test_a_device_whose_folder_is_away_is_told(call: Call, with_rip: Path) -> None:
    (with_rip.parent / "rip" / "input").rmdir()
    assert "can not be listed" in call("devices", "--config", with_rip).out
    checked = call("check", "--config", with_rip)
    assert checked.code == 4
    assert "input of the device rip is not there" in checked.err


@pytest.mark.parametrize("name", PROFILES)
def test_ready_profiles_are_printed_to_be_copied(call: Call, name: str) -> None:
    assert f"{name}: " in call("devices", "profiles").out
    assert f"like: {name}" in call("devices", "profiles", name).out


def test_every_option_is_printed_with_its_meaning(call: Call) -> None:
    words = " ".join(call("devices", "options").out.replace("#", " ").split())
    for model in (Device, Clue):
        for name, option in options(model).items():
            assert f"{option.description}" in words
            assert f"{name}:" in words


def test_a_job_can_be_given_anew(call: Call, with_rip: Path, rip_shop: Shop) -> None:
    job = job_in_print(rip_shop)
    run(rip_shop)
    done = call("devices", "again", job.order_id, job.item_id, "--config", with_rip)
    assert done.code == 0, done.err
    assert "it is given anew" in done.out
    run(rip_shop)
    run(rip_shop)
    assert [path.name[:8] for path in (with_rip.parent / "rip" / "input").iterdir()] == ["HF000002"]


def test_without_a_configuration_the_list_asks_for_one(call: Call) -> None:
    assert call("devices").code == 2
