"""Preflight as tables: what is found, how serious it is and what to cancel with."""

from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.cause import CANCEL_CAUSES
from hotfolder.domain.finding import DEFAULT_LEVELS, Check, Finding, Level, worst
from hotfolder.domain.order import Item
from hotfolder.domain.pdf import PageForm, PdfFacts, PdfTrouble, Size, TroubleKind
from hotfolder.domain.pdf_checks import FileRead
from hotfolder.domain.preflight import PreflightRules, preflight
from hotfolder.domain.product_spec import ProductSpec
from tests.builders import an_item

A4 = Size(width=210, height=297)
A5 = Size(width=148, height=210)
COVER = Size(width=312, height=216)
POSTER = Size(width=420, height=594)
OUR_RULES = PreflightRules()


def form(size: Size | None = A5, **fields: Any) -> PageForm:
    """A page of this trim with 3 mm of bleed."""
    shown = size.grown(3) if size else None
    made = PageForm(first=1, count=1, shown=shown, media=shown, trim=size, margin=3)
    return replace(made, **fields)


def untrimmed(size: Size, **fields: Any) -> PageForm:
    return PageForm(**{"first": 1, "count": 1, "shown": size, "media": size, **fields})


def a_pdf(*forms: PageForm, **fields: Any) -> PdfFacts:
    made = forms or (form(count=24),)
    return replace(PdfFacts(pages=sum(one.count for one in made), forms=made), **fields)


def cover(*forms: PageForm, **fields: Any) -> FileRead:
    return FileRead(name="1_cover.pdf", type="cover", pdf=a_pdf(*forms or (form(COVER),), **fields))


def book(*forms: PageForm, **fields: Any) -> FileRead:
    return FileRead(name="1_book.pdf", type="book", pdf=a_pdf(*forms, **fields))


def sheet(*forms: PageForm, **fields: Any) -> FileRead:
    made = forms or (form(POSTER),)
    return FileRead(name="1_product.pdf", type="product", pdf=a_pdf(*made, **fields))


def a_book_item(**fields: Any) -> Item:
    return an_item(**{"product": "textbook_cw_a5_p_bw", "pages": "24", **fields})


def found(*files: FileRead, **fields: Any) -> list[tuple[Check, Level, str, str]]:
    return [
        (one.code, one.level, one.words, one.cause)
        for one in preflight(a_book_item(**fields), files, OUR_RULES)
    ]


def asked(spec: ProductSpec, *files: FileRead, **fields: Any) -> list[tuple[Check, str, str]]:
    """What the table alone finds."""
    rules = PreflightRules(products=(spec,))
    findings = preflight(a_book_item(**fields), files, rules)
    return [(one.code, one.words, one.cause) for one in findings]


def a_spec(**fields: Any) -> ProductSpec:
    return ProductSpec(**{"product": "textbook_*", **fields})


def test_a_good_book_has_no_findings() -> None:
    assert found(cover(), book()) == []


def test_a_good_poster_has_no_findings() -> None:
    assert found(sheet(), product="poster_a2_p_fc", pages="1") == []
    assert found(sheet(), product="poster_a2_p_fc", pages="") == []


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        (TroubleKind.EMPTY, Check.UNREADABLE),
        (TroubleKind.NOT_A_PDF, Check.UNREADABLE),
        (TroubleKind.DAMAGED, Check.UNREADABLE),
        (TroubleKind.LOCKED, Check.LOCKED),
        (TroubleKind.TOO_MANY_PAGES, Check.TOO_HARD),
        (TroubleKind.TOO_HARD, Check.TOO_HARD),
    ],
)
@pytest.mark.parametrize(
    ("file_type", "subject", "cause"),
    [
        ("book", "the block", "CancelBookCorrupt"),
        ("cover", "the cover", "CancelCoverCorrupt"),
        ("COVER ", "the cover", "CancelCoverCorrupt"),
        ("product", "the file", "CancelFilesCorrupt"),
        ("box", "the box file", "CancelFilesCorrupt"),
        ("\x1b[2J", "the file", "CancelFilesCorrupt"),
    ],
)
def test_a_file_that_can_not_be_read_holds_the_job(
    kind: TroubleKind, check: Check, file_type: str, subject: str, cause: str
) -> None:
    pdf = PdfTrouble(kind=kind, words="is no good")
    file = FileRead(name="f.pdf", type=file_type, pdf=pdf)
    findings = preflight(an_item(product="x"), [file], OUR_RULES)
    wanted = Finding(
        code=check, level=Level.HOLD, file="f.pdf", words=f"{subject} is no good", cause=cause
    )
    assert wanted in findings


OPENED = [
    (
        {"pages": 0, "forms": ()},
        (Check.NO_PAGES, Level.HOLD, "the block has no pages", "CancelBookCorrupt"),
    ),
    (
        {"lost_pages": 1},
        (
            Check.LOST_PAGES,
            Level.HOLD,
            "the block names 1 page that it does not hold",
            "CancelBookCorrupt",
        ),
    ),
    (
        {"pages": 0, "forms": (), "lost_pages": 3},
        (
            Check.LOST_PAGES,
            Level.HOLD,
            "the block names 3 pages that it does not hold",
            "CancelBookCorrupt",
        ),
    ),
    (
        {"rebuilt": True},
        (
            Check.REBUILT,
            Level.WARN,
            "the block is damaged: it opens after a repair, but parts of it may be missing",
            "CancelBookCorrupt",
        ),
    ),
    (
        {"encrypted": True, "may_print": False},
        (
            Check.PRINT_FORBIDDEN,
            Level.WARN,
            "the block is protected against printing",
            "CancelBookRip",
        ),
    ),
    (
        {"encrypted": True},
        (
            Check.RESTRICTED,
            Level.NOTE,
            "the block is encrypted; it opens without a password and may be printed",
            "CancelBookRip",
        ),
    ),
    (
        {"fonts_missing": ("Arial", "Helvetica")},
        (
            Check.FONTS,
            Level.NOTE,
            "the block uses fonts that are not embedded: Arial, Helvetica",
            "CancelUnknownFont",
        ),
    ),
    (
        {"fonts_missing": tuple("ABCDEFG")},
        (
            Check.FONTS,
            Level.NOTE,
            "the block uses fonts that are not embedded: A, B, C, D, E and 2 more",
            "CancelUnknownFont",
        ),
    ),
]


@pytest.mark.parametrize(("facts", "finding"), OPENED)
def test_what_is_odd_in_a_file_that_opens(
    facts: dict[str, Any], finding: tuple[Check, Level, str, str]
) -> None:
    assert found(cover(), book(**facts)) == [finding]


@pytest.mark.parametrize(
    ("file", "pages", "finding"),
    [
        (
            book(form(count=23)),
            "24",
            (Check.PAGE_COUNT, Level.WARN, "the block has 23 pages, the order says 24"),
        ),
        (
            book(form()),
            "2",
            (Check.PAGE_COUNT, Level.WARN, "the block has 1 page, the order says 2"),
        ),
        (
            sheet(form(POSTER, count=2)),
            "1",
            (Check.SHEET_COUNT, Level.NOTE, "the file has 2 pages, the order says 1"),
        ),
    ],
)
def test_another_number_of_pages_is_told_with_both(
    file: FileRead, pages: str, finding: tuple[Check, Level, str]
) -> None:
    files = [cover(), file] if file.kind == "book" else [file]
    product = "textbook" if file.kind == "book" else "poster"
    assert found(*files, pages=pages, product=product) == [(*finding, "CancelPageCount")]


@pytest.mark.parametrize("pages", ["", "24", "twenty-four", "-24", "9" * 5000])
def test_pages_that_are_no_number_are_not_compared(pages: str) -> None:
    assert found(cover(), book(), pages=pages) == []


def test_the_pages_of_a_cover_are_not_compared() -> None:
    assert found(cover(form(COVER, count=4)), book()) == []


@pytest.mark.parametrize(
    ("files", "product", "missing"),
    [
        ([cover()], "textbook", "the item has no book file; it has cover"),
        ([book()], "textbook", "the item has no cover file; it has book"),
        ([book()], "x", "the item has no cover file; it has book"),
    ],
)
def test_a_book_needs_cover_and_block(files: list[FileRead], product: str, missing: str) -> None:
    assert found(*files, product=product) == [
        (Check.FILE_SET, Level.WARN, missing, "CancelValidateError")
    ]


@pytest.mark.parametrize("product", ["textbook_cw_a5_p_bw", "Photobook_pb_a4", "notebook"])
def test_a_product_named_as_a_book_needs_both(product: str) -> None:
    checks = [code for code, *_ in found(sheet(form(count=24)), product=product)]
    assert checks == [Check.FILE_SET, Check.FILE_SET]


@pytest.mark.parametrize("product", ["poster_a2", "bookmark_a6", "calendar_book", "", "puzzle"])
def test_other_products_need_no_certain_file(product: str) -> None:
    assert found(sheet(form(count=24)), product=product) == []


def test_two_blocks_are_told() -> None:
    ((check, level, words, _),) = found(cover(), book(), book())
    assert (check, level) == (Check.FILE_SET, Level.WARN)
    assert words == "the item has 2 files of type book"


def test_the_table_says_which_files_must_be_there() -> None:
    spec = ProductSpec(product="puzzle", files=("product", "box"))
    findings = asked(spec, sheet(form(count=24)), product="puzzle")
    assert findings == [
        (Check.FILE_SET, "the item has no box file; it has product", "CancelValidateError")
    ]


def test_a_file_that_is_no_pdf_by_the_order_is_noted() -> None:
    file = FileRead(name="a.jpg", type="product", pdf=None)
    ((check, level, _, _),) = found(file, product="poster")
    assert (check, level) == (Check.NOT_CHECKED, Level.NOTE)


def test_pages_that_differ_in_size_are_told_with_the_first_of_them() -> None:
    odd = book(form(count=23), form(A4, first=5))
    assert found(cover(), odd) == [
        (
            Check.MIXED_SIZES,
            Level.WARN,
            (
                "the pages of the block differ in size: most are 148 x 210 mm, not page 5"
                " (210 x 297 mm)"
            ),
            "CancelBookSize",
        )
    ]


def test_the_size_of_most_pages_is_the_usual_one_wherever_they_stand() -> None:
    odd = book(form(A4, count=2), form(first=3, count=22))
    ((_, _, words, _),) = found(cover(), odd)
    assert words.endswith("most are 148 x 210 mm, not 2 pages, the first is page 1 (210 x 297 mm)")


def test_pages_within_the_tolerance_are_of_one_size() -> None:
    nearly = Size(width=148.9, height=209.2)
    assert found(cover(), book(form(count=23), form(nearly, first=24))) == []


def test_the_trim_counts_and_not_the_bleed_around_it() -> None:
    wide = form(first=24, shown=A5.grown(20), media=A5.grown(20), margin=20)
    assert found(cover(), book(form(count=23), wide)) == []


def test_a_page_without_a_size_is_told() -> None:
    blank = form(None, first=24, margin=None)
    ((check, level, words, cause),) = found(cover(), book(form(count=23), blank))
    assert (check, level, cause) == (Check.NO_SIZE, Level.WARN, "CancelBookSize")
    assert words == "the block has no usable size on page 24"


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


def test_a_flow_sets_levels_and_off_is_silent() -> None:
    item = a_book_item(pages="30")
    file = book(rebuilt=True, fonts_missing=("Arial",))
    levels = {Check.PAGE_COUNT: Level.HOLD, Check.FONTS: Level.OFF}
    findings = preflight(item, [cover(), file], PreflightRules(levels=levels))
    assert [(one.code, one.level) for one in findings] == [
        (Check.PAGE_COUNT, Level.HOLD),
        (Check.REBUILT, Level.WARN),
    ]
    assert worst(findings) is Level.HOLD
    assert worst([]) is Level.OFF


def test_the_most_serious_comes_first_and_names_its_file() -> None:
    locked = PdfTrouble(kind=TroubleKind.LOCKED, words="is locked")
    files = [
        cover(fonts_missing=("Arial",)),
        FileRead(name="1_book.pdf", type="book", pdf=locked),
    ]
    findings = preflight(a_book_item(), files, OUR_RULES)
    assert [(one.level, one.file) for one in findings] == [
        (Level.HOLD, "1_book.pdf"),
        (Level.NOTE, "1_cover.pdf"),
    ]


def test_a_finding_about_the_set_names_no_file() -> None:
    (finding,) = preflight(a_book_item(), [cover()], OUR_RULES)
    assert finding.file == ""


def test_every_check_has_a_level() -> None:
    assert set(DEFAULT_LEVELS) == set(Check)
    assert Level.OFF not in DEFAULT_LEVELS.values()


def test_every_proposed_cause_is_a_published_one() -> None:
    causes = {entry[-1] for _, *_, entries in TABLE for entry in entries}
    causes |= {finding[-1] for _, finding in OPENED}
    assert causes <= set(CANCEL_CAUSES)
