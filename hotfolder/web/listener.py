"""The listening socket of a door: whom there is no room for is let go before anything is read."""

import resource
import socket
from contextlib import suppress

from hotfolder.errors import HotfolderError
from hotfolder.web.refusals import Refusal
from hotfolder.web.visitors import Visit, Visitors

BACKLOG = 2048
TURNED_AWAY_AT_ONCE = 64
OTHER_FILES = 512  # what the rest of the program may have open


class Connection(socket.socket):
    """An accepted connection; its visit ends when it is closed, also when TLS never began."""

    visit: Visit
    visitors: Visitors
    wants_tls: bool

    def close(self) -> None:
        super().close()
        visit, visitors = self.visit, self.visitors
        if self.wants_tls and not visit.greeted and visitors[visit.peer] is visit:
            visitors.refuse(Refusal.NO_TLS, visit.peer[0])
        visitors.leave(visit)

    def hang_up(self) -> None:
        """Who reads and writes here finds the connection ended."""
        with suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)


class Listener(socket.socket):
    """Gives only connections that the door has room for."""

    visitors: Visitors
    wants_tls = False

    def listen(self, _backlog: int = 0) -> None:
        """With room for a crowd; asyncio would make it as small as what it accepts at once."""
        super().listen(BACKLOG)

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """The next connection with a place. Raises BlockingIOError when there is none just now."""
        for _ in range(TURNED_AWAY_AT_ONCE):
            plain, address = super().accept()
            peer = (str(address[0]), int(address[1]))
            made = Connection(plain.family, plain.type, plain.proto, fileno=plain.detach())
            visit = self.visitors.enter(peer, made.hang_up)
            if visit is not None:
                made.visit, made.visitors, made.wants_tls = visit, self.visitors, self.wants_tls
                return made, peer
            socket.socket.close(made)
        raise BlockingIOError  # others have waited long enough for the thread


def bind(host: str, port: int, option: str, visitors: Visitors) -> Listener:
    """The port, bound. Raises HotfolderError, with the `option` that names it, when it can not be.

    asyncio switches Nagle's delay off only where the protocol is named; with it an answer waits
    40 ms for the client's acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = Listener(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.visitors = visitors
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen()
    except OSError as error:
        bound.close()
        raise HotfolderError(
            f"port {port} of {host} can not be used: {error.strerror}; "
            f"is another Hotfolder running? ({option})"
        ) from error
    return bound


def allow_files(connections: int) -> None:
    """Let the process have so many connections open beside all else, as far as the system allows.

    The usual limit of 1024 is a soft one, for programs that know no more than 1024 files.
    https://0pointer.net/blog/file-descriptor-limits.html
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
