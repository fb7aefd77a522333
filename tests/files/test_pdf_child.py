"""The process that looks at a PDF: its limits, its end, and what is made of either."""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from hotfolder.domain.pdf import PdfTrouble, TroubleKind
from hotfolder.errors import FloorError
from hotfolder.files.child import command
from hotfolder.files.pdf import PdfLimits, read_pdf, understood
from tests.files import pdfs
from tests.files.pdf_looks import trouble, written


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (PdfLimits(seconds=1), "could not be read within 1 seconds"),
        (PdfLimits(cpu_seconds=1), "could not be read within 1 seconds of processor time"),
    ],
)
def test_a_look_that_takes_too_long_is_ended(tmp_path: Path, limits: PdfLimits, words: str) -> None:
    path = written(tmp_path / "a.pdf", pdfs.endless_objects(64))
    assert trouble(path, limits) == PdfTrouble(kind=TroubleKind.TOO_HARD, words=words)


def test_a_look_that_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", pdfs.tree(b"3 0 R " * 10**6))
    found = trouble(path, PdfLimits(memory_mib=64))
    words = "needs more than 64 MiB of memory to be read"
    assert found == PdfTrouble(kind=TroubleKind.TOO_HARD, words=words)


def test_the_child_ends_by_itself_when_nobody_waits_for_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", pdfs.endless_objects(64))
    limits = json.dumps({"seconds": 0, "cpu": 60, "memory": 2**30, "pages": 9, "answer": 99})
    with path.open("rb") as file:
        started = command("hotfolder.files.pdf_child", limits)
        done = subprocess.run(started, stdin=file, check=False, timeout=30)
    assert done.returncode == -signal.SIGALRM


def test_a_look_that_is_ended_from_outside_says_nothing_about_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", pdfs.endless_objects(64))
    thread = threading.Thread(target=kill_the_child)
    thread.start()
    with pytest.raises(FloorError, match=r"a\.pdf can not be checked: .* ended from outside"):
        read_pdf(path)
    thread.join()


def kill_the_child() -> None:
    own = threading.main_thread().native_id
    children = Path(f"/proc/self/task/{own}/children")
    while True:
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGTERM)
            return


@pytest.mark.parametrize(
    ("ended", "answer", "words"),
    [
        (-signal.SIGSEGV, b"", "makes the program that reads it crash"),
        (-signal.SIGABRT, b"", "makes the program that reads it crash"),
        (0, b"", "makes the program that reads it fail"),
        (0, b"{", "makes the program that reads it fail"),
        (0, b"[]", "makes the program that reads it fail"),
        (0, b'{"pages": 3}', "makes the program that reads it fail"),
        (0, b'{"trouble": "else"}', "makes the program that reads it fail"),
    ],
)
def test_an_end_without_a_good_answer_is_trouble(ended: int, answer: bytes, words: str) -> None:
    found = understood(ended, answer, "a.pdf", PdfLimits())
    assert found == PdfTrouble(kind=TroubleKind.TOO_HARD, words=words)


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (-signal.SIGKILL, "the check was ended from outside"),
        (1, "the program for it does not start"),
        (4, "the disk or share gave an error"),
    ],
)
def test_an_end_that_is_not_the_fault_of_the_file_is_raised(ended: int, words: str) -> None:
    with pytest.raises(FloorError, match=words):
        understood(ended, b"", "a.pdf", PdfLimits())


def test_what_can_not_be_opened_here_is_raised(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    for name in ("pipe.pdf", "folder.pdf", "missing.pdf"):
        with pytest.raises(FloorError, match=f"{name} can not be read"):
            read_pdf(tmp_path / name)
