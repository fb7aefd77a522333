"""A file server that can go on in the middle of a file, and break off there."""

import hashlib
import socket
from dataclasses import dataclass
from typing import Protocol

from hotfolder.domain.preflight import FileFacts
from tests.net.servers import Request, Server

PIECE = 64 * 1024
HEAD = "HTTP/1.1 {status} Whatever\r\nContent-Type: application/pdf\r\n{headers}\r\n"


class Content(Protocol):
    """Bytes that need not be in memory all at once."""

    @property
    def size(self) -> int: ...

    def at(self, start: int, stop: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Bytes:
    """Content that is small enough to be held."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def at(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]


def facts_of(content: Content) -> FileFacts:
    digest = hashlib.md5(usedforsecurity=False)
    for start in range(0, content.size, PIECE):
        digest.update(content.at(start, min(start + PIECE, content.size)))
    return FileFacts(size=content.size, md5=digest.hexdigest())


@dataclass(kw_only=True, slots=True)
class FileServer:
    """Serves one file; after `drop_after` bytes of a body the connection ends, or hangs.

    `shifted` bytes too late is where it goes on; `can_go_on` False gives the whole file each time,
    `heeds_if_range` False the rest of whatever the file is now;
    `most` bytes at a time are given of a range; `tells_total` False hides the size of the file.
    """

    content: Content
    etag: str = '"v1"'
    modified: str = ""
    drop_after: int | None = None
    hangs: bool = False
    can_go_on: bool = True
    heeds_if_range: bool = True
    shifted: int = 0
    most: int | None = None
    tells_total: bool = True
    tells_ranges: bool = False

    def __call__(self, server: Server, connection: socket.socket, request: Request) -> None:
        start, stop = self._bounds(request)
        if start >= self.content.size > 0:
            size = f"Content-Range: bytes */{self.content.size}\r\nContent-Length: 0\r\n"
            connection.sendall(HEAD.format(status=416, headers=size).encode())
            return
        partial = start > 0 or stop < self.content.size
        connection.sendall(self._head(start, stop, partial=partial))
        self._send(server, connection, start, stop)

    def _bounds(self, request: Request) -> tuple[int, int]:
        wanted = request.headers.get("range", "")
        same = request.headers.get("if-range") in (None, self.etag, self.modified)
        if not wanted or not self.can_go_on or (self.heeds_if_range and not same):
            return 0, self.content.size
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) + self.shifted
        return start, min(start + (self.most or self.content.size), self.content.size)

    def _head(self, start: int, stop: int, *, partial: bool) -> bytes:
        headers = ""
        if self.tells_total:
            headers += f"Content-Length: {stop - start}\r\n"
        if self.tells_ranges:
            headers += "Accept-Ranges: bytes\r\n"
        if self.etag:
            headers += f"ETag: {self.etag}\r\n"
        if self.modified:
            headers += f"Last-Modified: {self.modified}\r\n"
        if partial:
            total = self.content.size if self.tells_total else "*"
            headers += f"Content-Range: bytes {start}-{stop - 1}/{total}\r\n"
        return HEAD.format(status=206 if partial else 200, headers=headers).encode()

    def _send(self, server: Server, connection: socket.socket, start: int, stop: int) -> None:
        breaks_at = stop if self.drop_after is None else min(start + self.drop_after, stop)
        for place in range(start, breaks_at, PIECE):
            piece = self.content.at(place, min(place + PIECE, breaks_at))
            connection.sendall(piece)
            server.sent += len(piece)
        if breaks_at < stop and self.hangs:
            server.stopping.wait(30)
        if breaks_at < stop or not self.tells_total:
            connection.shutdown(socket.SHUT_RDWR)
            server.closed += 1
