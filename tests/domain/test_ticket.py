import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotfolder.domain.flow import SortBy
from hotfolder.domain.job import Mode
from hotfolder.domain.noise import is_noise, is_unfinished
from hotfolder.domain.order import Item, Order, ProductFile, Reorder
from hotfolder.domain.ticket import (
    TICKET_NAME,
    TITLE_BYTES,
    file_names,
    folder_name,
    plain_words,
    sort_parts,
)
from tests.builders import NOON, a_file, an_item, an_order

LONGEST_NAME = 255
NOT_IN_NAMES = '/\\:*?"<>|'

# As the order reader lets them pass: 1 to 64 of these, no dot first.
ids = st.from_regex(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", fullmatch=True)
texts = st.text(max_size=80) | st.sampled_from(
    [
        "../../etc/passwd",
        "..\\..\\windows",
        "a\u202egnp.exe",
        "line\nbreak\ttab\0nul",
        "CON",
        "...",
        "   ",
        "name. ",
        "\u200b\u2066x\u2069",
        "e\u0301" * 50,
        "\U0001f4d8" * 70,
        "書" * 100,
        "كتاب",
        "~$x",
    ]
)
files = st.builds(
    ProductFile,
    type=texts,
    format=texts | st.sampled_from(["pdf", "PDF", "idlk", "tmp", "part"]),
    url=st.just("http://files.example/a"),
)
items = st.builds(
    Item,
    id=ids,
    count=st.integers(1, 10**9),
    product=texts,
    title=texts,
    files=st.lists(files, min_size=1, max_size=4).map(tuple),
    reorder=st.none() | st.just(Reorder(cause="reorder_print_quality")),
)
runs = st.integers(1, 99)


def an_order_of(item: Item, **fields: str) -> Order:
    return an_order(items=(item,), **fields)


def name_of(item: Item, mode: Mode = Mode.LIVE, run: int = 1, **order: str) -> str:
    return folder_name(an_order_of(item, **order), item, mode, run)


def assert_safe(name: str) -> None:
    """A name that every common file system takes and shows as it is."""
    assert 0 < len(name.encode()) <= LONGEST_NAME
    assert not set(name) & set(NOT_IN_NAMES)
    assert not {unicodedata.category(letter)[0] for letter in name} & {"C", "Z"}
    assert not name.startswith((".", "~", " "))
    assert not name.endswith((".", " "))
    assert not is_noise(name)
    assert not is_unfinished(name)


def test_a_folder_name_says_when_what_and_how_many() -> None:
    item = an_item(id="CP-77", count=250, title="Spring in Åbenrå!")
    assert name_of(item, shipping_date="2026-03-05") == "2026-03-05_CP-77_250x_Spring-in-Åbenrå"


def test_a_folder_without_a_date_or_a_title_is_named_by_what_is_left() -> None:
    assert name_of(an_item(id="7", count=1, product="poster_a2")) == "7_1x_poster-a2"
    assert name_of(an_item(id="7", count=1, title="?!")) == "7_1x"


def test_only_the_day_of_a_time_stamp_is_in_the_name() -> None:
    assert name_of(an_item(), shipping_date="2026-03-05T10:00:00Z").startswith("2026-03-05_item")
    assert name_of(an_item(), shipping_date="5 March").startswith("item-1")


def test_marks_and_the_run_are_in_the_name() -> None:
    item = an_item(reorder=Reorder(cause="reorder_print_quality"))
    assert name_of(item, Mode.TEST, run=3) == "!REORDER_TEST_item-1_5x_run3_poster-a2"
    assert name_of(an_item(), Mode.TEST).startswith("TEST_")


def test_reorders_sort_first_and_then_the_day_to_ship_by() -> None:
    reorder = an_item(reorder=Reorder(cause="reorder_print_quality"))
    names = [
        name_of(an_item(), shipping_date="2026-03-05"),
        name_of(an_item(), Mode.TEST, shipping_date="2026-03-01"),
        name_of(an_item(), shipping_date="2026-02-28"),
        name_of(reorder, shipping_date="2026-12-31"),
    ]
    assert [name[:10] for name in sorted(names)] == [
        "!REORDER_2",
        "2026-02-28",
        "2026-03-05",
        "TEST_2026-",
    ]


def sorted_name(sort_by: SortBy, item: Item | None = None, **order: str) -> str:
    """A folder name of a flow that sorts so; the order came in at noon."""
    item = item or an_item()
    order_of = an_order_of(item, **order)
    return folder_name(order_of, item, Mode.LIVE, sorted_by=sort_parts(order_of, sort_by, NOON))


def test_a_flow_may_sort_its_folders_by_priority() -> None:
    names = [
        sorted_name(SortBy.PRIORITY, priority=priority, shipping_date=date)
        for priority, date in [
            ("", "2026-01-01"),
            ("10", "2026-01-01"),
            ("2", "2026-03-05"),
            ("2", "2026-03-04"),
            ("1", "2026-12-31"),
        ]
    ]
    reorder = an_item(reorder=Reorder(cause="reorder_print_quality"))
    names.append(sorted_name(SortBy.PRIORITY, reorder, priority="9"))
    assert sorted(names) == [
        "!REORDER_P09_item-1_5x_poster-a2",
        "P01_2026-12-31_item-1_5x_poster-a2",
        "P02_2026-03-04_item-1_5x_poster-a2",
        "P02_2026-03-05_item-1_5x_poster-a2",
        "P10_2026-01-01_item-1_5x_poster-a2",
        "Px_2026-01-01_item-1_5x_poster-a2",
    ]


def test_a_flow_may_sort_its_folders_by_when_they_came() -> None:
    name = sorted_name(SortBy.RECEIVED, shipping_date="2026-03-05")
    assert name == "2026-03-02-120000_by-2026-03-05_item-1_5x_poster-a2"
    assert sorted_name(SortBy.RECEIVED) == "2026-03-02-120000_item-1_5x_poster-a2"


@given(st.sampled_from(SortBy), items, texts, texts | st.just("2026-03-05"))
@example(
    SortBy.PRIORITY, an_item(id="x" * 64, title="書" * 99, count=10**9), "書" * 9, "2026-03-05"
)
def test_a_folder_name_is_safe_however_it_sorts(
    sort_by: SortBy, item: Item, priority: str, shipping_date: str
) -> None:
    assert_safe(sorted_name(sort_by, item, priority=priority, shipping_date=shipping_date))


@given(items, st.sampled_from(Mode), runs, texts | st.just("2026-03-05"))
@example(an_item(id="x" * 64, title="書" * 99, count=10**9), Mode.TEST, 99, "2026-03-05")
def test_a_folder_name_is_safe_whatever_the_order_says(
    item: Item, mode: Mode, run: int, shipping_date: str
) -> None:
    assert_safe(name_of(item, mode, run, shipping_date=shipping_date))


@given(items, st.lists(files, max_size=3).map(tuple))
@example(an_item(files=(a_file(type="", format=""), a_file(type="..", format="../.."))), ())
def test_file_names_are_safe_and_unique_also_where_case_does_not_count(
    item: Item, papers: tuple[ProductFile, ...]
) -> None:
    names = file_names(item, papers)
    assert list(names.values()) == [*item.files, *papers]
    for name in names:
        assert_safe(name)
    shown_alike = {unicodedata.normalize("NFD", name).casefold() for name in names}
    assert len(shown_alike) == len(names)
    assert TICKET_NAME not in shown_alike


def test_file_names_are_of_our_own_words() -> None:
    item = an_item(id="CP-77", files=(a_file(type="cover"), a_file(type="Book block")))
    names = file_names(item, (a_file(type="delivery_note", url="http://x/?name=../../evil.exe"),))
    assert list(names) == ["CP-77_cover.pdf", "CP-77_Book-block.pdf", "order_delivery-note.pdf"]


@pytest.mark.parametrize("overlooked", ["idlk", "TMP", "part", "crdownload"])
def test_no_file_gets_an_ending_by_which_it_would_be_overlooked(overlooked: str) -> None:
    item = an_item(files=(a_file(format=overlooked),))
    assert list(file_names(item, ())) == ["item-1_cover.file"]


def test_two_files_of_one_type_are_numbered() -> None:
    item = an_item(files=(a_file(), a_file(type="COVER"), a_file(type="cover")))
    assert list(file_names(item, ())) == [
        "item-1_cover.pdf",
        "item-1_COVER_2.pdf",
        "item-1_cover_3.pdf",
    ]


def test_an_item_called_order_does_not_take_the_names_of_the_papers() -> None:
    item = an_item(id="order", files=(a_file(type="note"),))
    assert list(file_names(item, (a_file(type="note"),))) == [
        "order_note.pdf",
        "order_note_2.pdf",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A  book: 2nd/ed.", "A-book-2nd-ed"),
        ("snake_case", "snake-case"),
        ("2026年の本", "2026年の本"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("\u202e\u200b", ""),
    ],
)
def test_plain_words_keep_letters_and_digits_of_any_script(text: str, words: str) -> None:
    assert plain_words(text) == words


def test_a_long_title_is_cut_between_letters() -> None:
    words = plain_words("é" * 31)
    assert words == "é" * 30
    assert len(words.encode()) == TITLE_BYTES
