"""What is told of a PDF: real files, made here."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Array, Encryption, Name, Permissions

from hotfolder.domain.pdf import Size, TroubleKind
from tests.files import pdfs
from tests.files.pdf_looks import (
    A5,
    A5_LANDSCAPE,
    EXAMPLES,
    facts,
    near,
    only_form,
    trouble,
    written,
)
from tests.files.pdfs import a_pdf, points


@pytest.mark.parametrize(
    ("name", "pages", "trim"),
    [
        ("album-a4-book", 36, (210, 297)),
        ("album-a4-cover", 1, (474, 334)),
        ("calendar-a4", 13, (297, 210)),
        ("delivery-note", 1, (204, 291)),
        ("poster-a2", 1, (420, 594)),
        ("shipping-label", 1, (94, 144)),
        ("textbook-a5-book", 24, (148, 210)),
        ("textbook-a5-cover", 1, (312, 216)),
    ],
)
def test_the_example_files_are_what_they_say(
    name: str, pages: int, trim: tuple[float, float]
) -> None:
    found = facts(EXAMPLES / f"{name}.pdf")
    wanted = Size(width=trim[0], height=trim[1])
    assert (found.pages, found.version) == (pages, "1.4")
    (form,) = found.forms
    assert (form.first, form.count) == (1, pages)
    assert near(form.trim, wanted)
    assert near(form.shown, wanted.grown(3))
    assert form.margin == pytest.approx(3, abs=0.02)
    assert found.fonts_missing == ("Helvetica",)
    assert (found.rebuilt, found.encrypted, found.lost_pages) == (False, False, 0)


BOXES: list[tuple[str, Mapping[str, Any], Mapping[str, Size | None]]] = [
    ("bare", {}, {"shown": A5, "media": A5, "trim": None, "bleed": None}),
    ("upside down box", {"MediaBox": points(148, 210, 0, 0)}, {"media": A5}),
    ("origin elsewhere", {"MediaBox": points(-50, 20, 98, 230)}, {"media": A5}),
    ("turned", {"Rotate": 90}, {"media": A5_LANDSCAPE, "shown": A5_LANDSCAPE}),
    ("turned back", {"Rotate": -270}, {"media": A5_LANDSCAPE}),
    ("upside down", {"Rotate": 180}, {"media": A5}),
    ("turned by nonsense", {"Rotate": 45}, {"media": A5}),
    ("large units", {"UserUnit": 2}, {"media": Size(width=296, height=420)}),
    ("nonsense units", {"UserUnit": -2}, {"media": A5}),
    (
        "all boxes",
        {
            "CropBox": points(1, 1, 147, 209),
            "TrimBox": points(10, 10, 138, 200),
            "BleedBox": points(7, 7, 141, 203),
        },
        {
            "shown": Size(width=146, height=208),
            "trim": Size(width=128, height=190),
            "bleed": Size(width=134, height=196),
        },
    ),
    (
        "all turned and large",
        {"TrimBox": points(10, 20, 138, 190), "Rotate": 270, "UserUnit": 2},
        {"trim": Size(width=340, height=256), "media": Size(width=420, height=296)},
    ),
    ("crop beyond the page", {"CropBox": points(-9, -9, 300, 300)}, {"shown": A5}),
    ("crop beside the page", {"CropBox": points(300, 0, 400, 50)}, {"shown": A5}),
    ("trim of no width", {"TrimBox": points(10, 10, 10, 50)}, {"trim": None, "shown": A5}),
    ("trim of three", {"TrimBox": Array([1, 2, 3])}, {"trim": None}),
    ("trim of names", {"TrimBox": Array([Name.A, Name.B, Name.C, Name.D])}, {"trim": None}),
    ("no size", {"MediaBox": Array([0, 0, 0, 0])}, {"shown": None, "media": None}),
]


@pytest.mark.parametrize(("_name", "entries", "sizes"), BOXES, ids=[box[0] for box in BOXES])
def test_boxes_are_told_as_a_reader_sees_them(
    tmp_path: Path, _name: str, entries: Mapping[str, Any], sizes: Mapping[str, Size | None]
) -> None:
    form = only_form(a_pdf(tmp_path / "a.pdf", entries))
    for box, wanted in sizes.items():
        found = getattr(form, box)
        assert found is None if wanted is None else near(found, wanted), (box, found)


@pytest.mark.parametrize(
    ("entries", "margin"),
    [
        ({}, None),
        ({"TrimBox": points(3, 3, 145, 207)}, 3),
        ({"TrimBox": points(3, 3, 145, 210)}, 0),
        ({"TrimBox": points(9, 9, 139, 201), "BleedBox": points(6, 7, 142, 204)}, 2),
        ({"TrimBox": points(9, 9, 139, 201), "BleedBox": points(9, 9, 139, 201)}, 0),
        ({"TrimBox": points(3, 3, 145, 207), "UserUnit": 2, "Rotate": 90}, 6),
    ],
)
def test_the_margin_is_the_narrowest_side_around_the_trim(
    tmp_path: Path, entries: Mapping[str, Any], margin: float | None
) -> None:
    found = only_form(a_pdf(tmp_path / "a.pdf", entries)).margin
    assert found == (None if margin is None else pytest.approx(margin, abs=0.02))


def test_pages_of_one_form_are_counted_together(tmp_path: Path) -> None:
    other = {"MediaBox": points(0, 0, 210, 297)}
    found = facts(a_pdf(tmp_path / "a.pdf", {}, other, {}, {}, other))
    assert [(form.first, form.count) for form in found.forms] == [(1, 3), (2, 2)]


def test_sizes_are_inherited_from_the_nodes_above(tmp_path: Path) -> None:
    nodes = {
        4: b"<</Type/Pages/Parent 2 0 R/Count 2/Kids[5 0 R 6 0 R]/MediaBox[0 0 720 72]/Rotate 90>>",
        5: b"<</Type/Page/Parent 4 0 R>>",
        6: b"<</Type/Page/Parent 4 0 R/MediaBox[0 0 144 72]/Rotate 0>>",
    }
    found = facts(written(tmp_path / "a.pdf", pdfs.tree(b"3 0 R 4 0 R", 3, nodes)))
    assert [form.media for form in found.forms] == [
        Size(width=35.28, height=35.28),
        Size(width=25.4, height=254.0),
        Size(width=50.8, height=25.4),
    ]


def test_more_than_a_hundred_forms_are_counted_and_cut(tmp_path: Path) -> None:
    pages = [{"MediaBox": points(0, 0, 100 + number, 200)} for number in range(130)]
    found = facts(a_pdf(tmp_path / "a.pdf", *pages))
    assert (found.pages, len(found.forms)) == (130, 100)


NO_PRINT = Permissions(print_lowres=False, print_highres=False)
NO_COPY = Permissions(extract=False)


@pytest.mark.parametrize("strength", [4, 6])
def test_a_file_that_needs_a_password_is_locked(tmp_path: Path, strength: Any) -> None:
    encryption = Encryption(user="secret", owner="other", R=strength)
    found = trouble(a_pdf(tmp_path / "a.pdf", {}, encryption=encryption))
    assert found.kind is TroubleKind.LOCKED
    assert found.words == "is encrypted and can not be opened without a password"


@pytest.mark.parametrize(("allow", "may_print"), [(NO_PRINT, False), (NO_COPY, True)])
def test_a_file_with_restrictions_opens_and_tells_them(
    tmp_path: Path, allow: Permissions, *, may_print: bool
) -> None:
    encryption = Encryption(user="", owner="secret", allow=allow)
    found = facts(a_pdf(tmp_path / "a.pdf", {}, {}, encryption=encryption))
    assert (found.pages, found.encrypted, found.may_print) == (2, True, may_print)


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", TroubleKind.EMPTY, "is empty (0 bytes)"),
        (
            b"\n <!DOCTYPE HTML><p>Not found",
            TroubleKind.NOT_A_PDF,
            "is a web page (HTML), not a PDF",
        ),
        (b"\xef\xbb\xbf<html>", TroubleKind.NOT_A_PDF, "is a web page (HTML), not a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", TroubleKind.NOT_A_PDF, "is a PNG picture, not a PDF"),
        (b"\xff\xd8\xff\xe0JFIF", TroubleKind.NOT_A_PDF, "is a JPEG picture, not a PDF"),
        (b'{"error": "gone"}', TroubleKind.NOT_A_PDF, "is text that looks like JSON, not a PDF"),
        (b"PK\x03\x04", TroubleKind.NOT_A_PDF, "is a ZIP archive, not a PDF"),
        (b"\0" * 5000, TroubleKind.NOT_A_PDF, "is not a PDF: it does not begin with %PDF-"),
        (b"%PDF-1.7\n", TroubleKind.DAMAGED, "is damaged and can not be opened"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, TroubleKind.DAMAGED, "is damaged"),
        (b"%PDF-1.7\n1 0 obj\n" + b"<<" * 500_000, TroubleKind.DAMAGED, "is damaged"),
        (pdfs.by_hand({1: b"<</Type/Catalog>>"}), TroubleKind.DAMAGED, "is damaged"),
        (pdfs.by_hand({1: b"[]"}), TroubleKind.DAMAGED, "is damaged"),
    ],
    ids=lambda value: repr(value[:16]) if isinstance(value, bytes) else "",
)
def test_what_is_no_pdf_is_named_for_what_it_is(
    tmp_path: Path, content: bytes, kind: TroubleKind, words: str
) -> None:
    found = trouble(written(tmp_path / "a.pdf", content))
    assert found.kind is kind
    assert found.words.startswith(words)


def test_a_pdf_without_pages_is_told_as_such(tmp_path: Path) -> None:
    found = facts(written(tmp_path / "a.pdf", pdfs.tree(b"", 0)))
    assert (found.pages, found.lost_pages, found.forms) == (0, 0, ())


def test_a_name_can_hold_anything(tmp_path: Path) -> None:
    assert facts(a_pdf(tmp_path / "-c 見本 'a\nb'.pdf", {})).pages == 1


def test_the_daemon_does_not_load_the_library() -> None:
    program = "import sys, hotfolder.files.pdf; sys.exit('pikepdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
