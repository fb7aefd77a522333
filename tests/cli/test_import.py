"""hotfolder import."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from hotfolder.cli.main import program
from hotfolder.services.shop import Shop
from tests.changes import body_of, more_copies
from tests.cli.bodies import ORDER, REFUSED
from tests.cli.conftest import ORDER_KEY, Call
from tests.steps import EXAMPLES, order_in


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
