"""Which fonts of a PDF are not embedded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from tests.files.pdf_looks import facts
from tests.files.pdfs import a_page


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
