"""A Debian in a folder, booted as a container; it shares the network with this machine."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from programs import Trouble

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
PACKAGES = "python3,python3-venv,ca-certificates,systemd,systemd-sysv,dbus"
BOOT_SECONDS = 120.0
STOP_SECONDS = 30.0
CALL_SECONDS = 600.0
REBOOT_ASKED = 133  # systemd-nspawn(1), --keep-unit
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
CLEAN = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "HOME=/root"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What a root is made of: a ready one or a mirror, and what reaches package indexes."""

    ready: Path | None = None
    mirror: str = MIRROR
    certificates: Path | None = None
    pip_conf: Path | None = None


def make_root(root: Path, of: Made) -> None:
    """A Debian at `root`, which is not there yet. Raises Trouble."""
    if of.ready is not None:
        _call(["cp", "-a", "--reflink=auto", str(of.ready), str(root)])
    else:
        options = ["--variant=minbase", f"--include={PACKAGES}"]
        _call(["debootstrap", *options, SUITE, str(root), of.mirror])
    if of.certificates is not None:
        shutil.copyfile(of.certificates, root / CERTIFICATES)
    if of.pip_conf is not None:
        shutil.copyfile(of.pip_conf, root / "etc" / "pip.conf")


def _call(words: list[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(
            f"{words[0]} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr}"
        )


class Booted:
    """The running container; at the end of the `with` block it does not run any more."""

    def __init__(self, root: Path, log: Path) -> None:
        self.root = root
        self._log = log
        self._nspawn: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        nspawn = self._running()
        if nspawn.poll() is not None:
            return
        leader = self._leader()
        nspawn.send_signal(signal.SIGTERM)
        try:
            nspawn.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            nspawn.kill()
            nspawn.wait()
            with suppress(ProcessLookupError):
                os.kill(leader, signal.SIGKILL)

    def call(self, *words: object, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
        """A command inside, run to its end. Raises Trouble when it fails and may not."""
        inside = ["nsenter", "--target", str(self._leader()), "--all", *CLEAN]
        called = " ".join(map(str, words[:2]))  # further on keys may stand
        try:
            done = subprocess.run(
                [*inside, *map(str, words)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=CALL_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise Trouble(f"{called} did not end in {CALL_SECONDS:.0f} s") from None
        if done.returncode and not may_fail:
            raise Trouble(
                f"{called} ended with {done.returncode}:\n"
                f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
            )
        return done

    def reboot(self) -> None:
        """As an admin would; returns when it is up again."""
        nspawn = self._running()
        self.call("systemctl", "reboot", may_fail=True)
        try:
            code = nspawn.wait(BOOT_SECONDS)
        except subprocess.TimeoutExpired:
            raise Trouble("the container did not go down for its reboot") from None
        if code != REBOOT_ASKED:
            raise Trouble(f"the container went down with {code} instead of a reboot")
        self._start()

    def _start(self) -> None:
        # no machine manager and no user namespace: both may be missing where we run
        words = ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit"]
        words += ["--console=pipe", f"--directory={self.root}"]
        with self._log.open("ab") as output:
            self._nspawn = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_for(self._is_up, BOOT_SECONDS, "the container is up")

    def _is_up(self) -> bool:
        try:
            done = self.call("systemctl", "is-system-running", may_fail=True)
        except Trouble:
            return False
        return done.stdout.strip() in ("running", "degraded")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._nspawn is None:
            raise Trouble("the container was not started")
        return self._nspawn

    def _leader(self) -> int:
        """The first process inside, as this machine numbers it."""
        nspawn = self._running()
        if nspawn.poll() is not None:
            raise Trouble(f"the container has ended:\n{self._log.read_text('utf-8', 'replace')}")
        children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children").read_text().split()
        if not children:
            raise Trouble("the container is not there yet")
        return int(children[0])


def wait_for(test: Callable[[], object], seconds: float, what: str) -> float:
    """The seconds until `test` held. Raises Trouble when it did not in time."""
    begun = time.monotonic()
    while not test():
        if time.monotonic() - begun > seconds:
            raise Trouble(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - begun
