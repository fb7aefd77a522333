"""The docket: one page on paper that travels with a job."""

from hotfolder.domain.docket import Docket, DocketFacts
from hotfolder.domain.typeface import Fonts
from hotfolder.formats.docket_template import DocketTemplate


def render_docket(
    facts: DocketFacts, template: DocketTemplate, fonts: Fonts, thumbnail: bytes | None = None
) -> Docket:
    """The docket as one page of PDF; same facts, template, fonts and thumbnail, same bytes.

    The thumbnail is a PNG. Nothing in the facts makes it fail: what can not be shown is told.
    """
    # Drawing needs a PDF library of some 40 MB, which a shop without dockets need not carry.
    from hotfolder.formats.docket_drawing import draw  # noqa: PLC0415 (only where one is drawn)

    return draw(facts, template, fonts, thumbnail)
