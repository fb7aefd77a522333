"""An answer to a sender that is still sending: the connection ends when it has had time to read it.

A connection closed with unread bytes is reset, and the reset throws away the answer under way: a
proxy in front then tells its caller 502 (RFC 9112, section 9.6).
"""

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

LINGER_SECONDS = 2.0


class LastWords(JSONResponse):
    """A refusal in the middle of a document. What still comes is read, not kept, for a while."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_unfinished(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "more_body": True}
            await send(message)

        self.headers["Connection"] = "close"
        await super().__call__(scope, receive, send_unfinished)
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                async for _ in Request(scope, receive).stream():
                    pass
        except (TimeoutError, ClientDisconnect):
            pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})
