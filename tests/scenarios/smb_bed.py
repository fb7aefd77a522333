"""A file server of our own on the loopback, and a real client of it.

The floor is its share. What a client does to files it does through the server, in another process.
"""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import smbclient
from smbclient.path import isdir

from tests.waiting import wait_until

SERVER = shutil.which("smbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SECONDS = 20.0
SETTINGS = """
[global]
  server role = standalone server
  map to guest = Bad User
  guest account = {user}
  smb ports = {port}
  bind interfaces only = yes
  interfaces = lo
  private dir = {state}
  lock directory = {state}
  state directory = {state}
  cache directory = {state}
  pid directory = {state}
  ncalrpc dir = {state}/rpc
  log file = {state}/log
  load printers = no
  disable spoolss = yes
[floor]
  path = {share}
  read only = no
  guest ok = yes
"""


class Client:
    """A workstation that has the share open: it sees paths of the share, with `/`."""

    def __init__(self, port: int, share: Path) -> None:
        self._share = share
        self._options: dict[str, Any] = {"port": port, "connection_cache": {}}
        smbclient.ClientConfig(require_secure_negotiate=False)  # a guest has nothing to sign with
        smbclient.register_session(
            "127.0.0.1", username="guest", password="x", require_signing=False, **self._options
        )

    def close(self) -> None:
        smbclient.reset_connection_cache(connection_cache=self._options["connection_cache"])

    def open(self, path: Path, mode: str = "xb") -> Any:
        """A file held open; others may read, write and rename it, as file managers allow."""
        return smbclient.open_file(
            self._name(path), mode=mode, buffering=0, share_access="rwd", **self._options
        )

    def write(self, path: Path, data: bytes) -> None:
        """A file is put there, or written over."""
        with self.open(path, "wb") as file:
            file.write(data)

    def stamp(self, path: Path, seconds: float) -> None:
        """The time of the last change is set to that of another file (seconds since 1970)."""
        smbclient.utime(self._name(path), times=(seconds, seconds), **self._options)

    def make(self, path: Path) -> None:
        smbclient.mkdir(self._name(path), **self._options)

    def rename(self, source: Path, target: Path) -> None:
        smbclient.rename(self._name(source), self._name(target), **self._options)

    def upload(self, source: Path, target: Path, last: str = "") -> None:
        """A folder of the workstation is copied to the share, or into a folder that is there.

        Files go over one by one, the one named `last` at the end.
        """
        if not isdir(self._name(target), **self._options):
            self.make(target)
        for path in sorted(source.iterdir(), key=lambda one: (one.name == last, one.name)):
            self.write(target / path.name, path.read_bytes())

    def delete(self, folder: Path) -> None:
        """A folder of the share with its files."""
        for name in smbclient.listdir(self._name(folder), **self._options):
            smbclient.remove(self._name(folder / name), **self._options)
        smbclient.rmdir(self._name(folder), **self._options)

    def _name(self, path: Path) -> str:
        parts = path.relative_to(self._share).parts
        return "\\".join(("\\\\127.0.0.1", "floor", *parts))


@contextmanager
def file_server(state: Path, share: Path) -> Iterator[int]:
    """A server of this share; its port. Skips the test where there is no Samba."""
    if SERVER is None:
        pytest.skip("no smbd on this machine: apt-get install samba")
    port = free_port()
    user = pwd.getpwuid(os.getuid()).pw_name
    settings = state / "smb.conf"
    settings.write_text(SETTINGS.format(user=user, port=port, state=state, share=share))
    command = [SERVER, "--foreground", "--configfile", str(settings), "-l", str(state)]
    with (state / "out").open("wb") as out:
        # never --no-process-group: when smbd ends, it ends its whole group, and that would be ours
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        wait_until(lambda: is_heard(server, port, state / "out"), SECONDS, "smbd answers")
        yield port
    finally:
        server.terminate()
        server.wait(SECONDS)


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


def is_heard(server: subprocess.Popen[bytes], port: int, out: Path) -> bool:
    assert server.poll() is None, f"smbd has ended: {out.read_text()}"
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def client(port: int, share: Path) -> Iterator[Client]:
    made = Client(port, share)
    try:
        yield made
    finally:
        made.close()
