import os
import shutil
import time
from pathlib import Path

import pytest

from hotfolder.domain.settle import FolderShape
from hotfolder.errors import FloorError
from hotfolder.files.folder import SMALL_BYTES, has_writer, shape, small_file
from tests.processes import line_of, other_process, tell
from tests.rights import without_power

NOBODY = 65534
KEEP_OPEN = """
import sys
file = open(sys.argv[1], sys.argv[2])
print("open", flush=True)
sys.stdin.readline()
file.close()
print("closed", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "item-1_5x"
    (made / "proofs").mkdir(parents=True)
    (made / "job-ticket.json").write_text("{}")
    (made / "book.pdf").write_bytes(b"x" * 100)
    (made / "proofs" / "page 1.pdf").write_bytes(b"x" * 7)
    return made


def sizes(found: FolderShape) -> dict[str, int]:
    return {fact.path: fact.size for fact in found}


def test_a_shape_holds_every_file_below_with_its_size(folder: Path) -> None:
    assert sizes(shape(folder)) == {"job-ticket.json": 2, "book.pdf": 100, "proofs/page 1.pdf": 7}


def test_a_shape_is_the_same_until_something_changes(folder: Path) -> None:
    before = shape(folder)
    assert shape(folder) == before
    (folder / "book.pdf").write_bytes(b"y" * 100)
    assert sizes(shape(folder)) == sizes(before)
    assert shape(folder) != before


def test_a_file_whose_date_was_set_back_has_changed(folder: Path) -> None:
    before = shape(folder)
    os.utime(folder / "book.pdf", (0, 0))
    assert shape(folder) != before


def test_noise_changes_no_shape(folder: Path) -> None:
    before = shape(folder)
    (folder / ".DS_Store").write_text("x")
    (folder / "Thumbs.db").write_text("x")
    (folder / "~$book.docx").write_text("x")
    (folder / "@eaDir").mkdir()
    (folder / "@eaDir" / "book.pdf").write_text("x")
    assert shape(folder) == before


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "large.pdf").write_bytes(b"x" * 5000)
    (folder / "to-folder").symlink_to(tmp_path / "elsewhere")
    (folder / "round").symlink_to(folder)
    (folder / "to-file.pdf").symlink_to(tmp_path / "elsewhere" / "large.pdf")
    found = sizes(shape(folder))
    assert set(found) == {"job-ticket.json", "book.pdf", "proofs/page 1.pdf", "to-file.pdf"}
    assert found["to-file.pdf"] < 5000


def test_a_folder_that_is_gone_has_no_shape_and_no_writer(folder: Path) -> None:
    shutil.rmtree(folder)
    assert shape(folder) == frozenset()
    assert not has_writer(folder)


def test_a_folder_that_may_not_be_listed_is_told_in_words(folder: Path) -> None:
    (folder / "proofs").chmod(0o000)
    with pytest.raises(FloorError, match="proofs can not be listed: Permission denied"):
        without_power(lambda: shape(folder))
    (folder / "proofs").chmod(0o600)
    with pytest.raises(FloorError, match=r"page 1\.pdf can not be read: Permission denied"):
        without_power(lambda: shape(folder))


def test_nobody_writes_in_a_folder_at_rest(folder: Path) -> None:
    assert not has_writer(folder)


@pytest.mark.parametrize("mode", ["ab", "r+b"])
def test_a_process_with_a_file_open_for_writing_is_seen_until_it_closes_it(
    folder: Path, mode: str
) -> None:
    with other_process(KEEP_OPEN, folder / "proofs" / "page 1.pdf", mode) as writer:
        assert line_of(writer) == "open"
        assert has_writer(folder)
        tell(writer, "close it")
        assert line_of(writer) == "closed"
        assert not has_writer(folder)


def test_a_process_that_reads_is_no_writer(folder: Path) -> None:
    with other_process(KEEP_OPEN, folder / "book.pdf", "rb") as reader:
        assert line_of(reader) == "open"
        assert not has_writer(folder)


def test_a_writer_of_noise_does_not_count(folder: Path) -> None:
    with other_process(KEEP_OPEN, folder / ".DS_Store", "wb") as writer:
        assert line_of(writer) == "open"
        assert not has_writer(folder)


def test_asking_for_a_writer_holds_nobody_up(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to("nowhere")
    (folder / "unreadable").write_text("x")
    (folder / "unreadable").chmod(0o000)
    assert not without_power(lambda: has_writer(folder))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away: run as root")
def test_where_no_lease_is_to_be_had_nobody_is_taken_for_a_writer(folder: Path) -> None:
    """The kernel leases a file to its owner only; the quiet time has to do for those."""
    os.chown(folder / "book.pdf", NOBODY, NOBODY)
    with (folder / "book.pdf").open("ab"):
        assert not without_power(lambda: has_writer(folder))


@pytest.mark.parametrize("name", ["tracking.txt", "Tracking.TXT", "TRACKING.txt"])
def test_a_small_file_is_found_however_its_name_is_cased(folder: Path, name: str) -> None:
    (folder / name).write_text("T-1")
    found = small_file(folder, ("tracking.txt",))
    assert found is not None
    assert (found.name, found.data) == (name, b"T-1")
    assert 0 <= found.age < 60


def test_a_small_file_is_old_when_the_clock_was_set_back_since_it_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tracking.txt").write_text("T-1")
    an_hour_ago = time.time() - 3600
    with monkeypatch.context() as machine:
        machine.setattr(time, "time", lambda: an_hour_ago)
        found = small_file(folder, ("tracking.txt",))
    assert found is not None
    assert found.age > 3000, "it would be left alone for an hour"


def test_of_several_small_files_the_first_by_name_is_taken(folder: Path) -> None:
    (folder / "tracking.txt").write_text("text")
    (folder / "tracking.json").write_text("json")
    found = small_file(folder, ("tracking.txt", "tracking.json"))
    assert found is not None
    assert found.name == "tracking.json"


def test_no_small_file_is_none(folder: Path, tmp_path: Path) -> None:
    (folder / "tracking").mkdir()
    (folder / "tracking.txt").symlink_to(folder / "book.pdf")
    assert small_file(folder, ("tracking", "tracking.txt")) is None
    assert small_file(tmp_path / "no folder", ("tracking",)) is None


def test_of_a_large_file_only_the_start_is_read(folder: Path) -> None:
    (folder / "tracking.txt").write_bytes(b"x" * (SMALL_BYTES + 1))
    found = small_file(folder, ("tracking.txt",))
    assert found is not None
    assert len(found.data) == SMALL_BYTES


def test_a_small_file_that_may_not_be_read_is_told_in_words(folder: Path) -> None:
    (folder / "tracking.txt").write_text("T-1")
    (folder / "tracking.txt").chmod(0o000)
    with pytest.raises(FloorError, match=r"tracking\.txt can not be read: Permission denied"):
        without_power(lambda: small_file(folder, ("tracking.txt",)))
    folder.chmod(0o000)
    with pytest.raises(FloorError, match="can not be listed: Permission denied"):
        without_power(lambda: small_file(folder, ("tracking.txt",)))
    folder.chmod(0o700)
