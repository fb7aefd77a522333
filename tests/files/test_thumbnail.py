"""Small pictures of first pages, also of PDFs that mean harm."""

import io
import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hotfolder.files.thumbnail import Thumbnail, ThumbnailLimits, first_page

EXAMPLES = Path(__file__).parents[1] / "examples" / "files"
NO_PDF = "it is no PDF, is damaged or asks for a password"


def pdf_of(*objects: bytes) -> bytes:
    """A PDF with these objects, numbered from 1; the first is the catalog."""
    text, starts = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(text))
        text += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return (
        text
        + b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
        + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(text))
    )


def page_of(content: bytes, box: bytes = b"0 0 100 200", extra: bytes = b"") -> bytes:
    """A PDF with one page that draws this."""
    packed = zlib.compress(content)
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Contents 4 0 R%b>>" % (box, extra),
        b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
    )


def picture_of(pdf: bytes, path: Path, limits: ThumbnailLimits | None = None) -> Thumbnail:
    path.write_bytes(pdf)
    return first_page(path, 50, limits) if limits else first_page(path, 50)


def opened(thumbnail: Thumbnail) -> Image.Image:
    assert thumbnail.png is not None, thumbnail.reason
    image = Image.open(io.BytesIO(thumbnail.png), formats=("PNG",))
    image.load()
    return image


def test_the_first_page_is_drawn_as_wide_as_asked(tmp_path: Path) -> None:
    image = opened(picture_of(page_of(b"1 0 0 rg 0 0 100 100 re f"), tmp_path / "a.pdf"))

    assert image.size == (50, 100)
    assert image.convert("RGB").getpixel((25, 90)) == (255, 0, 0)
    assert image.convert("RGB").getpixel((25, 10)) == (255, 255, 255)


@pytest.mark.parametrize("pdf", sorted(EXAMPLES.glob("*.pdf")), ids=lambda path: path.name)
def test_files_of_orders_have_pictures(pdf: Path) -> None:
    assert opened(first_page(pdf, 200)).width == 200


def test_a_picture_is_small(tmp_path: Path) -> None:
    thumbnail = picture_of(page_of(b"0 0 0 rg 0 0 100 100 re f"), tmp_path / "a.pdf")

    assert thumbnail.png is not None
    assert len(thumbnail.png) < 2000


@pytest.mark.parametrize(
    "box", [b"0 0 100000 1", b"0 0 1 100000", b"0 0 0 0", b"5 5 5 9", b"-9 -9 9 9", b"1 2", b"0"]
)
def test_pages_of_odd_sizes_have_a_picture_that_is_not_huge(tmp_path: Path, box: bytes) -> None:
    thumbnail = picture_of(page_of(b"", box), tmp_path / "a.pdf")

    image = opened(thumbnail)
    assert image.width <= 50
    assert image.height <= 200


@pytest.mark.parametrize(
    "data", [b"", b"no pdf", b"%PDF-1.7\n%%EOF", page_of(b"")[:90], pdf_of(b"<<>>")]
)
def test_what_is_no_pdf_has_a_reason_instead(tmp_path: Path, data: bytes) -> None:
    assert picture_of(data, tmp_path / "a.pdf") == Thumbnail(png=None, reason=NO_PDF)


def test_a_pdf_without_pages_has_a_reason_instead(tmp_path: Path) -> None:
    empty = pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")

    assert picture_of(empty, tmp_path / "a.pdf").reason == NO_PDF


def test_what_is_no_file_has_a_reason_instead(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")

    assert first_page(tmp_path, 50).reason == "it is not a file"
    assert first_page(tmp_path / "pipe.pdf", 50).reason == "it is not a file"
    assert first_page(tmp_path / "none.pdf", 50).reason.startswith("it can not be read:")


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    endless = page_of(b"0 0 m 100 100 l 100 0 l 0 50 l h f\n" * 1_000_000)

    by_processor = ThumbnailLimits(seconds=60, cpu_seconds=1)
    by_clock = ThumbnailLimits(seconds=1, cpu_seconds=60)

    thumbnail = picture_of(endless, tmp_path / "a.pdf", by_processor)
    assert thumbnail.reason == "its first page needs more than 1 processor seconds"
    thumbnail = picture_of(endless, tmp_path / "a.pdf", by_clock)
    assert thumbnail.reason == "its first page could not be drawn within 1 seconds"


def test_a_page_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    # a stream of 60 MB that packs to some 60 kB
    greedy = page_of(b"0 0 m 100 100 l 100 0 l 0 50 l h f\n" * 1_700_000)

    thumbnail = picture_of(greedy, tmp_path / "a.pdf", ThumbnailLimits(memory_mib=100))

    assert thumbnail.png is None
    assert "needs more than 100 MiB of memory" in thumbnail.reason


def test_a_name_is_never_an_option_or_code(tmp_path: Path) -> None:
    for name in ("-c.pdf", "a;b $(x).pdf", "ü 北\n.pdf"):
        assert picture_of(page_of(b""), tmp_path / name).png is not None


WHOLE = page_of(b"1 0 0 rg 0 0 100 100 re f")


@settings(deadline=None, max_examples=12)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=30))
def test_a_damaged_pdf_has_a_picture_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, at: int, damage: bytes
) -> None:
    spoilt = WHOLE[:at] + damage + WHOLE[at + len(damage) :]

    thumbnail = picture_of(spoilt, tmp_path_factory.mktemp("damaged") / "a.pdf")

    assert (thumbnail.png is None) == bool(thumbnail.reason)
