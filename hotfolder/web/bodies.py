"""Order documents as they come in: none larger than the limit, all together not above another."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from hotfolder.domain.sender import customer_of

KIB = 1024
ALWAYS_TAKEN = 256 * KIB


class TooLarge(Exception):
    """The document is above the limit."""


class TooMuch(Exception):
    """So much comes in already that this large one has to come again."""


class Bodies:
    """Reads documents for one event loop. `limit` of one and `most` of the large ones in bytes.

    One sender has half of it at most: who never ends what he sends keeps only himself waiting.
    """

    def __init__(self, limit: int, most: int) -> None:
        self.limit = limit
        self._left = max(most, limit)  # one of the largest is always taken
        self._most_of_one = max(most // 2, limit)
        self._of_one: Counter[str] = Counter()

    @asynccontextmanager
    async def read(self, request: Request) -> AsyncIterator[bytes]:
        """The document; its memory counts until the block ends.

        Raises TooLarge, TooMuch, or ClientDisconnect of starlette when the sender hangs up.
        """
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self.limit:
            raise TooLarge
        sender = customer_of(request.client.host) if request.client else ""
        parts: list[bytes] = []
        size = held = 0
        try:
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > self.limit:
                    raise TooLarge
                more = max(0, size - ALWAYS_TAKEN) - held
                if more > min(self._left, self._most_of_one - self._of_one[sender]):
                    raise TooMuch
                self._left -= more
                self._of_one[sender] += more
                held += more
            yield b"".join(parts)
        finally:
            self._left += held
            self._of_one[sender] -= held
            if not self._of_one[sender]:
                del self._of_one[sender]
