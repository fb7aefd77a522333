"""What is written for a new shop loads without problems and says what was asked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.config.check import load_shop
from hotfolder.config.load import parse_document
from hotfolder.config.model import Config
from hotfolder.config.shape import inner_model, options
from hotfolder.config.write import Choices, config_text, default_flow_text
from hotfolder.domain.signal import SignalType
from tests.config.checking import config_of

CHOICES = Choices(
    shop_name="Müller & Sons: print # bind",
    floor_id="0f3a",
    order_key="0123",
    signal_key="yes",
    mode="test",
    interface_name="Cloudprinter test",
    port=0,
    signal_url="http://127.0.0.1:9000/cloudsignal/2.0/status/",
    allow_private_addresses=True,
)


def test_a_written_shop_loads_and_equals_what_was_asked(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(config_text(CHOICES), encoding="utf-8")
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "default.yaml").write_text(default_flow_text(2.5), encoding="utf-8")
    loaded = load_shop(tmp_path / "config.yaml", {})
    config = loaded.config
    assert config.shop.name == CHOICES.shop_name
    assert config.floor.id == "0f3a"
    assert config.intake.port == 0
    (interface,) = config.intake.interfaces
    assert (interface.name, interface.mode) == ("Cloudprinter test", "test")
    assert interface.key.get_secret_value() == "0123"
    assert config.signals.url == CHOICES.signal_url
    assert config.signals.key.get_secret_value() == "yes"
    assert config.downloads.allow_private_addresses is True
    assert {stage.undo_seconds for stage in loaded.flows[0].stages} == {2.5}


def test_everything_that_was_not_asked_keeps_its_default() -> None:
    plain = Choices(shop_name="print shop", floor_id="", order_key="a", signal_key="b", mode="live")
    short = "intake: {interfaces: [{name: cloudprinter, key: a, mode: live}]}\nsignals: {key: b}\n"
    written, bare = (
        config_of(parse_document(text, "config.yaml"), Path("/shop"), {})
        for text in (config_text(plain), short)
    )
    assert written == bare


# control signs can not stand in YAML unescaped: here they must come back all the same
@given(name=st.text(min_size=1).filter(str.strip))
def test_any_shop_name_survives_being_written(name: str) -> None:
    text = config_text(
        Choices(shop_name=name, floor_id="x", order_key="a", signal_key="b", mode="live")
    )
    config = config_of(parse_document(text, "config.yaml"), Path("/shop"), {})
    assert config.shop.name == name


@given(
    key=st.text(st.characters(min_codepoint=33, max_codepoint=126, categories=None), min_size=1),
    port=st.integers(0, 65535),
)
def test_any_key_survives_being_written(key: str, port: int) -> None:
    text = config_text(
        Choices(shop_name="x", floor_id="x", order_key=key, signal_key=key, mode="live", port=port)
    )
    config = config_of(parse_document(text, "config.yaml"), Path("/shop"), {})
    assert config.signals.key.get_secret_value() == key
    assert config.intake.interfaces[0].key.get_secret_value() == key
    assert config.intake.port == port


def test_every_option_stands_under_its_meaning() -> None:
    words = " ".join(config_text(CHOICES).replace("#", " ").split())
    for found in options(Config).values():
        section = inner_model(found)
        assert section is not None
        if found.default == ():
            continue  # a list of entries: their options are told by name
        for name, option in options(section).items():
            assert f"{option.description}" in words
            assert f" {name}: " in words


def test_lines_stay_short_enough_to_read() -> None:
    assert max(len(line) for line in config_text(CHOICES).splitlines()) <= 100


def test_choices_do_not_show_their_keys() -> None:
    shown = repr(
        Choices(shop_name="a", floor_id="b", order_key="Sesame", signal_key="Sesame", mode="live")
    )
    assert "Sesame" not in shown


@pytest.mark.parametrize("seconds", [0, 0.5, 20, 20.0, 3600])
def test_the_default_flow_waits_as_long_as_asked(tmp_path: Path, seconds: float) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "default.yaml").write_text(default_flow_text(seconds), encoding="utf-8")
    (tmp_path / "config.yaml").write_text(config_text(CHOICES), encoding="utf-8")
    (flow,) = load_shop(tmp_path / "config.yaml", {}).flows
    assert {stage.undo_seconds for stage in flow.stages} == {seconds}
    assert [(stage.key, stage.folder, stage.signal) for stage in flow.stages] == [
        ("new", "10-new", None),
        ("print", "20-print", SignalType.PRODUCE),
        ("produced", "30-produced", SignalType.PRODUCED),
        ("packed", "40-packed", SignalType.PACKED),
        ("shipped", "50-shipped", SignalType.SHIPPED),
    ]
