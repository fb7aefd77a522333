"""Disks beside the one that the tests lie on: a second volume, and a small one that fills up."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MEMORY = Path("/dev/shm")


@contextmanager
def other_volume(than: Path) -> Iterator[Path]:
    """A new folder on another volume than this path; skips the test where there is no other."""
    if not MEMORY.is_dir() or MEMORY.stat().st_dev == than.stat().st_dev:
        pytest.skip(f"no second volume on this machine: mount -t tmpfs tmpfs {MEMORY}")
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@contextmanager
def small_disk(place: Path, mib: int) -> Iterator[Path]:
    """A file system of so many MiB, mounted here; skips the test where none can be mounted."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here: run as root, in a container with SYS_ADMIN")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)
