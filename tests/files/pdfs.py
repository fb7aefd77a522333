"""PDFs for tests: sound ones made by pikepdf, broken and hostile ones made by hand."""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

POINTS = 72 / 25.4
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"


def points(*millimetres: float) -> Array:
    """A box as the PDF standard writes it."""
    return Array([round(length * POINTS, 3) for length in millimetres])


def a_page(pdf: Pdf, **entries: Any) -> Dictionary:
    """A page of A5, with other entries as given: `TrimBox=points(...)`."""
    usual = {"Type": Name.Page, "MediaBox": points(0, 0, 148, 210)}
    page = Dictionary(**(usual | entries))
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return pdf.pages[-1].obj


def a_pdf(path: Path, *pages: Mapping[str, Any], **saving: Any) -> Path:
    """A PDF with a page for each of these entries."""
    with Pdf.new() as pdf:
        for entries in pages or [{}]:
            a_page(pdf, **entries)
        pdf.save(path, **saving)
    return path


def by_hand(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF with these objects and a true table of them; the catalog is object 1."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        place, kind = places.get(number, 0), b"n" if number in places else b"f"
        out += b"%010d 00000 %s \n" % (place, kind)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out) + end % (size, trailer, table)


def tree(kids: bytes, count: int = 1, more: Mapping[int, bytes] | None = None) -> bytes:
    """A PDF whose page tree has these kids; object 3 is a page."""
    top = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
    return by_hand({1: CATALOG, 2: top, 3: PAGE, **(more or {})})


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    return tree(kids, count, dict.fromkeys(range(3, count + 3), PAGE))


def doubling_tree(depth: int) -> bytes:
    """A small file that claims 2**depth pages: each node names the next one twice."""
    nodes = {
        number: b"<</Type/Pages/Count 9/Kids[%d 0 R %d 0 R]>>" % (number + 1, number + 1)
        for number in range(4, depth + 4)
    }
    return tree(b"4 0 R", 2**depth, {**nodes, depth + 4: PAGE})


def deep_tree(depth: int) -> bytes:
    nodes = {
        number: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 1)
        for number in range(4, depth + 4)
    }
    return tree(b"4 0 R", 1, {**nodes, depth + 4: PAGE})


def deep_array(depth: int) -> bytes:
    return tree(b"3 0 R", 1, {3: PAGE[:-2] + b"/X " + b"[" * depth + b"]" * depth + b">>"})


def object_stream_bomb(mib: int) -> bytes:
    """The page lies in an object stream that grows to `mib` MiB, packed twice."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"3 0\n" + PAGE) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b" " * 1024 * 1024) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = zlib.compress(packed + again * mib, 9)
    head = b"<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length %d>>"
    kids = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    bodies = {1: CATALOG, 2: kids, 4: head % len(stream) + b"stream\n" + stream + b"\nendstream"}
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    places[5] = len(out)
    rows = [(0, 0), (1, places[1]), (1, places[2]), (2, 4), (1, places[4]), (1, places[5])]
    table = b"".join(bytes([kind]) + at.to_bytes(4, "big") + b"\0\0" for kind, at in rows)
    out += b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return bytes(out) + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[5]


def endless_objects(mib: int) -> bytes:
    """Objects that begin and never end: slow to mend, some seconds for 16 MiB."""
    return b"%PDF-1.7\n" + b"1 0 obj\n" * (mib * 1024 * 1024 // 8)
