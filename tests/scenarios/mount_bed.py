"""A place of its own for mounts: what is mounted in it, this process sees and the machine does not.

Another process holds the mounts and changes them when told; its root is looked at through /proc.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import line_of, tell

OBEY = 'while read -r line; do if eval "$line" 2>&1; then echo done; else echo failed; fi; done'


class Mounts:
    """A floor in memory, mounted at `floor`; what lies on it stays at `behind`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._root = Path(f"/proc/{process.pid}/root")
        self.floor = self._seen("floor")
        self.behind = self._seen("behind")
        for name in ("floor", "behind", "other"):
            (folder / name).mkdir()
        self._do(f"mount -t tmpfs floor {folder}/behind")
        self.mount()

    def unmount(self) -> None:
        """The mount point is an empty folder."""
        self._do(f"umount --lazy {self._folder}/floor")

    def mount(self) -> None:
        self._do(f"mount --bind {self._folder}/behind {self._folder}/floor")

    def mount_a_copy(self) -> None:
        """The same files on another device, as when a share was restored or a machine restarted."""
        other = self._folder / "other"
        self._do(f"mount -t tmpfs other {other}")
        self._do(f"cp -a {self._folder}/behind/. {other}/")
        self._do(f"mount --bind {other} {self._folder}/floor")

    def let_write(self, *, allowed: bool) -> None:
        """Through the mount; behind it anything can be changed."""
        way = "rw" if allowed else "ro"
        self._do(f"mount -o remount,bind,{way} {self._folder}/floor")

    def _seen(self, name: str) -> Path:
        return self._root / self._folder.relative_to("/") / name

    def _do(self, command: str) -> None:
        tell(self._process, command)
        said = []
        while (line := line_of(self._process)) not in ("done", "failed", ""):
            said.append(line)
        assert line == "done", f"{command}: {' '.join(said)}"


@contextmanager
def own_mounts(folder: Path) -> Iterator[Mounts]:
    """Skips the test where neither root nor a user namespace lets us mount."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("no unshare on this machine: apt-get install util-linux")
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = [unshare, *as_root, "--mount", "--propagation", "private", "sh", "-c", OBEY]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        tell(process, "true")
        if line_of(process) != "done":
            pytest.skip("no disk may be mounted here: run as root, in a container with SYS_ADMIN")
        yield Mounts(process, folder)
    finally:
        process.kill()
        process.communicate()
