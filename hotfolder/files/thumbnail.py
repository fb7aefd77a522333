"""A small picture of a PDF's first page, drawn by a process that may die of a bad file."""

import json
import os
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hotfolder.files.child import command, environment

MIB = 1024 * 1024
NOT_OPENED, NOT_DRAWN, MEMORY_USED_UP = 3, 4, 5  # how thumbnail_child.py ends without a picture


@dataclass(frozen=True, kw_only=True, slots=True)
class ThumbnailLimits:
    """What one picture may cost: whole seconds by the clock and of the processor, MiB."""

    seconds: int = 20
    cpu_seconds: int = 10
    memory_mib: int = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Thumbnail:
    """A PNG; or None, and in words why there is none."""

    png: bytes | None
    reason: str = ""


DEFAULT_LIMITS = ThumbnailLimits()


def first_page(path: Path, width: int, limits: ThumbnailLimits = DEFAULT_LIMITS) -> Thumbnail:
    """The first page of a PDF, `width` pixels wide. Never raises: a docket can do without.

    The limits keep the daemon from a bad file's crashes, endless loops and appetite for memory.
    They are no jail: what the child may read and reach is what the service manager lets the daemon.
    """
    try:
        # without waiting, should a pipe carry the name of a file
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return _none(f"it can not be read: {error.strerror}")
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return _none("it is not a file")
        with tempfile.TemporaryFile() as output:
            ended = _run(file, output, width, limits)
            if ended != 0:
                return _none(_reason(ended, limits))
            output.seek(0)
            return Thumbnail(png=output.read())
    except OSError as error:
        return _none(f"it can not be drawn here: {error.strerror}")
    finally:
        os.close(file)


def _run(file: int, output: BinaryIO, width: int, limits: ThumbnailLimits) -> int:
    """Exit status of the child, negative for a signal; -SIGALRM when its time is up."""
    given = {
        "width": width,
        "seconds": limits.seconds,
        "cpu": limits.cpu_seconds,
        "memory": limits.memory_mib * MIB,
    }
    try:
        return subprocess.run(  # noqa: S603 (our own program, a list of arguments, no shell)
            command("hotfolder.files.thumbnail_child", json.dumps(given)),
            stdin=file,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,
            timeout=limits.seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return -signal.SIGALRM


def _reason(ended: int, limits: ThumbnailLimits) -> str:
    crash = f"drawing its first page crashes or needs more than {limits.memory_mib} MiB of memory"
    known = {
        NOT_OPENED: "it is no PDF, is damaged or asks for a password",
        NOT_DRAWN: "its first page can not be drawn",
        -signal.SIGXCPU: f"its first page needs more than {limits.cpu_seconds} processor seconds",
        -signal.SIGALRM: f"its first page could not be drawn within {limits.seconds} seconds",
    }
    if ended == MEMORY_USED_UP or ended < 0:
        return known.get(ended, crash)
    return known.get(ended, "the program that draws it fails or does not start")


def _none(reason: str) -> Thumbnail:
    return Thumbnail(png=None, reason=reason)
