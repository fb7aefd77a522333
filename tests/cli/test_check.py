"""hotfolder check: every mistake in the configuration at once, with its line and without a key."""

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.shop_files import change


def line_of(path: Path, text: str) -> int:
    return next(
        number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line
    )


def test_a_shop_in_order_is_told_so(call: Call, config: Path) -> None:
    done = call("check", "--config", config)

    assert (done.code, done.err) == (0, "")
    assert "34 stage folders" in done.out  # five of the flow, four beside it, 25 in these


def test_five_different_mistakes_are_named_at_once_each_with_its_line(
    call: Call, config: Path
) -> None:
    flow = config.parent / "flows" / "default.yaml"
    change(
        config,
        ("  port: 0", "  port: 99999"),
        ("  look_every_seconds: 5", "  look_evry_seconds: 5"),
        ("  bundle_limit: 50", "  bundle_limit: many"),
    )
    change(
        flow, ("signal: ItemPacked", "signal: ItemPackt"), ("folder: 20-print", "folder: ../print")
    )

    done = call("check", "--config", config)

    assert done.code == 2
    for path, text, key in (
        (config, "port: 99999", "intake.port"),
        (config, "look_evry_seconds", "floor.look_evry_seconds"),
        (config, "bundle_limit: many", "signals.bundle_limit"),
        (flow, "ItemPackt", "stages.3.signal"),
        (flow, "../print", "stages.1.folder"),
    ):
        place = f"{path.name}:{line_of(path, text)}"
        found = [line for line in done.err.splitlines() if place in line]
        assert found, f"{place} is not among\n{done.err}"
        assert key.rpartition(".")[2] in found[0]
    assert "Traceback" not in done.err


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "\x00", "shop: {name: 1, name: 2}"])
def test_a_file_that_is_no_configuration_is_told_in_words(
    call: Call, config: Path, text: str
) -> None:
    config.write_text(text)

    done = call("check", "--config", config)
    assert done.code == 2
    assert str(config.name) in done.err


def test_a_configuration_that_is_not_there_is_named(call: Call, tmp_path: Path) -> None:
    done = call("check", "--config", tmp_path / "none.yaml")

    assert done.code == 2
    assert str(tmp_path / "none.yaml") in done.err


def test_no_key_is_shown_whatever_is_wrong(call: Call, config: Path) -> None:
    secret = "5ec3e7" * 5
    change(config, ("key: aaaaaaaaaaaaaaaaaaaaaaaaaaaa0001", f"key: [{secret}]"))

    done = call("check", "--config", config)
    assert done.code == 2
    assert secret not in done.out + done.err


def test_mistakes_in_a_template_of_its_own_are_named_with_the_file(
    call: Call, config: Path
) -> None:
    template = config.parent / "docket.yaml"
    template.write_text("page: A5\nelements:\n  - {kind: text, at: [0, 0], size: [10, 1]}\n")
    text = config.read_text().replace("template: null", "template: docket.yaml")
    config.write_text(text)

    done = call("check", "--config", config)

    assert done.code == 2
    assert f"{template} elements[0]" in done.err
    assert "Traceback" not in done.err


def test_a_certificate_that_can_not_be_used_is_named(call: Call, config: Path) -> None:
    files = ("tls_certificate: missing.pem", "tls_key: missing.key")
    change(config, *((f"{one.split()[0]} null", one) for one in files))
    done = call("check", "--config", config)

    assert done.code == 2
    assert "intake.tls_certificate" in done.err
    assert f"{config.parent / 'missing.pem'} can not be read" in done.err
