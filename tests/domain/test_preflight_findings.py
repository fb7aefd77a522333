"""Preflight as tables: what is found, how serious it is and what to cancel with."""

from typing import Any

import pytest

from hotfolder.domain.cause import CANCEL_CAUSES
from hotfolder.domain.finding import DEFAULT_LEVELS, Check, Finding, Level, worst
from hotfolder.domain.pdf import PdfTrouble, TroubleKind
from hotfolder.domain.pdf_checks import FileRead
from hotfolder.domain.preflight import PreflightRules, preflight
from tests.builders import an_item
from tests.domain.pdf_facts import OUR_RULES, a_book_item, book, cover, found, sheet


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
    assert {finding[-1] for _, finding in OPENED} <= set(CANCEL_CAUSES)
