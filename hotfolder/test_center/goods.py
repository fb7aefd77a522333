"""What the invented clients of the test center order. All names and places are made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The sorts of test orders, each a case that a shop has to master."""

    TEXTBOOK = "textbook"
    POSTER = "poster"
    MIXED = "mixed"  # three items: two books and a calendar
    NON_ASCII = "non-ascii"
    ALBUM = "album"
    CALENDAR = "calendar"
    LABELLED = "labelled"  # ready shipping label and delivery note with the order
    REORDER = "reorder"  # of the first item of the order numbered one less


@dataclass(frozen=True, kw_only=True, slots=True)
class Good:
    """A product: its reference, words, pages, (file type, sample) pairs and options."""

    product: str
    desc: str
    title: str
    pages: str
    files: tuple[tuple[str, str], ...]
    options: tuple[Mapping[str, str], ...]


def _option(option: str, desc: str, count: str, kind: str) -> Mapping[str, str]:
    return {"option": option, "desc": desc, "count": count, "type": kind}


TEXTBOOK = Good(
    product="textbook_cw_a5_p_bw",
    desc="Casewrap textbook A5 portrait, black and white",
    title="A Field Guide to Examples",
    pages="24",
    files=(("cover", "textbook-a5-cover.pdf"), ("book", "textbook-a5-book.pdf")),
    options=(
        _option("pageblock_80off", "Inner pages, 80 gsm offset", "24", "type_main_paper"),
        _option("cover_130mcg", "Cover, 130 gsm coated gloss", "1", "type_cover_paper"),
        _option("cover_finish_gloss", "Gloss lamination", "1", "type_book_cover_finish"),
    ),
)
ALBUM = Good(
    product="photobook_pb_a4_p_fc",
    desc="Photo book A4 portrait, perfect bound, full colour",
    title="Our Sample Summer",
    pages="36",
    files=(("cover", "album-a4-cover.pdf"), ("book", "album-a4-book.pdf")),
    options=(
        _option("pageblock_170mcs", "Inner pages, 170 gsm coated silk", "36", "type_main_paper"),
        _option("cover_finish_matte", "Matte lamination", "1", "type_book_cover_finish"),
    ),
)
POSTER = Good(
    product="poster_a2_p_fc",
    desc="Poster A2 portrait, full colour",
    title="Specimen at Dusk",
    pages="1",
    files=(("product", "poster-a2.pdf"),),
    options=(_option("paper_200mcs", "200 gsm coated silk", "1", "type_main_paper"),),
)
CALENDAR = Good(
    product="calendar_wall_a4_l_fc",
    desc="Wall calendar A4 landscape, wire bound",
    title="Twelve Sample Months",
    pages="13",
    files=(("product", "calendar-a4.pdf"),),
    options=(_option("paper_170mcs", "170 gsm coated silk", "13", "type_main_paper"),),
)

GOODS: Mapping[Kind, tuple[Good, ...]] = {
    Kind.TEXTBOOK: (TEXTBOOK,),
    Kind.POSTER: (POSTER,),
    Kind.MIXED: (TEXTBOOK, ALBUM, CALENDAR),
    Kind.NON_ASCII: (POSTER,),
    Kind.ALBUM: (ALBUM,),
    Kind.CALENDAR: (CALENDAR,),
    Kind.LABELLED: (ALBUM, POSTER),
    Kind.REORDER: (TEXTBOOK,),
}
NON_ASCII_TITLE = "Blåbærgrød & Œuvre — 見本の本 <№ 7>"
ORDER_PAPERS = (("shipping_label", "shipping-label.pdf"), ("delivery_note", "delivery-note.pdf"))
REORDER_CAUSES = (
    "reorder_shipping_item_damaged",
    "reorder_shipping_item_not_received",
    "reorder_print_quality",
)


def _address(name: str, street1: str, place: tuple[str, str, str], **more: str) -> dict[str, str]:
    zip_code, city, country = place
    return {
        "type": "delivery",
        "company": more.get("company", ""),
        "name": name,
        "street1": street1,
        "street2": more.get("street2", ""),
        "zip": zip_code,
        "city": city,
        "country": country,
        "state": more.get("state", ""),
        "email": "reader@example.org",
        "phone": more.get("phone", ""),
    }


ADDRESSES = (
    _address("Example Reader", "Sample Street 1", ("10115", "Berlin", "DE"), street2="Rear door"),
    _address("Test Person", "120 Sample Avenue", ("10001", "New York", "US"), state="NY"),
    _address("Demo Buyer", "Voorbeeldstraat 8", ("1000 AA", "Amsterdam", "NL"), company="Example"),
    _address("Sample Customer", "5 Test Quay", ("", "Hong Kong", "HK"), phone="+85200000000"),
)
NON_ASCII_ADDRESS = _address(
    "Prøve Ærlig 見本", "Eksempelgade 9 — 見本町", ("2300", "København S", "DK"), company="Bær & Co"
)
METHODS = ("dhl_national_standard", "ups_international_standard", "postnl_national_standard")
