"""HTTP by raw ASGI: the little that the fast doors of the test center need."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Headers = list[tuple[bytes, bytes]]
Door = Callable[[Scope, Receive, Send], Awaitable[None]]

LOGIN_PAGE = b"<!DOCTYPE html><html><body><form>Please log in</form></body></html>"
_DROP = "hotfolder.drop"


class DroppingProtocol(HttpToolsProtocol):
    """HTTP whose requests can also be left without an answer; see `drop`."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {_DROP: {"abort": self.transport.abort}}


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection as it is, without an answer or with half of one."""
    scope["extensions"][_DROP]["abort"]()
    while (await receive())["type"] != "http.disconnect":
        pass


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole request body.

    Raises ValueError beyond `limit` bytes, ConnectionError when the sender goes away in between.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the sender went away before its request was whole")
        body += message.get("body", b"")
        if len(body) > limit:
            raise ValueError(f"the request is longer than {limit} bytes")
        if not message.get("more_body", False):
            return bytes(body)


async def answer(
    send: Send,
    status: int,
    body: bytes,
    content_type: bytes = b"application/json",
    extra: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    """Send one whole answer."""
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def header(scope: Scope, name: bytes) -> bytes:
    """The first header of this name (in lower case), or nothing."""
    headers: Headers = scope["headers"]
    return next((value for known, value in headers if known == name), b"")


def as_json(data: Any) -> bytes:
    return json.dumps(data).encode()
