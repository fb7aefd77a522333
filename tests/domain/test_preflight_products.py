"""The product table, held against the files."""

from typing import Any

import pytest

from hotfolder.domain.cause import CANCEL_CAUSES
from hotfolder.domain.finding import DEFAULT_LEVELS, Check, Level
from hotfolder.domain.pdf import PdfTrouble, Size, TroubleKind
from hotfolder.domain.pdf_checks import FileRead
from hotfolder.domain.preflight import PreflightRules
from hotfolder.domain.product_spec import ProductSpec
from tests.domain.pdf_facts import A4, A5, COVER, a_spec, asked, book, cover, form, untrimmed

ALL = "24 pages, the first is page 1"
TABLE: list[tuple[str, dict[str, Any], FileRead, list[tuple[Check, str, str]]]] = [
    ("as asked for", {"trim": A5}, book(), []),
    ("within tolerance", {"trim": Size(width=149, height=211)}, book(), []),
    (
        "beyond tolerance",
        {"trim": Size(width=149.1, height=210)},
        book(),
        [
            (
                Check.TRIM_SIZE,
                f"the block ({ALL}) is 148 x 210 mm, asked for is 149.1 x 210 mm",
                "CancelBookTrim",
            )
        ],
    ),
    ("own tolerance", {"trim": Size(width=150, height=210), "tolerance": 2.0}, book(), []),
    (
        "turned",
        {"trim": A5.turned},
        book(),
        [
            (
                Check.TRIM_SIZE,
                (
                    f"the block ({ALL}) is 148 x 210 mm, asked for is 210 x 148 mm:"
                    " it is turned the wrong way"
                ),
                "CancelBookSize",
            )
        ],
    ),
    ("no TrimBox, no bleed", {"trim": A5}, book(untrimmed(A5, count=24)), []),
    ("no TrimBox, usual bleed", {"trim": A5}, book(untrimmed(A5.grown(3), count=24)), []),
    (
        "no TrimBox, table bleed",
        {"trim": A5, "bleed": 8.0},
        book(untrimmed(A5.grown(8), count=24)),
        [],
    ),
    (
        "no TrimBox, printer's marks",
        {"trim": A5},
        book(untrimmed(A5.grown(10), count=24)),
        [
            (
                Check.PAGE_SIZE,
                f"the block ({ALL}) is 168 x 230 mm, asked for is 148 x 210 mm",
                "CancelBookSize",
            )
        ],
    ),
    (
        "no TrimBox, uneven",
        {"trim": A5},
        book(untrimmed(Size(width=154, height=210), count=24)),
        [
            (
                Check.PAGE_SIZE,
                f"the block ({ALL}) is 154 x 210 mm, asked for is 148 x 210 mm",
                "CancelBookSize",
            )
        ],
    ),
    ("enough bleed", {"trim": A5, "bleed": 3.0}, book(), []),
    (
        "too little bleed",
        {"trim": A5, "bleed": 3.0},
        book(form(count=24, margin=1.0)),
        [
            (
                Check.BLEED,
                f"the block ({ALL}) has 1 mm around the trim, 3 mm are asked for",
                "CancelBookMargins",
            )
        ],
    ),
    (
        "no TrimBox, so no bleed",
        {"trim": A5, "bleed": 3.0},
        book(untrimmed(A5, count=24)),
        [
            (
                Check.BLEED,
                f"the block ({ALL}) has 0 mm around the trim, 3 mm are asked for",
                "CancelBookMargins",
            )
        ],
    ),
    ("cover as asked for", {"cover": COVER}, cover(), []),
    (
        "cover of another size",
        {"cover": COVER.grown(5)},
        cover(),
        [
            (
                Check.TRIM_SIZE,
                "the cover (page 1) is 312 x 216 mm, asked for is 322 x 226 mm",
                "CancelCoverTrim",
            )
        ],
    ),
    (
        "spine as asked for",
        {"cover": Size(width=300, height=216), "spine_per_page": 0.5},
        cover(),
        [],
    ),
    (
        "spine too narrow",
        {"cover": Size(width=300, height=216), "spine_per_page": 1.0},
        cover(),
        [
            (
                Check.SPINE,
                (
                    "the cover (page 1) is 312 x 216 mm, asked for is 324 x 216 mm:"
                    " its spine is too narrow for the block"
                ),
                "CancelCoverSpine",
            )
        ],
    ),
    (
        "spine too wide",
        {"cover": Size(width=300, height=216), "spine_per_page": 0.25},
        cover(),
        [
            (
                Check.SPINE,
                (
                    "the cover (page 1) is 312 x 216 mm, asked for is 306 x 216 mm:"
                    " its spine is too wide for the block"
                ),
                "CancelCoverSpine",
            )
        ],
    ),
    (
        "too few pages and not the right step",
        {"least_pages": 40, "most_pages": 80, "page_step": 16},
        book(),
        [
            (
                Check.PAGE_RULE,
                "the block has 24 pages, at least 40 are needed",
                "CancelPageCount",
            ),
            (
                Check.PAGE_RULE,
                "the block has 24 pages, it must be a multiple of 16",
                "CancelPageCount",
            ),
        ],
    ),
    (
        "too many pages",
        {"most_pages": 20, "page_step": 4},
        book(),
        [(Check.PAGE_RULE, "the block has 24 pages, at most 20 can be made", "CancelPageCount")],
    ),
    ("pages not compared", {"ordered_pages": False}, book(form(count=20)), []),
]


@pytest.mark.parametrize(
    ("_name", "spec", "file", "findings"), TABLE, ids=[entry[0] for entry in TABLE]
)
def test_the_product_table_is_held_against_the_files(
    _name: str,
    spec: dict[str, Any],
    file: FileRead,
    findings: list[tuple[Check, str, str]],
) -> None:
    files = [cover(), file] if file.kind == "book" else [file, book()]
    assert asked(a_spec(**spec), *files) == findings


def test_every_cause_proposed_by_the_table_is_a_published_one() -> None:
    causes = {entry[-1] for _, *_, entries in TABLE for entry in entries}
    assert causes <= set(CANCEL_CAUSES)


def test_what_the_table_plainly_forbids_holds_and_what_it_may_misjudge_warns() -> None:
    levels = {check: DEFAULT_LEVELS[check] for check in Check}
    assert levels[Check.TRIM_SIZE] is levels[Check.PAGE_RULE] is Level.HOLD
    assert levels[Check.PAGE_SIZE] is levels[Check.SPINE] is levels[Check.BLEED] is Level.WARN


def test_without_pages_anywhere_the_spine_is_not_guessed() -> None:
    spec = a_spec(cover=Size(width=300, height=216), spine_per_page=9.0)
    ((check, _, _),) = asked(spec, cover(), pages="")
    assert check is Check.FILE_SET


def test_the_spine_goes_by_the_ordered_pages_when_the_block_is_not_readable() -> None:
    spec = a_spec(cover=Size(width=300, height=216), spine_per_page=0.5)
    broken = FileRead(name="b", type="book", pdf=PdfTrouble(kind=TroubleKind.EMPTY, words=""))
    assert [check for check, *_ in asked(spec, cover(), broken)] == [Check.UNREADABLE]


@pytest.mark.parametrize(
    ("pattern", "product", "takes"),
    [
        ("textbook_*_a5_*", "textbook_cw_a5_p_bw", True),
        ("TEXTBOOK_*", "textbook_cw_a5_p_bw", True),
        ("textbook_cw_a?_p_bw", "Textbook_cw_a5_p_bw", True),
        ("textbook", "textbook_cw_a5_p_bw", False),
        ("*", "", True),
    ],
)
def test_products_are_named_with_wild_cards_in_any_case(
    pattern: str, product: str, *, takes: bool
) -> None:
    assert ProductSpec(product=pattern).takes(product) is takes


def test_the_first_entry_that_fits_is_used() -> None:
    first, second = a_spec(trim=A5), ProductSpec(product="*", trim=A4)
    rules = PreflightRules(products=(first, second))
    assert rules.spec("textbook_x") is first
    assert rules.spec("poster") is second
    assert PreflightRules(products=(first,)).spec("poster") is None
