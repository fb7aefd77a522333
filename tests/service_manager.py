"""The end of the service manager: hears what it is told."""

import select
import socket


class Listener:
    """A socket that the environment names as NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.settimeout(0)

    def heard(self) -> list[str]:
        """All facts since the last call."""
        facts = []
        while True:
            try:
                facts += self.socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return facts

    def hears_within(self, seconds: float) -> bool:
        """True as soon as something is told."""
        return bool(select.select([self.socket], [], [], seconds)[0])

    def close(self) -> None:
        self.socket.close()
