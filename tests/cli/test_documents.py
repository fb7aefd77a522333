"""hotfolder documents and document."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotfolder.cli.main import program
from hotfolder.config.check import load_shop
from hotfolder.errors import OrderRefused
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.shopfront import build_shop
from tests.cli.bodies import ORDER, REFUSED
from tests.cli.conftest import ORDER_KEY, Call
from tests.steps import order_in


def refused(shop: Shop, body: bytes = REFUSED) -> int:
    with pytest.raises(OrderRefused):
        take_order(shop, body, None)
    return shop.store.documents.to_look_at()[0].number


def given(*arguments: object) -> tuple[int, bytes, str]:
    """Exit code, the very bytes on standard output, and the text on standard error."""
    done = CliRunner().invoke(program, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout_bytes, done.stderr


def test_documents_are_listed_with_number_order_verdict_and_reason(
    call: Call, config: Path, shop: Shop
) -> None:
    first = refused(shop, b"rubbish")
    second = refused(shop)

    lines = call("documents", "--config", config).out.splitlines()
    assert lines[1].split()[0] == str(second)
    assert f"{ORDER}  cloudprinter  TEST   refused  order.items:" in lines[1]
    assert lines[2].split()[0] == str(first)
    data = call("documents", "--json", "--config", config).data
    assert [(line["number"], line["order"], line["mode"]) for line in data] == [
        (second, ORDER, "test"),
        (first, None, None),
    ]


def test_where_nothing_was_refused_that_is_said(call: Call, config: Path, shop: Shop) -> None:
    order_in(shop)

    assert call("documents", "--config", config).out == "No document was refused or came changed.\n"


def test_how_long_refused_documents_are_kept_is_set_in_the_configuration(
    config: Path, shop: Shop
) -> None:
    assert shop.rules.keep_refused == timedelta(days=30)
    text = config.read_text()
    config.write_text(text.replace("keep_refused_days: 30", "keep_refused_days: 3"))
    assert build_shop(load_shop(config, {})).rules.keep_refused == timedelta(days=3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_is_given_on_standard_output_byte_for_byte(
    config: Path, shop: Shop, encoding: str
) -> None:
    body = REFUSED.decode().replace("\n", "\r\n").encode(encoding)
    number = refused(shop, body)

    assert given("document", number, "--config", config) == (0, body, "")


def test_a_document_is_written_to_a_file_for_its_owner_alone(
    call: Call, config: Path, shop: Shop, tmp_path: Path
) -> None:
    target = tmp_path / "as-it-came"
    done = call("document", refused(shop), "--output", target, "--config", config)

    assert (done.code, done.out) == (0, "")
    assert target.read_bytes() == REFUSED
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_document_whose_key_is_gone_is_given_with_a_blank_and_a_word(
    config: Path, shop: Shop
) -> None:
    number = refused(shop)
    config.write_text(config.read_text().replace(ORDER_KEY, "d" * len(ORDER_KEY)))

    code, body, words = given("document", number, "--config", config)
    assert code == 0
    assert json.loads(body)["order"]["apikey"] == "*" * len(ORDER_KEY)
    assert "its key is blanked out" in words


@pytest.mark.parametrize("where", ["/", "no/folder/file"])
def test_a_file_that_can_not_be_written_is_told(
    call: Call, config: Path, shop: Shop, tmp_path: Path, where: str
) -> None:
    done = call("document", refused(shop), "--output", tmp_path / where, "--config", config)

    assert done.code == 1
    assert "can not be written" in done.err


def test_a_document_that_is_not_there_is_told(call: Call, config: Path) -> None:
    done = call("document", 7, "--config", config)

    assert done.code == 1
    assert "there is no document 7 (any more)" in done.err


@pytest.mark.slow
def test_the_program_itself_takes_bytes_and_gives_the_same_bytes(config: Path) -> None:
    program = [sys.executable, "-m", "hotfolder"]
    body = REFUSED + b"\r\n"
    came = subprocess.run(
        [*program, "import", "-", "--config", config], input=body, capture_output=True, check=False
    )
    assert came.returncode == 1

    back = subprocess.run(
        [*program, "document", "1", "--config", config], capture_output=True, check=False
    )
    assert (back.returncode, back.stdout, back.stderr) == (0, body, b"")


def test_a_command_that_needs_no_key_does_not_ask_for_the_environment_of_the_daemon(
    call: Call, config: Path
) -> None:
    text = config.read_text().replace(f"key: {ORDER_KEY}", "key_env: NOT_SET_HERE")
    config.write_text(text)

    assert call("documents", "--config", config).code == 0
    refused = call("check", "--config", config)
    assert (refused.code, "is not set" in refused.err) == (2, True)
