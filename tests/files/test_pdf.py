"""What is told of a PDF: real files, made here, sound and unsound."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Permissions

from hotfolder.domain.pdf import PageForm, PdfFacts, PdfTrouble, Size, TroubleKind
from hotfolder.errors import FloorError
from hotfolder.files.pdf import PROGRAM, PdfLimits, read_pdf, understood
from tests.files import pdfs
from tests.files.pdfs import a_page, a_pdf, points

EXAMPLES = Path(__file__).parents[1] / "examples" / "files"
A5 = Size(width=148, height=210)
A5_LANDSCAPE = Size(width=210, height=148)


def facts(path: Path, limits: PdfLimits | None = None) -> PdfFacts:
    found = read_pdf(path, limits or PdfLimits())
    assert isinstance(found, PdfFacts), found
    return found


def trouble(path: Path, limits: PdfLimits | None = None) -> PdfTrouble:
    found = read_pdf(path, limits or PdfLimits())
    assert isinstance(found, PdfTrouble), found
    return found


def only_form(path: Path) -> PageForm:
    (form,) = facts(path).forms
    return form


def near(size: Size | None, wanted: Size) -> bool:
    return size is not None and size.fits(wanted, 0.02)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


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


def embedded(pdf: Pdf, key: str = "FontFile2") -> Dictionary:
    file = pdf.make_stream(b"the outlines")
    return Dictionary({"/Type": Name.FontDescriptor, f"/{key}": file})


def font(pdf: Pdf, name: str, **entries: Any) -> pikepdf.Object:
    usual = {"Type": Name.Font, "Subtype": Name.TrueType, "BaseFont": Name(f"/{name}")}
    return pdf.make_indirect(Dictionary(**(usual | entries)))


def drawing(pdf: Pdf, *fonts: pikepdf.Object, **entries: Any) -> pikepdf.Object:
    """A form that other pages or forms can place."""
    made = pdf.make_stream(b"")
    made.Type, made.Subtype = Name.XObject, Name.Form
    made.Resources = resources(*fonts, **entries)
    return made


def resources(*fonts: pikepdf.Object, **entries: Any) -> Dictionary:
    named = {f"/F{number}": one for number, one in enumerate(fonts)}
    return Dictionary(Font=Dictionary(named), **entries)


FontCase = Callable[[Pdf], dict[str, Any]]


def composite(pdf: Pdf, name: str, **inner: Any) -> pikepdf.Object:
    below = font(pdf, name, Subtype=Name.CIDFontType2, **inner)
    return font(pdf, name, Subtype=Name.Type0, DescendantFonts=Array([below]))


def loop(pdf: Pdf) -> dict[str, Any]:
    one, two = drawing(pdf, font(pdf, "Inner")), drawing(pdf)
    one.Resources.XObject = Dictionary(Two=two)
    two.Resources.XObject = Dictionary(One=one)
    return {"Resources": Dictionary(XObject=Dictionary(One=one))}


def check_box(pdf: Pdf) -> dict[str, Any]:
    states = Dictionary(Yes=drawing(pdf, font(pdf, "Ticked")), No=drawing(pdf))
    note = Dictionary(Type=Name.Annot, AP=Dictionary(N=states))
    return {"Annots": Array([pdf.make_indirect(note)])}


FONTS: list[tuple[str, FontCase, tuple[str, ...]]] = [
    ("standard", lambda pdf: {"Resources": resources(font(pdf, "Courier"))}, ("Courier",)),
    (
        "embedded in each way",
        lambda pdf: {
            "Resources": resources(
                *(
                    font(pdf, key, FontDescriptor=embedded(pdf, key))
                    for key in ("FontFile", "FontFile2", "FontFile3")
                )
            )
        },
        (),
    ),
    (
        "described, but not embedded",
        lambda pdf: {
            "Resources": resources(font(pdf, "Out", FontDescriptor=Dictionary(FontName=Name.Out)))
        },
        ("Out",),
    ),
    (
        "composite",
        lambda pdf: {
            "Resources": resources(
                composite(pdf, "Whole", FontDescriptor=embedded(pdf)), composite(pdf, "Bare")
            )
        },
        ("Bare",),
    ),
    (
        "drawn glyph by glyph",
        lambda pdf: {"Resources": resources(font(pdf, "Drawn", Subtype=Name.Type3))},
        (),
    ),
    (
        "inside a form in a form",
        lambda pdf: {
            "Resources": resources(
                XObject=Dictionary(
                    Outer=drawing(pdf, XObject=Dictionary(Inner=drawing(pdf, font(pdf, "Hidden"))))
                )
            )
        },
        ("Hidden",),
    ),
    (
        "inside a pattern",
        lambda pdf: {
            "Resources": Dictionary(Pattern=Dictionary(P=drawing(pdf, font(pdf, "Tile"))))
        },
        ("Tile",),
    ),
    ("inside a check box", check_box, ("Ticked",)),
    ("forms that place each other", loop, ("Inner",)),
    (
        "without a name",
        lambda pdf: {"Resources": resources(pdf.make_indirect(Dictionary(Type=Name.Font)))},
        ("a font without a name",),
    ),
    (
        "with a name that a terminal would obey",
        lambda pdf: {"Resources": resources(font(pdf, "A\x1b[2J\nB"))},
        ("A[2JB",),
    ),
]


@pytest.mark.parametrize(("_name", "entries", "missing"), FONTS, ids=[case[0] for case in FONTS])
def test_fonts_that_are_not_embedded_are_named(
    tmp_path: Path, _name: str, entries: FontCase, missing: tuple[str, ...]
) -> None:
    path = tmp_path / "a.pdf"
    with Pdf.new() as pdf:
        a_page(pdf, **entries(pdf))
        pdf.save(path)
    assert facts(path).fonts_missing == missing


def test_names_that_are_many_and_long_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with Pdf.new() as pdf:
        long = "見" * 300
        a_page(pdf, Resources=resources(*(font(pdf, f"{n}{long}") for n in range(300))))
        pdf.save(path)
    missing = facts(path).fonts_missing
    assert len(missing) == 100
    assert {len(name) for name in missing} == {100}


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


def test_pages_that_are_named_but_not_there_are_lost(tmp_path: Path) -> None:
    found = facts(written(tmp_path / "a.pdf", pdfs.tree(b"3 0 R 77 0 R 3 0 R", 3)))
    assert (found.pages, found.lost_pages) == (2, 1)


def test_a_broken_table_of_objects_is_mended_and_told(tmp_path: Path) -> None:
    whole = a_pdf(tmp_path / "a.pdf", {}, {}).read_bytes()
    place = whole.rindex(b"startxref") + len("startxref\n")
    found = facts(written(tmp_path / "b.pdf", whole[:place] + b"7\n%%EOF\n"))
    assert (found.pages, found.rebuilt) == (2, True)


def test_rubbish_before_and_after_does_no_harm(tmp_path: Path) -> None:
    whole = a_pdf(tmp_path / "a.pdf", {}).read_bytes()
    found = facts(written(tmp_path / "b.pdf", b"\r\n\r\n" + whole + b"\0" * 500))
    assert found.pages == 1


def test_a_file_cut_anywhere_gives_no_error_and_is_never_taken_for_whole(tmp_path: Path) -> None:
    whole = (EXAMPLES / "album-a4-book.pdf").read_bytes()
    end = whole.rindex(b"startxref")
    for cut in range(1, end, end // 16):
        found = read_pdf(written(tmp_path / "a.pdf", whole[:cut]))
        assert isinstance(found, PdfTrouble) or found.rebuilt, cut


WHOLE = (EXAMPLES / "textbook-a5-cover.pdf").read_bytes()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    damage=st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=12)), min_size=1, max_size=8
    ),
    cut=st.integers(0, len(WHOLE)),
)
@example(damage=[(0, b"%PDF-9.9")], cut=0)
def test_random_damage_gives_facts_or_trouble(
    tmp_path: Path, damage: list[tuple[int, bytes]], cut: int
) -> None:
    content = bytearray(WHOLE)
    for place, spoiled in damage:
        content[place : place + len(spoiled)] = spoiled
    found = read_pdf(written(tmp_path / "a.pdf", bytes(content[: len(content) - cut // 4])))
    assert isinstance(found, PdfFacts | PdfTrouble)


HOSTILE: list[tuple[str, Callable[[], bytes], TroubleKind]] = [
    ("tree that holds itself", lambda: pdfs.tree(b"3 0 R 2 0 R", 2), TroubleKind.DAMAGED),
    ("tree that doubles", lambda: pdfs.doubling_tree(60), TroubleKind.DAMAGED),
    ("200,000 pages", lambda: pdfs.many_pages(200_000), TroubleKind.TOO_MANY_PAGES),
    ("one page a million times", lambda: pdfs.tree(b"3 0 R " * 10**6), TroubleKind.TOO_MANY_PAGES),
]


@pytest.mark.parametrize(("_name", "content", "kind"), HOSTILE, ids=[one[0] for one in HOSTILE])
def test_a_hostile_file_is_trouble(
    tmp_path: Path, _name: str, content: Callable[[], bytes], kind: TroubleKind
) -> None:
    assert trouble(written(tmp_path / "a.pdf", content())).kind is kind


PARENTS = {
    1: pdfs.CATALOG,
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
}
HARMLESS: list[tuple[str, Callable[[], bytes], int]] = [
    ("a count of 10**11", lambda: pdfs.tree(b"3 0 R", 10**11), 1),
    ("a tree 20,000 nodes deep", lambda: pdfs.deep_tree(20_000), 1),
    ("a parent that is its child", lambda: pdfs.by_hand(PARENTS), 1),
    ("an array a million deep", lambda: pdfs.deep_array(10**6), 0),
    ("an object stream of 4 GiB", lambda: pdfs.object_stream_bomb(4096), 0),
    (
        "a table of 2**31 objects",
        lambda: pdfs.tree(b"3 0 R").replace(b"0 4\n", b"0 2147483647\n"),
        1,
    ),
    (
        "a stream of 2**40 bytes",
        lambda: pdfs.tree(b"3 0 R", 1, {4: b"<</Length 1099511627776>>stream\nx\nendstream"}),
        1,
    ),
]


@pytest.mark.parametrize(("_name", "content", "pages"), HARMLESS, ids=[one[0] for one in HARMLESS])
def test_a_hostile_file_does_not_cost_more_than_it_may(
    tmp_path: Path, _name: str, content: Callable[[], bytes], pages: int
) -> None:
    assert facts(written(tmp_path / "a.pdf", content())).pages == pages


def test_the_limit_of_pages_itself_is_allowed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", pdfs.many_pages(50))
    assert facts(path, PdfLimits(pages=50)).pages == 50
    assert trouble(path, PdfLimits(pages=49)).words == "has more than 49 pages"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (PdfLimits(seconds=1), "could not be read within 1 seconds"),
        (PdfLimits(cpu_seconds=1), "could not be read within 1 seconds of processor time"),
    ],
)
def test_a_look_that_takes_too_long_is_ended(tmp_path: Path, limits: PdfLimits, words: str) -> None:
    path = written(tmp_path / "a.pdf", pdfs.endless_objects(64))
    assert trouble(path, limits) == PdfTrouble(kind=TroubleKind.TOO_HARD, words=words)


def test_a_look_that_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", pdfs.tree(b"3 0 R " * 10**6))
    found = trouble(path, PdfLimits(memory_mib=64))
    words = "needs more than 64 MiB of memory to be read"
    assert found == PdfTrouble(kind=TroubleKind.TOO_HARD, words=words)


def test_the_child_ends_by_itself_when_nobody_waits_for_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", pdfs.endless_objects(64))
    limits = json.dumps({"seconds": 0, "cpu": 60, "memory": 2**30, "pages": 9, "answer": 99})
    with path.open("rb") as file:
        command = [sys.executable, "-I", "-S", "-c", PROGRAM, limits, *sys.path]
        done = subprocess.run(command, stdin=file, check=False, timeout=30)
    assert done.returncode == -signal.SIGALRM


def test_a_look_that_is_ended_from_outside_says_nothing_about_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", pdfs.endless_objects(64))
    thread = threading.Thread(target=kill_the_child)
    thread.start()
    with pytest.raises(FloorError, match=r"a\.pdf can not be checked: .* ended from outside"):
        read_pdf(path)
    thread.join()


def kill_the_child() -> None:
    own = threading.main_thread().native_id
    children = Path(f"/proc/self/task/{own}/children")
    while True:
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGTERM)
            return


@pytest.mark.parametrize(
    ("ended", "answer", "words"),
    [
        (-signal.SIGSEGV, b"", "makes the program that reads it crash"),
        (-signal.SIGABRT, b"", "makes the program that reads it crash"),
        (0, b"", "makes the program that reads it fail"),
        (0, b"{", "makes the program that reads it fail"),
        (0, b"[]", "makes the program that reads it fail"),
        (0, b'{"pages": 3}', "makes the program that reads it fail"),
        (0, b'{"trouble": "else"}', "makes the program that reads it fail"),
    ],
)
def test_an_end_without_a_good_answer_is_trouble(ended: int, answer: bytes, words: str) -> None:
    found = understood(ended, answer, "a.pdf", PdfLimits())
    assert found == PdfTrouble(kind=TroubleKind.TOO_HARD, words=words)


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (-signal.SIGKILL, "the check was ended from outside"),
        (1, "the program for it does not start"),
        (4, "the disk or share gave an error"),
    ],
)
def test_an_end_that_is_not_the_fault_of_the_file_is_raised(ended: int, words: str) -> None:
    with pytest.raises(FloorError, match=words):
        understood(ended, b"", "a.pdf", PdfLimits())


def test_what_can_not_be_opened_here_is_raised(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    for name in ("pipe.pdf", "folder.pdf", "missing.pdf"):
        with pytest.raises(FloorError, match=f"{name} can not be read"):
            read_pdf(tmp_path / name)


def test_a_name_can_hold_anything(tmp_path: Path) -> None:
    assert facts(a_pdf(tmp_path / "-c 見本 'a\nb'.pdf", {})).pages == 1


def test_the_daemon_does_not_load_the_library() -> None:
    program = "import sys, hotfolder.files.pdf; sys.exit('pikepdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
