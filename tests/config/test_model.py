"""The one list of options: each has a meaning, and the limits are where the house put them."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from hotfolder.config.day import DayFile
from hotfolder.config.downloads import Downloads
from hotfolder.config.flow_file import FlowFile, ShipCompleteFile, StageFile
from hotfolder.config.labels import ColumnFile, ReplyFile, RequestFile, WeightFile
from hotfolder.config.model import Config, Interface, OtherSignals
from hotfolder.config.shape import inner_model, options
from hotfolder.config.takes import TakesFile
from hotfolder.domain.signal import SignalType

MODELS = [
    Config,
    *(inner_model(found) for found in options(Config).values()),
    Interface,
    OtherSignals,
    FlowFile,
    StageFile,
    TakesFile,
    ShipCompleteFile,
    RequestFile,
    ReplyFile,
    ColumnFile,
    WeightFile,
    DayFile,
]


# The network's 15 minutes for ItemRegistered; the others are an hour.
DEADLINES = {
    "item_registered": 15,
    "item_produce": 60,
    "item_produced": 60,
    "item_packed": 60,
    "item_shipped": 60,
    "item_delay": 60,
    "item_canceled": 60,
}


def test_there_is_a_deadline_for_each_signal_of_an_item() -> None:
    names = {re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower() for kind in SignalType}
    assert set(DEADLINES) == names - {"order_registered"}


@pytest.mark.parametrize("model", MODELS)
def test_every_option_has_a_meaning_of_one_line(model: type[BaseModel]) -> None:
    for name, found in options(model).items():
        assert found.description, name
        assert "\n" not in found.description
        assert not found.description.endswith(".")


def test_the_defaults_are_those_of_the_house() -> None:
    config = Config.model_validate(
        {"intake": {"interfaces": [{"name": "a", "key": "b", "mode": "live"}]}}
    )
    intake, signals, downloads = config.intake, config.signals, config.downloads
    assert config.shop.name == "print shop"
    assert (config.floor.path, config.floor.id, config.floor.spool) == (Path("floor"), "", None)
    assert (config.floor.look_every_seconds, config.floor.settle_seconds) == (5, 10)
    assert (config.state.path, config.flows.path) == (Path("state"), Path("flows"))
    assert (intake.host, intake.port, intake.path) == ("127.0.0.1", 8080, "/orders")
    assert (intake.body_limit_mib, intake.unknown_key_status) == (5, 401)
    assert intake.keep_refused_days == 30
    assert signals.url == "https://api.cloudprinter.com/cloudsignal/2.0/status/"
    assert (signals.bundle_limit, signals.parallel) == (50, 4)
    assert (signals.connect_timeout_seconds, signals.read_timeout_seconds) == (5, 15)
    assert (signals.ca_file, signals.proxy) == (None, None)
    assert (signals.protocol, signals.delay_as_item_error) == ("2.0", False)
    assert (signals.keep_days, signals.accept_web_pages, signals.others) == (90, False, ())
    assert intake.interfaces[0].signals_to == ""
    assert config.deadlines.model_dump() == DEADLINES
    assert (downloads.parallel, downloads.attempts, downloads.size_limit_mib) == (4, 5, 2048)
    assert (downloads.connect_timeout_seconds, downloads.idle_timeout_seconds) == (10, 30)
    assert (downloads.total_timeout_seconds, downloads.per_host) == (3600, 3)
    assert (downloads.least_speed_kib, downloads.hold_after_hours) == (1, 4)
    assert (downloads.keep_free_mib, downloads.allow_private_addresses) == (512, False)
    assert (config.log.level, config.log.as_json, config.log.file) == ("INFO", False, None)


@pytest.mark.parametrize(
    ("section", "name", "least", "most", "beyond"),
    [
        ("floor", "look_every_seconds", 0.5, 300, (0.4, 301)),
        ("floor", "settle_seconds", 0, 600, (-1, 601)),
        ("intake", "port", 0, 65535, (-1, 65536)),
        ("intake", "body_limit_mib", 1, 1024, (0, 1025)),
        ("intake", "keep_refused_days", 1, 3650, (0, 3651)),
        ("signals", "parallel", 1, 16, (0, 17)),
        ("signals", "bundle_limit", 1, 1000, (0, 1001)),
        ("signals", "keep_days", 0, 3650, (-1, 3651)),
        *(("deadlines", name, 1, 10080, (0, 10081)) for name in DEADLINES),
        ("downloads", "parallel", 1, 16, (0, 17)),
        ("downloads", "attempts", 1, 100, (0, 101)),
        ("downloads", "per_host", 1, 16, (0, 17)),
        ("downloads", "hold_after_hours", 0.1, 720, (0, 721)),
        ("downloads", "least_speed_kib", 0, 10240, (-1, 10241)),
        ("downloads", "total_timeout_seconds", 1, 86400, (0.9, 86401)),
    ],
)
def test_limits_are_part_of_what_is_allowed(
    section: str, name: str, least: float, most: float, beyond: tuple[float, float]
) -> None:
    model = inner_model(options(Config)[section])
    assert model is not None
    more = {"interfaces": [{"name": "a", "mode": "live"}]} if section == "intake" else {}
    for value in (least, most):
        assert getattr(model.model_validate({name: value, **more}), name) == value
    for value in beyond:
        with pytest.raises(ValidationError):
            model.model_validate({name: value, **more})


@pytest.mark.parametrize(
    ("parallel", "per_host", "at_most"), [(4, 3, 3), (4, 16, 3), (2, 3, 1), (1, 3, 1), (16, 5, 5)]
)
def test_one_file_server_never_takes_up_all_who_fetch(
    parallel: int, per_host: int, at_most: int
) -> None:
    assert Downloads(parallel=parallel, per_host=per_host).from_one_server == at_most


@pytest.mark.parametrize("status", [400, 401])
def test_an_unknown_key_can_be_answered_in_two_ways(status: int) -> None:
    interfaces = [{"name": "a", "mode": "live"}]
    config = Config.model_validate(
        {"intake": {"unknown_key_status": str(status), "interfaces": interfaces}}
    )
    assert config.intake.unknown_key_status == status


def test_what_is_no_mapping_is_no_configuration() -> None:
    with pytest.raises(ValidationError):
        Config.model_validate([])
