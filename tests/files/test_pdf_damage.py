"""PDFs that are broken or hostile: facts or trouble come of them, within bounds."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotfolder.domain.pdf import PdfFacts, PdfTrouble, TroubleKind
from hotfolder.files.pdf import PdfLimits, read_pdf
from tests.files import pdfs
from tests.files.pdf_looks import EXAMPLES, facts, trouble, written
from tests.files.pdfs import a_pdf


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
