"""The docket of a job: a page to print, in its folder. A job never waits for it."""

from pathlib import Path

from loguru import logger

from hotfolder.domain.docket import docket_facts
from hotfolder.domain.ticket import DOCKET_NAME, JobTicket
from hotfolder.files.thumbnail import first_page
from hotfolder.services.shop import Shop

THUMBNAIL_PIXELS = 300
PICTURED = ("cover", "product", "book")


def put_docket(shop: Shop, ticket: JobTicket, folder: Path) -> None:
    """Write the docket into the folder, when the shop wants one.

    Whatever goes wrong with it is told and no reason to keep the job back.
    """
    if shop.dockets is None:
        return
    bound = logger.bind(order=ticket.order.id, item=ticket.item.id)
    try:
        docket = shop.dockets.draw(
            docket_facts(ticket), shop.dockets.template, _picture(ticket, folder)
        )
        (folder / DOCKET_NAME).write_bytes(docket.pdf)
    except Exception as error:  # noqa: BLE001 (a page of paper must not stop a job)
        bound.opt(exception=error).error("no docket could be made: {}", type(error).__name__)
        return
    if docket.missing_glyphs:
        points = ", ".join(f"U+{ord(sign):04X}" for sign in docket.missing_glyphs[:10])
        bound.warning("no font has these letters of the docket: {}; install one", points)


def _picture(ticket: JobTicket, folder: Path) -> bytes | None:
    """The first page of what the customer will see first."""
    for kind in PICTURED:
        for file in ticket.files:
            if file.type == kind and file.name.lower().endswith(".pdf"):
                found = first_page(folder / file.name, THUMBNAIL_PIXELS)
                if found.png is None:
                    told = logger.bind(order=ticket.order.id, item=ticket.item.id)
                    told.warning("no picture of {} on the docket: {}", file.name, found.reason)
                return found.png
    return None
