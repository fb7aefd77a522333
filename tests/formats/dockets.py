"""Dockets for tests: templates, tickets and fonts to draw them with."""

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

import hotfolder.config
from hotfolder.domain.docket import Docket, docket_facts
from hotfolder.domain.job import Mode
from hotfolder.domain.order import Option, Reorder, Shipping
from hotfolder.domain.ticket import JobTicket, TicketFile
from hotfolder.domain.typeface import Face, Fonts
from hotfolder.files.fonts import FontShelf, usual_folders
from hotfolder.formats.docket import render_docket
from hotfolder.formats.docket_reader import read_template
from hotfolder.formats.docket_template import DocketTemplate
from tests.builders import a_ticket, an_address, an_item, an_order
from tests.tiny_fonts import tiny_font

OURS = Path(hotfolder.config.__file__).parent / "dockets"
SHELF = FontShelf(usual_folders(Path.home()))
BLEED = 0.7


@cache
def ours(name: str = "a5") -> DocketTemplate:
    return read_template(yaml.safe_load((OURS / f"{name}.yaml").read_text("utf-8")))


def a_page(*elements: Mapping[str, Any]) -> DocketTemplate:
    return read_template({"page": "A5", "margin": 10, "elements": list(elements)})


def a_text(text: str = "{title}", **keys: Any) -> dict[str, Any]:
    return {"kind": "text", "at": [20, 30], "size": [60, 20], "text": text, **keys}


def no_fonts(_characters: frozenset[str], _bold: bool) -> tuple[Face, ...]:
    return ()


def squares(characters: frozenset[str], _bold: bool) -> tuple[Face, ...]:
    """A font that has every letter, as a square."""
    letters = "".join(sorted(characters))
    return (Face(name="Tiny", data=tiny_font(letters), covers=characters),)


def fonts_with(letters: str) -> Fonts:
    """The fonts of this machine, if they have these letters; the test is skipped if not."""
    found = SHELF.faces(frozenset(letters), False)
    if frozenset(letters) - frozenset().union(*(face.covers for face in found)):
        pytest.skip(f"no font with {letters!r} (Debian: fonts-dejavu-core, fonts-droid-fallback)")
    return SHELF.faces


def with_title(title: str, **fields: Any) -> JobTicket:
    item = an_item(title=title, **fields)
    return a_ticket(item=item, order=an_order(items=(item,)))


def full_ticket() -> JobTicket:
    item = an_item(
        id="700100030001",
        count=250,
        title="Field Notes for Beekeepers",
        desc="Casewrap textbook A5 portrait",
        pages="24",
        options=(Option(option="cover_130mcg", desc="Cover, 130 gsm coated gloss"),),
        reorder=Reorder(cause="reorder_other", desc="Crushed corner", item_id="600100010001"),
    )
    order = an_order(
        id="700100030000",
        items=(item,),
        addresses=(an_address(name="Alma Testperson", street1="Willow Lane 12"),),
        shipping=Shipping(method="dhl_national_standard", consignor="Lantern Press"),
        shipping_date="2026-03-05 16:00:00",
    )
    file = TicketFile(name="700100030001_cover.pdf", type="cover", size=8801, md5="")
    return a_ticket(item=item, order=order, mode=Mode.TEST, files=(file,))


def drawn(
    ticket: JobTicket, template: DocketTemplate, fonts: Fonts, png: bytes | None = None
) -> Docket:
    return render_docket(docket_facts(ticket), template, fonts, png)


def a_png(width: int = 30, height: int = 40, mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height), 120).save(file, "PNG")
    return file.getvalue()
