"""HTTP on one connection, within the limits of its door.

uvicorn reads and answers; here stands what it lets pass: how large and slow a header may be, whose
request it is behind a proxy, who has asked too often.
"""

import asyncio
import json
from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

import httptools
import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from hotfolder.domain.sender import sender_of
from hotfolder.web.last_words import LastWords
from hotfolder.web.refusals import Refusal
from hotfolder.web.visitors import Visit, Visitors

FORWARDED = b"x-forwarded-for"
MOST_PIPELINED = 8  # few programs send a request before the one before it is answered


class _TurnedAway(Exception):
    """Ends the reading of a request that is answered already."""


class DoorProtocol(HttpToolsProtocol):
    """One connection of a door."""

    transport: asyncio.Transport
    _visit: Visit

    def __init__(
        self, app: ASGIApp, visitors: Visitors, config: uvicorn.Config, state: ServerState
    ) -> None:
        super().__init__(config, state, {})
        self.app = app
        self._visitors = visitors
        self._sender = ""
        self._unspent = 0  # bytes in a row that brought nothing of a document
        self._is_sending = False
        self._hears_no_more = False

    # --- the connection ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        address = transport.get_extra_info("peername") or ("", 0)
        visit = self._visitors[(str(address[0]), int(address[1]))]
        if visit is None:  # it had to give way before it began
            transport.abort()
            return
        self._visit = visit
        self._sender = visit.peer[0]
        visit.greeted = True
        visit.give_up = self._give_up

    def connection_lost(self, exc: Exception | None) -> None:
        has_left = self._is_sending and not self.cycle.response_started
        if has_left and self._visitors[self._visit.peer] is self._visit:
            self._visitors.refuse(Refusal.CUT_OFF, self._sender)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._visitors.is_full(self._visit)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.cycle is None or self.cycle.response_complete:
            self._visitors.waits(self._visit)
        else:
            self._visitors.asks(self._visit)

    # --- a request ---

    def data_received(self, data: bytes) -> None:
        if self._hears_no_more:
            return
        self._unset_keepalive_if_required()
        self._visit.at_rest = False
        self._unspent += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # answered without the other protocol; what follows is none that we know
            if self.cycle is not None:
                self.cycle.keep_alive = False
        except httptools.HttpParserError as error:
            if not isinstance(error.__context__, _TurnedAway):
                self._turn_away(HTTPStatus.BAD_REQUEST, Refusal.MALFORMED, "this is no HTTP")
            return
        if self._unspent > self._visitors.limits.header_bytes:
            self._turn_away_large_header()
        elif not self._is_sending and self._lacks_body():
            self._is_sending = True
            self._visitors.sends(self._visit)

    def _lacks_body(self) -> bool:
        cycle = self.cycle
        return cycle is not None and cycle.more_body and not cycle.response_started

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= MOST_PIPELINED:
            status = HTTPStatus.TOO_MANY_REQUESTS
            self._turn_away(status, Refusal.PIPELINED, "too many requests without waiting")
            raise _TurnedAway
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self._visitors.limits.header_bytes:
            self._turn_away_large_header()
            raise _TurnedAway
        if self._visit.is_proxy:
            self._read_forwarded(self.headers)
        wait = self._visitors.seconds_to_wait(self._visit, self._sender)
        if wait > 0:
            words = {"error": "too many requests; come later"}
            self.app = LastWords(words, 429, headers={"Retry-After": str(ceil(wait))})
        self._is_sending = False
        self._visit.received = 0
        self._visitors.asks(self._visit)
        super().on_headers_complete()

    def _read_forwarded(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        told = [value.decode("latin-1") for name, value in headers if name == FORWARDED]
        self._sender = sender_of(self._visit.peer[0], told, self._visitors.limits.proxies)
        self.scope["client"] = (self._sender, 0)

    def on_body(self, body: bytes) -> None:
        self._unspent = 0
        self._visit.received += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unspent = 0
        if self._is_sending:
            self._is_sending = False
            if not self.cycle.response_complete:
                self._visitors.asks(self._visit)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if not self.pipeline and not self.flow.write_paused:
            self._visitors.waits(self._visit)
        super().on_response_complete()

    # --- refusals that the application never sees ---

    def _give_up(self, refusal: Refusal) -> None:
        """The document is not waited for: it comes too slowly, or we stop."""
        if refusal is Refusal.STOPPING:
            status, words = HTTPStatus.SERVICE_UNAVAILABLE, "no more is taken now; send it again"
        else:
            status, words = HTTPStatus.REQUEST_TIMEOUT, "the document came too slowly"
        self._turn_away(status, refusal, words)

    def _turn_away_large_header(self) -> None:
        status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        words = f"the header is larger than {self._visitors.limits.header_bytes} bytes"
        self._turn_away(status, Refusal.LARGE_HEADER, words)

    def _turn_away(self, status: HTTPStatus, refusal: Refusal, words: str) -> None:
        """The last words on this connection; whatever still comes is not read."""
        self._is_sending = False
        self._hears_no_more = True
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete:
            self._visitors.refuse(refusal, self._sender)
            self._answer(status, words)
        elif not cycle.more_body:  # it is whole: its sender has to hear what became of it
            self._visitors.refuse(refusal, self._sender)
            cycle.keep_alive = False
        elif cycle.response_started:  # it was refused already, and is to hear only one answer
            self._let_go(cycle)
            self.transport.close()
        elif self.pipeline:  # answers come in the order of the requests
            self._visitors.refuse(refusal, self._sender)
            cycle.more_body = False
            self.pipeline[0] = (cycle, _last_words(status, words))
        else:
            self._visitors.refuse(refusal, self._sender)
            self._let_go(cycle)
            self._answer(status, words)

    def _let_go(self, cycle: Any) -> None:
        """A request under way hears that its sender has gone."""
        cycle.disconnected = True
        cycle.message_event.set()

    def _answer(self, status: HTTPStatus, words: str) -> None:
        body = json.dumps({"error": words}).encode()
        lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
        head = "\r\n".join([*lines, "connection: close", "", ""]).encode()
        self.transport.write(head + body)
        self.transport.close()


def _last_words(status: HTTPStatus, words: str) -> Any:
    """An application that answers so, and the connection ends."""
    return JSONResponse({"error": words}, status, headers={"Connection": "close"})
