"""The files of a closed day: written after the close, again when that was cut off."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.day_list import DaySheet
from hotfolder.domain.docket import Docket
from hotfolder.errors import HotfolderError
from hotfolder.services.close_day import close_by_hand, reopen_day
from hotfolder.services.day_lists import ListPlace, is_in_trouble, write_lists
from hotfolder.services.docket_worker import DocketWorker
from hotfolder.services.overview import overview
from hotfolder.services.shop import Shop
from tests.services.days import hand_over, items_of, with_days


def drawn(_sheet: DaySheet) -> Docket:
    return Docket(pdf=b"%PDF of the day", missing_glyphs=(), cut=(), left_out=())


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


@pytest.fixture
def place(tmp_path: Path) -> ListPlace:
    return ListPlace(folder=tmp_path / "days", shop="Print & Co", draw=drawn)


def test_a_closed_day_gets_its_list_once(shop: Shop, place: ListPlace) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    assert write_lists(shop, place) == []

    close_by_hand(shop, "")
    written = write_lists(shop, place)
    assert written == [place.folder / "2026-03-02.csv", place.folder / "2026-03-02.pdf"]
    assert job.item_id in written[0].read_text()
    assert written[1].read_bytes() == b"%PDF of the day"
    assert write_lists(shop, place) == []


def test_a_day_closed_again_gets_a_list_of_its_own(shop: Shop, place: ListPlace) -> None:
    close_by_hand(shop, "")
    write_lists(shop, place)
    reopen_day(shop, "")
    assert write_lists(shop, place) == []
    close_by_hand(shop, "")
    assert [path.name for path in write_lists(shop, place)] == [
        "2026-03-02_2.csv",
        "2026-03-02_2.pdf",
    ]


def test_a_folder_that_can_not_be_written_is_told_and_tried_again(
    shop: Shop, place: ListPlace, logged: list[str]
) -> None:
    close_by_hand(shop, "")
    place.folder.write_text("in the way")
    for _ in range(3):
        assert write_lists(shop, place) == []
    (note,) = overview(shop).notes
    assert note.name == "day 2026-03-02"
    assert "can not be made" in note.words
    assert sum("is not written yet" in line for line in logged) == 1, "told once"
    assert is_in_trouble(shop)

    place.folder.unlink()
    assert len(write_lists(shop, place)) == 2
    assert overview(shop).notes == []
    assert not is_in_trouble(shop)


def test_a_list_that_can_not_be_drawn_is_there_as_csv_at_least(
    shop: Shop, place: ListPlace
) -> None:
    def fail(_sheet: DaySheet) -> Docket:
        raise HotfolderError("the day list could not be drawn: it took too long")

    close_by_hand(shop, "")
    assert write_lists(shop, replace(place, draw=fail)) == []
    assert [path.name for path in place.folder.iterdir()] == ["2026-03-02.csv"]
    assert "took too long" in overview(shop).notes[0].words
    assert len(write_lists(shop, place)) == 2


def test_the_process_that_draws_dockets_draws_the_list(shop: Shop, place: ListPlace) -> None:
    worker = DocketWorker([])
    try:
        close_by_hand(shop, "")
        _, pdf = write_lists(shop, replace(place, draw=worker.render_day))
    finally:
        worker.stop()
    assert pdf.read_bytes().startswith(b"%PDF-")
