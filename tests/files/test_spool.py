from pathlib import Path

import pytest

from hotfolder.domain.ticket import OUR_NAMES
from hotfolder.errors import FloorError
from hotfolder.files.spool import GIVEN, Spool
from tests.rights import without_power


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path / "floor" / ".hotfolder" / "spool")
    made.prepare()
    return made


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole_in(folder: Path) -> list[str]:
    """The names in the folder of a job that is not ready, without our own note."""
    return [name for name in names_in(folder) if name != GIVEN]


def test_preparing_twice_does_no_harm(spool: Spool) -> None:
    spool.prepare()
    assert names_in(spool.path) == []


def test_each_job_has_a_folder_of_its_own(spool: Spool) -> None:
    assert spool.begin(1) == spool.folder(1)
    assert spool.begin(2) == spool.folder(2)
    assert len(names_in(spool.path)) == 2


def test_what_an_earlier_try_left_is_still_there(spool: Spool) -> None:
    (spool.begin(1) / "cover.pdf").write_text("whole")
    assert (spool.begin(1) / "cover.pdf").read_text() == "whole"


def test_what_the_job_does_not_have_is_taken_away(spool: Spool, tmp_path: Path) -> None:
    folder = spool.begin(1)
    (tmp_path / "keep.txt").write_text("x")
    for name in ("cover.pdf", ".old.pdf.part", ".old.pdf.part.from", ".WHY.txt.new", *OUR_NAMES):
        (folder / name).write_text("x")
    (folder / "old.pdf").symlink_to(tmp_path / "keep.txt")
    spool.keep_only(1, {"cover.pdf"}, ["old.pdf"])
    assert whole_in(folder) == ["cover.pdf"]
    assert (tmp_path / "keep.txt").exists(), "a link is taken away, not what it points to"


def test_what_was_not_put_there_by_us_stays_whatever_its_name(spool: Spool) -> None:
    folder = spool.begin(1)
    theirs = [".note.part", "item-1_from the boss.pdf", "order_list.txt"]
    for name in ("item-1_cover.pdf", *theirs):
        (folder / name).write_text("x")
    (folder / "old.pdf").mkdir()
    spool.keep_only(1, set(), ["item-1_cover.pdf", "old.pdf"])
    assert whole_in(folder) == sorted([*theirs, "old.pdf"])


def test_what_a_later_try_brought_under_another_name_is_known_as_ours(spool: Spool) -> None:
    folder = spool.begin(1)
    spool.keep_only(1, {"cover.pdf"})
    (folder / "cover.pdf").write_text("x")
    spool.keep_only(1, {"book.pdf"})
    (folder / "book.pdf").write_text("x")
    (folder / "somebody's.pdf").write_text("x")
    spool.keep_only(1, {"poster.pdf"})
    assert whole_in(folder) == ["somebody's.pdf"]


def test_the_begin_of_a_file_of_the_job_stays_with_the_note_about_it(spool: Spool) -> None:
    folder = spool.begin(1)
    begun = [".book.pdf.part", ".book.pdf.part.from"]
    for name in (*begun, ".cover.pdf.part", ".cover.pdf.part.from"):
        (folder / name).write_text("half")
    spool.keep_only(1, {"book.pdf"}, ["cover.pdf"])
    assert whole_in(folder) == begun


def test_the_spool_knows_the_jobs_that_have_begun(spool: Spool) -> None:
    for job_id in (10, 2):
        spool.begin(job_id)
    (spool.path / "job-x").mkdir()
    (spool.path / "else").mkdir()
    assert spool.begun() == [2, 10]
    assert Spool(spool.path / "away").begun() == []


def test_a_finished_folder_holds_its_files_and_the_ticket(spool: Spool) -> None:
    (spool.begin(1) / "cover.pdf").write_text("x")
    spool.keep_only(1, {"cover.pdf"})
    folder = spool.finish(1, "job-ticket.json", "{}\n")
    assert names_in(folder) == ["cover.pdf", "job-ticket.json"]
    assert (folder / "job-ticket.json").read_text() == "{}\n"


def test_finishing_twice_gives_the_newer_ticket(spool: Spool) -> None:
    spool.begin(1)
    spool.finish(1, "job-ticket.json", "old")
    assert (spool.finish(1, "job-ticket.json", "new") / "job-ticket.json").read_text() == "new"


def test_a_dropped_folder_is_gone_and_dropping_again_does_no_harm(spool: Spool) -> None:
    folder = spool.begin(1)
    spool.keep_only(1, {"cover.pdf"})
    for name in ("cover.pdf", ".book.pdf.part", "old.pdf", "WHY.txt"):
        (folder / name).write_text("x")
    (folder / ".book.pdf.part").rename(folder / ".cover.pdf.part")
    assert spool.drop(1, ["old.pdf"]) is None
    assert spool.drop(1) is None
    assert names_in(spool.path) == []


def test_somebodys_files_in_a_dropped_folder_are_kept(spool: Spool) -> None:
    (spool.begin(1) / "note.txt").write_text("theirs")
    kept = spool.drop(1)
    assert kept is not None
    assert names_in(kept) == ["note.txt"]
    assert spool.begun() == []


def test_a_spool_that_can_not_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(FloorError, match="can not be made: File exists"):
        Spool(tmp_path / "spool").prepare()
    with pytest.raises(FloorError, match="can not be made: Not a directory"):
        Spool(tmp_path / "spool").begin(1)


def test_a_folder_that_went_away_is_told_in_words(spool: Spool) -> None:
    with pytest.raises(FloorError, match="job-1 can not be listed: No such file"):
        spool.keep_only(1, set())
    with pytest.raises(FloorError, match="can not be written: No such file"):
        spool.finish(1, "job-ticket.json", "{}")


def test_what_can_not_be_taken_away_is_told_in_words(spool: Spool) -> None:
    folder = spool.begin(1)
    (folder / "cover.pdf").write_text("x")
    spool.keep_only(1, {"cover.pdf"})
    folder.chmod(0o555)
    with pytest.raises(FloorError, match=r"cover\.pdf can not be removed: Permission denied"):
        without_power(lambda: spool.keep_only(1, set()))
    folder.chmod(0o755)
