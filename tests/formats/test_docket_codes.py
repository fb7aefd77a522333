"""The codes on a docket, read by a scanner."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotfolder.domain.ticket import JobTicket
from tests.builders import a_ticket, an_item, an_order
from tests.formats.docket_eyes import as_png, look_at, needs_zbar, scanned
from tests.formats.dockets import SHELF, a_page, drawn, full_ticket, no_fonts, ours, with_title


@needs_zbar
@pytest.mark.parametrize("name", ["a5", "a4"])
@pytest.mark.parametrize("ticket", [full_ticket(), a_ticket()], ids=["full", "plain"])
def test_a_scanner_reads_the_item_id_from_both_codes(
    tmp_path: Path, name: str, ticket: JobTicket
) -> None:
    docket = drawn(ticket, ours(name), SHELF.faces)

    found = scanned(as_png(docket.pdf, tmp_path / "docket"))

    assert found == {f"QR-Code:{ticket.item.id}", f"CODE-128:{ticket.item.id}"}


@needs_zbar
@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_regex(r"(?!\.)[A-Za-z0-9._-]{1,20}", fullmatch=True))
def test_any_id_of_usual_length_can_be_scanned(
    tmp_path_factory: pytest.TempPathFactory, item_id: str
) -> None:
    item = an_item(id=item_id)
    docket = drawn(a_ticket(item=item, order=an_order(items=(item,))), ours(), no_fonts)

    found = scanned(as_png(docket.pdf, tmp_path_factory.mktemp("scan") / "docket"))

    assert docket.left_out == ()
    assert found == {f"QR-Code:{item_id}", f"CODE-128:{item_id}"}


@needs_zbar
def test_an_id_too_long_for_readable_bars_is_told_and_stays_in_the_qr_code(tmp_path: Path) -> None:
    item = an_item(id="x" * 64)
    docket = drawn(a_ticket(item=item, order=an_order(items=(item,))), ours(), SHELF.faces)

    assert scanned(as_png(docket.pdf, tmp_path / "docket")) == {"QR-Code:" + "x" * 64}
    (told,) = docket.left_out
    assert "code128: the text is too long for 100 mm" in told
    assert "Left out: code128" in look_at(docket.pdf).text


def test_codes_that_can_not_be_made_are_told() -> None:
    code = {"at": [0, 0], "size": [20, 20], "text": "{title}"}
    page = a_page({"kind": "qr", **code}, {"kind": "code128", **code})

    foreign = drawn(with_title("Ωμέγα"), page, no_fonts)
    long = drawn(with_title("x" * 5000), page, no_fonts)
    empty = drawn(with_title(""), page, no_fonts)

    assert foreign.left_out == ("code128: it can hold only the printable signs of ASCII",)
    assert [told.split(":")[0] for told in long.left_out] == ["qr", "code128"]
    assert empty.left_out == ()
