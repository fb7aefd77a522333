import pytest

from hotfolder.domain.noise import MARKER_NAME, is_noise, is_unfinished

NOISE = [
    MARKER_NAME,
    ".DS_Store",
    "._cover.pdf",
    ".Spotlight-V100",
    ".Trashes",
    ".fseventsd",
    ".TemporaryItems",
    ".apdisk",
    ".afpDeleted0001",
    ".smbdelete01",
    "Icon\r",
    "__MACOSX",
    "Thumbs.db",
    "desktop.ini",
    "~$letter.docx",
    "$RECYCLE.BIN",
    "System Volume Information",
    "~book~k3x9.idlk",
    "(book.idlk",
    ".~lock.list.ods#",
    ".book.pdf.swp",
    ".book.pdf.Xa93Kd",
    ".dst8s7d6",
    "book.pdf.camelLock",
    ".nfs000000000123",
    ".::TMPNAME:D:17:job",
    "@eaDir",
    "#recycle",
    "#snapshot",
    ".stfolder",
    ".stversions",
    "lost+found",
]
JOBS = ["2026-03-02_item-1_5x_Spring", "!REORDER_item-2_1x", "Thumbs.dbx", "A $RECYCLE.BIN", "Icon"]


@pytest.mark.parametrize("name", NOISE)
def test_what_programs_leave_behind_is_noise(name: str) -> None:
    assert is_noise(name)


@pytest.mark.parametrize("name", JOBS)
def test_the_folder_of_a_job_is_not_noise(name: str) -> None:
    assert not is_noise(name)


@pytest.mark.parametrize(
    "name",
    ["a.tmp", "A.TMP", "a.pdf.part", "a.partial", "a.crdownload", "a.download", "a.filepart"],
)
def test_a_transfer_under_way_says_so(name: str) -> None:
    assert is_unfinished(name)


@pytest.mark.parametrize("name", ["a.pdf", "part", "tmp", "a.part.pdf"])
def test_a_whole_file_is_not_called_unfinished(name: str) -> None:
    assert not is_unfinished(name)
