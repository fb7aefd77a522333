"""Facts of a PDF, read by a process of its own that can neither hang nor hurt the daemon."""

import json
import os
import signal
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotfolder.domain.pdf import PageForm, PdfFacts, PdfTrouble, Size, TroubleKind
from hotfolder.errors import FloorError
from hotfolder.files.child import command, environment

MIB = 1024 * 1024
HEAD_BYTES = 1024
MEMORY_USED_UP, NOT_READABLE = 3, 4  # how pdf_child.py ends without an answer
ANSWER_BYTES = 256 * 1024  # several times what the longest answer has
OTHERS: Mapping[bytes, str] = {
    b"<!doctype html": "is a web page (HTML), not a PDF",
    b"<html": "is a web page (HTML), not a PDF",
    b"<?xml": "is an XML document, not a PDF",
    b"{": "is text that looks like JSON, not a PDF",
    b"\x89png": "is a PNG picture, not a PDF",
    b"\xff\xd8\xff": "is a JPEG picture, not a PDF",
    b"ii*\0": "is a TIFF picture, not a PDF",
    b"mm\0*": "is a TIFF picture, not a PDF",
    b"pk\x03\x04": "is a ZIP archive, not a PDF",
    b"%!ps": "is PostScript, not a PDF",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfLimits:
    """What one look may cost: whole seconds by the clock and of the processor, MiB, pages."""

    seconds: int = 90
    cpu_seconds: int = 30
    memory_mib: int = 512
    pages: int = 20_000


DEFAULT_LIMITS = PdfLimits()


def read_pdf(path: Path, limits: PdfLimits = DEFAULT_LIMITS) -> PdfFacts | PdfTrouble:
    """The facts of the PDF at `path`, or why the file gives none.

    Raises FloorError when that says nothing about the file: it can not be opened here, or the
    look into it can not be started or was ended from outside. Try again later then.
    """
    try:
        # without waiting, should a pipe carry the name of a file
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _of_open_file(file, path.name, limits)
        finally:
            os.close(file)
    except OSError as error:
        raise FloorError(f"{path.name} can not be read: {error.strerror}") from error


def _of_open_file(file: int, name: str, limits: PdfLimits) -> PdfFacts | PdfTrouble:
    if not stat.S_ISREG(os.fstat(file).st_mode):
        raise FloorError(f"{name} can not be read: it is not a file")
    trouble = _by_its_beginning(os.pread(file, HEAD_BYTES, 0))
    if trouble:
        return trouble
    # memory, not a pipe: the child can neither get stuck in writing nor write more than it may
    answer = os.memfd_create("answer")
    try:
        ended = _look(file, answer, limits)
        return understood(ended, os.pread(answer, ANSWER_BYTES, 0), name, limits)
    finally:
        os.close(answer)


def _by_its_beginning(head: bytes) -> PdfTrouble | None:
    if not head:
        return PdfTrouble(kind=TroubleKind.EMPTY, words="is empty (0 bytes)")
    if b"%PDF-" in head:
        return None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    words = next((words for sign, words in OTHERS.items() if start.startswith(sign)), "")
    words = words or "is not a PDF: it does not begin with %PDF-"
    return PdfTrouble(kind=TroubleKind.NOT_A_PDF, words=words)


def _look(file: int, answer: int, limits: PdfLimits) -> int:
    """How the child ended, as Popen tells it; one that takes too long is ended as by its alarm."""
    given = {
        "answer": ANSWER_BYTES,
        "seconds": limits.seconds,
        "cpu": limits.cpu_seconds,
        "memory": limits.memory_mib * MIB,
        "pages": limits.pages,
    }
    started = command("hotfolder.files.pdf_child", json.dumps(given))
    # a session of its own: Ctrl-C at the terminal is for the daemon, which lets its checks end
    with subprocess.Popen(  # noqa: S603 (nothing of the command comes from the file)
        started,
        stdin=file,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    ) as child:
        try:
            return child.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            return -signal.SIGALRM
        finally:
            child.kill()


def understood(ended: int, answer: bytes, name: str, limits: PdfLimits) -> PdfFacts | PdfTrouble:
    """What the end of a child and its answer say about the file. Raises FloorError if nothing."""
    if ended in {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}:
        raise FloorError(f"{name} can not be checked: the check was ended from outside")
    if ended == -signal.SIGXCPU:
        seconds = limits.cpu_seconds
        return _too_hard(f"could not be read within {seconds} seconds of processor time")
    if ended == -signal.SIGALRM:
        return _too_hard(f"could not be read within {limits.seconds} seconds")
    if ended == MEMORY_USED_UP:
        return _too_hard(f"needs more than {limits.memory_mib} MiB of memory to be read")
    if ended == NOT_READABLE:
        raise FloorError(f"{name} can not be read: the disk or share gave an error")
    if ended < 0:
        return _too_hard("makes the program that reads it crash")
    if ended > 0:
        raise FloorError(f"{name} can not be checked: the program for it does not start")
    try:
        found = json.loads(answer)
        return _trouble(found["trouble"], limits) if "trouble" in found else _facts(found)
    except (ValueError, TypeError, KeyError):
        return _too_hard("makes the program that reads it fail")


def _trouble(kind: str, limits: PdfLimits) -> PdfTrouble:
    words = {
        TroubleKind.DAMAGED: "is damaged and can not be opened",
        TroubleKind.LOCKED: "is encrypted and can not be opened without a password",
        TroubleKind.TOO_MANY_PAGES: f"has more than {limits.pages} pages",
    }
    return PdfTrouble(kind=TroubleKind(kind), words=words[TroubleKind(kind)])


def _too_hard(words: str) -> PdfTrouble:
    return PdfTrouble(kind=TroubleKind.TOO_HARD, words=words)


def _facts(found: Mapping[str, Any]) -> PdfFacts:
    return PdfFacts(
        pages=found["pages"],
        forms=tuple(_form(*form) for form in found["forms"]),
        version=found["version"],
        fonts_missing=tuple(found["fonts"]),
        lost_pages=found["lost"],
        rebuilt=found["rebuilt"],
        encrypted=found["encrypted"],
        may_print=found["may_print"],
    )


def _form(first: int, count: int, *lengths: Any) -> PageForm:
    media, shown, trim, bleed, margin = lengths
    return PageForm(
        first=first,
        count=count,
        media=_size(media),
        shown=_size(shown),
        trim=_size(trim),
        bleed=_size(bleed),
        margin=margin,
    )


def _size(lengths: Sequence[float] | None) -> Size | None:
    return None if lengths is None else Size(width=lengths[0], height=lengths[1])
