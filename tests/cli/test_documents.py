"""hotfolder documents, document, import and decide."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
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
from tests.changes import another_item, body_of, come_changed, more_copies
from tests.cli.conftest import ORDER_KEY, Call
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, fetch_all, folder_of, notes, order_in, the_job

ORDER = "000000010000"
REFUSED = body_of(1, lambda order: order.update(items=[]))


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop of the commands, with nothing leaving the machine."""
    return replace(shop, fetcher=FolderFetcher(EXAMPLES / "files"))


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "orders"
    made.mkdir()
    (made / "good.json").write_bytes(body_of(1))
    (made / "reorder.xml").write_bytes(
        (EXAMPLES / "11-xml22-boxed-reorder.xml").read_bytes().replace(b"{{BASE_URL}}", b"http://x")
    )
    (made / "empty.json").write_bytes(b"")
    (made / "no-items.json").write_bytes(REFUSED)
    (made / "other-key.json").write_bytes(body_of(2, key="e" * 32))
    return made


def test_documents_come_from_files_by_the_same_door(
    call: Call, config: Path, shop: Shop, folder: Path
) -> None:
    good, reorder = folder / "good.json", folder / "reorder.xml"
    done = call("import", good, reorder, "--config", config)

    assert done.code == 0
    assert done.out.splitlines() == [
        f"{good}: order {ORDER} taken",
        f"{reorder}: order 700100110000 taken",
    ]
    assert shop.store.orders.count() == 2
    (kept,) = shop.store.documents.of_order(ORDER)
    assert kept.verdict == "accepted"


def test_each_file_has_its_line_and_one_that_is_not_taken_makes_the_end_a_failure(
    call: Call, config: Path, shop: Shop, folder: Path
) -> None:
    order_in(shop, 1)
    changed = folder / "changed.json"
    changed.write_bytes(body_of(1, more_copies))
    files = ["good.json", "empty.json", "no-items.json", "other-key.json", "changed.json", "none"]

    done = call("import", *(folder / name for name in files), "--config", config)

    assert done.code == 1
    told = [line.removeprefix(f"{folder}/") for line in done.out.splitlines()]
    assert told == [
        f"good.json: order {ORDER} is known already; nothing is new",
        "empty.json: REFUSED: document: is empty (send one order document as JSON or XML)",
        "no-items.json: REFUSED: order.items: is missing or empty (an order needs it)",
        (
            "other-key.json: UNKNOWN KEY: the key in the document belongs to "
            "no Production Interface here"
        ),
        (
            f"changed.json: CHANGED: order {ORDER} is known with other content; "
            "the first one stays, this document is kept for a person to decide"
        ),
        "none: UNREADABLE: No such file or directory",
    ]
    data = call("import", "--json", folder / "no-items.json", "--config", config).data
    assert data == [
        {
            "file": str(folder / "no-items.json"),
            "outcome": "refused",
            "order": None,
            "reason": "the document is not valid",
            "problems": [
                {"where": "order.items", "what": "is missing or empty", "hint": "an order needs it"}
            ],
        }
    ]


def test_a_document_can_come_through_a_pipe(config: Path, shop: Shop) -> None:
    words = ["import", "-", "--config", str(config)]
    done = CliRunner().invoke(program, words, input=body_of(1))

    assert (done.exit_code, done.stdout) == (0, f"-: order {ORDER} taken\n")
    assert shop.store.orders.get(ORDER) is not None


def test_a_document_that_is_too_large_for_the_door_is_too_large_here(
    call: Call, config: Path, tmp_path: Path
) -> None:
    limit = 5 * 1024 * 1024
    large = tmp_path / "large.json"
    large.write_bytes(body_of(1) + b" " * limit)

    done = call("import", large, "--config", config)
    assert done.code == 1
    assert f"REFUSED: the document is larger than {limit} bytes (intake.body_limit_mib)" in done.out


def test_what_is_imported_and_told_holds_no_name_and_no_key(
    call: Call, config: Path, folder: Path
) -> None:
    done = call("import", *sorted(folder.iterdir()), "--config", config)

    for secret in (ORDER_KEY, "e" * 32, "Quay", "Alma"):
        assert secret not in done.out + done.err


def test_the_first_document_can_be_kept(call: Call, config: Path, shop: Shop) -> None:
    order_in(shop)
    number = come_changed(shop, more_copies)
    assert f"document {number}" in call("status", "--config", config).out

    done = call("decide", ORDER, "--keep", "--config", config)

    assert done.out == f"order {ORDER} stays as it is; declined: document {number}\n"
    assert notes(shop) == {}


def test_the_other_content_can_be_taken(call: Call, config: Path, shop: Shop) -> None:
    order_in(shop)
    fetch_all(shop)
    number = come_changed(shop, another_item)

    done = call("decide", ORDER, "--take", "--document", number, "--config", config)

    assert done.out.splitlines() == [
        f"order {ORDER} is now as in document {number}",
        "  new: item 000000010002",
        "  left as they were: item 000000010001",
    ]


def test_what_stands_in_the_way_is_told_with_what_to_do(
    call: Call, config: Path, shop: Shop
) -> None:
    order_in(shop)
    fetch_all(shop)
    come_changed(shop, more_copies)
    folder = folder_of(shop, the_job(shop, ORDER))

    done = call("decide", ORDER, "--take", "--config", config)
    assert done.code == 1
    assert f"lies in {folder}" in done.err
    assert "take it off the floor" in done.err
    assert f"order {ORDER} stays as it is" in done.err

    shutil.rmtree(folder)
    done = call("decide", ORDER, "--take", "--config", config)
    assert (done.code, done.err) == (0, "")
    assert "made anew: item 000000010001" in done.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--keep or --take"),
        (["--keep", "--take"], "--keep or --take"),
        (["--keep", "--document", "4"], "--document goes with --take"),
    ],
)
def test_a_decision_is_one_of_two(call: Call, config: Path, options: list[str], words: str) -> None:
    done = call("decide", ORDER, *options, "--config", config)

    assert done.code == 2
    assert words in done.err


def test_where_nothing_is_to_be_decided_that_is_told(call: Call, config: Path, shop: Shop) -> None:
    assert "there is no order" in call("decide", ORDER, "--keep", "--config", config).err
    order_in(shop)
    done = call("decide", ORDER, "--take", "--config", config)
    assert (done.code, done.out) == (1, "")
    assert "there is nothing to decide" in done.err


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
