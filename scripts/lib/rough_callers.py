"""Rough callers, a program of its own.

They drip, crowd, send too much, no orders and no HTTP at all, and do not wait for answers.

    python rough_callers.py HOST PORT CROWD

Calls from 127.0.0.2 and up, so that honest senders have another address, until it is ended; what it
did stands as a line of JSON on standard output once a second.
"""

import asyncio
import json
import resource
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import cycle

DRIPPING = 400
DRIPPING_DOCUMENTS = 600  # more than limits.connections
SENDING_TOO_MUCH = 4
SENDING_NO_ORDER = 4
NOT_WAITING = 4
SPEAKING_NONSENSE = 4
NEW_A_SECOND = 1000
PAUSE_SECONDS = 0.05
MIB = 1024 * 1024
NONSENSE = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x00" * 1000,
    b"POST /orders HTTP/1.1\r\nX: " + b"a" * 40_000,
)


class Callers:
    """All of them, in one event loop."""

    def __init__(self, host: str, port: int, crowd: int) -> None:
        self.done: Counter[str] = Counter()
        self._there = (host, port)
        self._crowd = crowd
        self._open = asyncio.Semaphore(crowd)
        self._from = _addresses()

    async def call(self) -> None:
        """Until it is canceled."""
        many = (
            (DRIPPING, self._drip),
            (DRIPPING_DOCUMENTS, self._drip_document),
            (SENDING_NO_ORDER, self._send_no_order),
            (NOT_WAITING, self._do_not_wait),
            (SENDING_TOO_MUCH, self._send_too_much),
            (SPEAKING_NONSENSE, self._speak_nonsense),
        )
        async with asyncio.TaskGroup() as tasks:
            for count, what in many:
                for _ in range(count):
                    tasks.create_task(self._again(what))
            tasks.create_task(self._fill_the_house())
            tasks.create_task(self._tell())

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(1)
            print(json.dumps(self.done), flush=True)

    async def _again(self, what: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await what()
            except OSError:
                self.done["calls that were cut off"] += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def _drip(self) -> None:
        """A header that never ends, a byte a second."""
        await self._go_on("dripping connections", b"POST /orders HTTP/1.1\r\nX-Drip: ")

    async def _drip_document(self) -> None:
        head = b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
        await self._go_on("dripping documents", head)

    async def _go_on(self, name: str, head: bytes) -> None:
        reader, writer = await self._connect(name)
        try:
            writer.write(head)
            while not writer.is_closing() and not reader.at_eof():
                writer.write(b"a")
                await writer.drain()
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), 1)
        finally:
            writer.close()

    async def _send_too_much(self) -> None:
        """Documents above every limit, with and without saying so before."""
        announced = self.done["oversized documents"] % 2
        reader, writer = await self._connect("oversized documents")
        try:
            size = f"Content-Length: {50 * MIB}" if announced else "Transfer-Encoding: chunked"
            writer.write(f"POST /orders HTTP/1.1\r\nHost: x\r\n{size}\r\n\r\n".encode())
            part = b" " * MIB if announced else b"100000\r\n" + b" " * MIB + b"\r\n"
            for _ in range(8):
                writer.write(part)
                await writer.drain()
            await asyncio.wait_for(reader.read(4096), 5)
        except TimeoutError:
            self.done["oversized documents without an answer"] += 1
        finally:
            writer.close()

    async def _send_no_order(self) -> None:
        """Documents within every limit that are no orders; each is read and kept for a while."""
        size = 4 * MIB if self.done["documents that are no orders"] % 2 else 10_000
        reader, writer = await self._connect("documents that are no orders")
        try:
            body = b'{"no": "' + b"x" * size + b'"}'
            head = f"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(4096), 5)
        finally:
            writer.close()

    async def _do_not_wait(self) -> None:
        """Thousands of requests in a row."""
        reader, writer = await self._connect("requests in a row, by thousands")
        try:
            writer.write(b"GET /openapi.json HTTP/1.1\r\n\r\n" * 5000)
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(4096), 5)
        finally:
            writer.close()

    async def _speak_nonsense(self) -> None:
        text = NONSENSE[self.done["malformed requests"] % len(NONSENSE)]
        reader, writer = await self._connect("malformed requests")
        try:
            writer.write(text)
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(4096), 2)
        finally:
            writer.close()

    async def _fill_the_house(self) -> None:
        """As many connections as wanted at once; each that is closed is opened again."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                for _ in range(NEW_A_SECOND // 20):
                    await self._open.acquire()
                    tasks.create_task(self._sit())
                await asyncio.sleep(1 / 20)

    async def _sit(self) -> None:
        """A connection that says nothing until it is closed."""
        try:
            reader, writer = await self._connect("silent connections")
            try:
                await reader.read(1)
            finally:
                writer.close()
        except OSError:
            self.done["calls that were cut off"] += 1
        finally:
            self._open.release()

    async def _connect(self, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.done[name] += 1
        source = (next(self._from), 0)
        return await asyncio.open_connection(*self._there, local_addr=source)


def _addresses() -> Iterator[str]:
    """Many senders; a few of them call far more often than the others."""
    few = [f"127.0.0.{number}" for number in range(2, 6)]
    many = [f"127.0.{block}.{number}" for block in range(1, 9) for number in range(1, 251)]
    return cycle([address for one in many for address in (one, *few[:1])] + few)


def main() -> None:
    host, port, crowd = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        asyncio.run(Callers(host, port, crowd).call())
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
