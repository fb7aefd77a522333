"""hotfolder decide."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.services.shop import Shop
from tests.changes import another_item, come_changed, more_copies
from tests.cli.bodies import ORDER
from tests.cli.conftest import Call
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, fetch_all, folder_of, notes, order_in, the_job


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop of the commands, with nothing leaving the machine."""
    return replace(shop, fetcher=FolderFetcher(EXAMPLES / "files"))


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
