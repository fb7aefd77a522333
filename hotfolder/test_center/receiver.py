"""The door for signals: strict, as the CloudSignal API v2.0 document says, and fast."""

import asyncio
from collections.abc import Sequence

from starlette.types import Receive, Scope, Send

from hotfolder.errors import SignalInvalid
from hotfolder.test_center.faults import Fault
from hotfolder.test_center.protocol import (
    LOGIN_PAGE,
    answer,
    as_json,
    drop,
    header,
    read_body,
)
from hotfolder.test_center.signals import Post, check_post, read_post
from hotfolder.test_center.state import CenterState

SIGNAL_PATH = "/cloudsignal/2.0/status/"
# no limit is documented; a bundle of several thousand signals still fits
BODY_LIMIT = 1024 * 1024
_REASONS_SHOWN = 20


class SignalDoor:
    """`POST /cloudsignal/2.0/status/`: 200, 400 with a message, or 401; all or nothing."""

    def __init__(self, state: CenterState) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            post = await self._read(scope, receive)
        except ConnectionError:
            return  # a sender that was killed: nobody is there to be refused
        except SignalInvalid as error:
            fault = self._state.faults.take_for_signals(())
            if fault is None or not await self._disturb(fault, (), (scope, receive, send)):
                await self._refuse(send, 400, [str(error)])
            return
        fault = self._state.faults.take_for_signals(post.elements)
        if fault and await self._disturb(fault, post.elements, (scope, receive, send)):
            return
        if not self._state.is_key(post.key):
            await self._refuse(send, 401, ["the key is not that of this interface"], post)
        elif found := self._check(post):
            await self._refuse(send, 400, found, post)
        else:
            for accepted in self._state.account.accept(post.elements, is_bundle=post.is_bundle):
                self._state.news(accepted)
            if fault and fault.accept_then_close:
                await drop(scope, receive)
            else:
                await answer(send, 200, b"")

    async def _read(self, scope: Scope, receive: Receive) -> Post:
        try:
            body = await read_body(receive, BODY_LIMIT)
        except ValueError as error:
            raise SignalInvalid(str(error)) from error
        media_type = header(scope, b"content-type").partition(b";")[0].strip().lower()
        if media_type != b"application/json":
            raise SignalInvalid("Content-Type is not application/json")
        return read_post(body)

    def _check(self, post: Post) -> list[str]:
        known = self._state.account.known_orders if self._state.strict_orders else None
        return check_post(post, known)

    async def _refuse(
        self, send: Send, status: int, reasons: Sequence[str], post: Post | None = None
    ) -> None:
        elements = post.elements if post else ()
        self._state.news(self._state.account.refuse(status, reasons, elements))
        await answer(send, status, as_json({"error": "; ".join(reasons[:_REASONS_SHOWN])}))

    async def _disturb(
        self, fault: Fault, elements: Sequence[object], call: tuple[Scope, Receive, Send]
    ) -> bool:
        """Carry out a fault; True when that was the whole answer."""
        scope, receive, send = call
        if fault.delay_seconds:
            await asyncio.sleep(fault.delay_seconds)
        status = 200 if fault.html else fault.status
        if status is None and not fault.close:
            return False
        reasons = [f"a fault that was asked for: {_words(fault)}"]
        self._state.news(self._state.account.refuse(status, reasons, elements, by_fault=True))
        if status is None:
            await drop(scope, receive)
        elif fault.html:
            await answer(send, 200, LOGIN_PAGE, b"text/html")
        else:
            extra = [(b"retry-after", fault.retry_after.encode())] if fault.retry_after else []
            await answer(send, status, as_json({"error": reasons[0]}), extra=extra)
        return True


def _words(fault: Fault) -> str:
    if fault.html:
        return "a login page"
    return "connection dropped" if fault.close else f"status {fault.status}"
