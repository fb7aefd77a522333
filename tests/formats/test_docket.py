"""The docket as it comes out of a printer."""

import io
import time
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import hotfolder.config
from hotfolder.domain.docket import Docket, Mark, docket_facts
from hotfolder.domain.job import Mode
from hotfolder.domain.order import Option, Reorder, Shipping
from hotfolder.domain.ticket import JobTicket, TicketFile
from hotfolder.domain.typeface import Face, Fonts
from hotfolder.files.fonts import FontShelf, usual_folders
from hotfolder.formats.docket import render_docket
from hotfolder.formats.docket_reader import read_template
from hotfolder.formats.docket_template import DocketTemplate
from tests.builders import a_ticket, an_address, an_item, an_order
from tests.formats.docket_eyes import (
    as_png,
    look_at,
    needs_poppler,
    needs_zbar,
    scanned,
    words_of,
)
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


@pytest.mark.parametrize("fonts", [no_fonts, SHELF.faces], ids=["no fonts", "fonts"])
@pytest.mark.parametrize(("name", "size"), [("a5", (148, 210)), ("a4", (210, 297))])
def test_a_docket_says_all_of_a_job_on_one_page(
    name: str, size: tuple[float, float], fonts: Fonts
) -> None:
    docket = drawn(full_ticket(), ours(name), fonts)

    seen = look_at(docket.pdf)
    assert seen.pages == 1
    assert seen.size == pytest.approx(size, abs=0.1)
    for words in (
        "700100030001",
        "Order 700100030000",
        "Field Notes for Beekeepers",
        "Casewrap textbook A5 portrait",
        "24 pages",
        "250",
        "Cover, 130 gsm coated gloss",
        "2026-03-05 16:00",
        "dhl_national_standard",
        "Lantern Press",
        "Alma Testperson",
        "Willow Lane 12",
        "700100030001_cover.pdf (9 kB)",
        "Reorder of 600100010001",
        "Crushed corner",
        "REORDER",
        "TEST",
    ):
        assert words in seen.text
    assert (docket.missing_glyphs, docket.cut, docket.left_out) == ((), (), ())


@needs_poppler
def test_poppler_reads_the_same_words() -> None:
    words = words_of(drawn(full_ticket(), ours(), SHELF.faces).pdf)

    assert "Field Notes for Beekeepers" in words
    assert "2026-03-05 16:00" in words


@pytest.mark.parametrize(
    ("ticket", "marks"),
    [
        (a_ticket(), set[Mark]()),
        (a_ticket(mode=Mode.TEST), {Mark.TEST}),
        (a_ticket(item=an_item(reorder=Reorder(cause="x"))), {Mark.REORDER}),
    ],
)
def test_only_the_marks_of_the_job_are_there(ticket: JobTicket, marks: set[Mark]) -> None:
    text = look_at(drawn(ticket, ours(), SHELF.faces).pdf).text

    assert {mark for mark in Mark if mark in text} == marks


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
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
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


def test_same_facts_give_the_same_bytes() -> None:
    ticket = with_title("Ελληνικά and Latin {nb}", id="a-1")

    first, second = (drawn(ticket, ours(), SHELF.faces, a_png()) for _ in range(2))

    assert first == second
    assert look_at(first.pdf).made.startswith("D:20260302120000")


def test_what_a_pdf_library_reads_as_its_own_sign_is_printed_as_it_is() -> None:
    title = "{nb} **bold** __under__ \\(x\\) ~~gone~~"

    text = look_at(drawn(with_title(title), a_page(a_text()), squares).pdf).text

    assert " ".join(text.split()) == title


def test_what_no_font_has_is_a_question_mark_and_is_told() -> None:
    docket = drawn(with_title("Naïve Ωμέγα \U0001f600"), ours(), no_fonts)

    text = look_at(docket.pdf).text
    assert docket.missing_glyphs == tuple(sorted("Ωμέγα\U0001f600"))
    assert "Naïve ????? ?" in text
    assert "No font here has: U+03A9 U+03AD" in text


def test_a_font_without_question_mark_or_ellipsis_prints_no_boxes() -> None:
    def only_a(characters: frozenset[str], _bold: bool) -> tuple[Face, ...]:
        return (Face(name="A", data=tiny_font("A "), covers=characters & frozenset("A ")),)

    docket = drawn(with_title("AAA xyz " * 300), a_page(a_text()), only_a)

    assert docket.missing_glyphs == ("x", "y", "z")
    assert docket.cut == ("title",)
    assert set(look_at(docket.pdf).text) <= set("A \r\n")


@pytest.mark.parametrize(
    "title", ["Ελληνικά Ωμέγα", "Кириллица Ёж", "Blåbærgrød & Œuvre — ĄŻ", "北斎の波、見本"]
)
def test_any_script_that_has_a_font_is_embedded_and_can_be_read(title: str) -> None:
    docket = drawn(with_title(title), ours(), fonts_with(title))

    assert docket.missing_glyphs == ()
    assert title in look_at(docket.pdf).text


@needs_poppler
@pytest.mark.parametrize(
    ("title", "first", "last"), [("كتاب عربي", "كتاب", "عربي"), ("ספר בישול", "ספר", "בישול")]
)
def test_right_to_left_scripts_run_from_the_right(title: str, first: str, last: str) -> None:
    docket = drawn(with_title(title), a_page(a_text()), fonts_with(title))

    words = words_of(docket.pdf)
    assert docket.missing_glyphs == ()
    assert words.index(first) < words.index(last)  # poppler gives back the logical order
    assert look_at(docket.pdf).letters[0].right == pytest.approx(10 + 20 + 60, abs=1.5)


def test_signs_without_direction_follow_their_paragraph() -> None:
    fonts = fonts_with("שלום")

    letters = look_at(drawn(with_title("שלום abc!"), a_page(a_text()), fonts).pdf).letters

    assert min(letters, key=lambda letter: letter.left).sign == "!"


def test_arabic_letters_are_joined() -> None:
    letters = "\u0628\u0628\u0628"
    apart = "\u0628\u200c\u0628\u200c\u0628"
    fonts = fonts_with(letters)

    def width(title: str) -> float:
        seen = look_at(drawn(with_title(title), a_page(a_text()), fonts).pdf).letters
        return max(one.right for one in seen) - min(one.left for one in seen)

    assert width(letters) < 0.8 * width(apart)


def test_what_does_not_fit_is_cut_and_told() -> None:
    docket = drawn(with_title("many words " * 200), ours(), SHELF.faces)

    text = look_at(docket.pdf).text
    assert docket.cut == ("title",)
    assert "many words many words" in text
    assert "…" in text
    assert "Cut to fit: title; see job-ticket.json" in text


def test_twelve_options_and_a_long_address_fit_as_they_are() -> None:
    options = tuple(Option(option="o", desc=f"Option {at} in some words") for at in range(12))
    address = an_address(
        company="Gesellschaft zur Förderung der Naturkunde mbH & Co. KG, Abteilung Bibliothek",
        street1="Donaudampfschifffahrtsgesellschaftskapitänsweg 1234567890",
        street2="3rd floor, left of the staircase, please ring twice",
    )
    item = an_item(options=options)
    ticket = a_ticket(item=item, order=an_order(items=(item,), addresses=(address,)))

    docket = drawn(ticket, ours(), SHELF.faces)

    text = look_at(docket.pdf).text
    assert docket.cut == ()
    assert all(option.desc in text for option in options)


def test_the_thumbnail_is_on_the_page() -> None:
    page = a_page({"kind": "thumbnail", "at": [0, 0], "size": [40, 40]})

    without = drawn(a_ticket(), page, no_fonts)
    docket = drawn(a_ticket(), page, no_fonts, a_png())

    assert b"/Subtype /Image" not in without.pdf
    assert b"/Subtype /Image" in docket.pdf
    assert docket.left_out == ()


@pytest.mark.parametrize(
    "png",
    [b"", b"no picture", a_png()[:60], b"GIF89a", a_png(20000, 300), b"\x89PNG\r\n\x1a\n" * 9],
    ids=["empty", "text", "half", "gif", "huge", "heads"],
)
def test_a_picture_that_is_none_is_told_and_left_out(png: bytes) -> None:
    docket = drawn(a_ticket(), ours(), no_fonts, png)

    assert docket.left_out == ("thumbnail: it is no usable PNG picture",)
    assert b"/Subtype /Image" not in docket.pdf
    assert look_at(docket.pdf).pages == 1


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 100), st.binary(max_size=4))
def test_a_damaged_picture_never_spoils_the_docket(at: int, damage: bytes) -> None:
    png = a_png()
    at %= len(png)

    docket = drawn(a_ticket(), a_page({"kind": "thumbnail", "at": [0, 0], "size": [40, 40]}),
                   no_fonts, png[:at] + damage + png[at + len(damage) :])  # fmt: skip

    assert look_at(docket.pdf).pages == 1


HOSTILE = st.text(
    st.characters()
    | st.sampled_from("\u202e\u2066\u200d\u0301\u0e47\U0001f600北אبक{}\\()\x00\n\ud800<&%"),
    max_size=120,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, HOSTILE, st.sampled_from([SHELF.faces, no_fonts, squares]), st.integers(1, 60))
def test_any_text_gives_one_page(title: str, other: str, fonts: Fonts, times: int) -> None:
    item = an_item(title=title * times, desc=other, options=(Option(option=other),) * times)
    order = an_order(
        items=(item,),
        addresses=(an_address(company=other, name=title, city=other * times),),
        shipping=Shipping(method=other, consignor=title),
    )

    docket = drawn(a_ticket(item=item, order=order), ours(), fonts)

    assert look_at(docket.pdf).pages == 1
    assert docket.pdf.startswith(b"%PDF-")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, st.integers(1, 40), st.booleans(), st.sampled_from(["start", "right", "center"]))
def test_letters_stay_in_the_box_of_their_text(
    title: str, times: int, bold: bool, align: str
) -> None:
    page = a_page(a_text(font=14, bold=bold, align=align))

    docket = drawn(with_title(title * times), page, squares)

    for letter in look_at(docket.pdf).letters:
        if any(unicodedata.category(sign)[0] == "M" for sign in letter.sign):
            continue  # an accent hangs over its letter; one without a letter hangs over the edge
        assert letter.left > 30 - BLEED
        assert letter.top > 40 - BLEED
        assert letter.right < 90 + BLEED
        assert letter.bottom < 60 + BLEED


def test_a_letter_wider_than_its_box_is_squeezed() -> None:
    page = a_page(a_text(size=[1, 20], font=20, least=20))

    (letter,) = look_at(drawn(with_title("M"), page, squares).pdf).letters

    assert letter.left > 30 - 0.1
    assert letter.right < 31 + 0.1


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_lines_stand_where_the_template_says(align: str) -> None:
    docket = drawn(with_title("abc"), a_page(a_text(align=align)), squares)

    seen = look_at(docket.pdf).letters
    left, right = seen[0].left, seen[-1].right
    gaps = {"left": left - 30, "center": (left - 30) - (90 - right), "right": 90 - right}
    assert gaps[align] == pytest.approx(0, abs=0.4)


def test_a_docket_with_a_very_long_text_takes_little_time() -> None:
    ticket = with_title("long " * 4000)
    drawn(ticket, ours(), SHELF.faces)
    start = time.process_time()

    drawn(ticket, ours(), SHELF.faces)

    assert time.process_time() - start < 1
