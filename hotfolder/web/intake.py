"""POST an order: bytes in, a status out. 200 only after the commit is on the disk."""

from base64 import b64decode
from collections.abc import Callable
from http import HTTPStatus

from loguru import logger
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hotfolder.errors import (
    HotfolderError,
    OrderChanged,
    OrderKeyUnknown,
    OrderRefused,
    Problem,
    StoreError,
)
from hotfolder.services.shop import Caller
from hotfolder.web.desk import Desk, TakeOrders

PROBLEMS_TOLD = 50
BASIC = {"WWW-Authenticate": 'Basic realm="orders"'}


class TooLarge(Exception):
    """The body is above the limit."""


def intake_route(
    take: TakeOrders, path: str, body_limit: int, key_status: int, asks_basic: Callable[[], bool]
) -> Route:
    """The route that takes orders. `body_limit` in bytes; `key_status` answers an unknown key.

    `asks_basic`: whether any Production Interface asks for HTTP Basic; a 401 then says so.
    """
    desk = Desk(take)

    async def take_order(request: Request) -> Response:
        try:
            body = await _body(request, body_limit)
        except TooLarge:
            words = f"the document is larger than {body_limit} bytes"
            logger.warning("order not taken: {} (intake.body_limit_mib)", words)
            return _refusal(413, words, headers={"Connection": "close"})
        try:
            content_type = request.headers.get("content-type")
            taken = await desk.take(body, content_type, _caller(request))
        except HotfolderError as error:
            basic = asks_basic() and key_status == HTTPStatus.UNAUTHORIZED
            return _answer(_with_packing(error, request), key_status, BASIC if basic else None)
        except Exception as error:  # noqa: BLE001 (the sender gets an answer, we get the story)
            logger.opt(exception=error).error("an order could not be taken")
            return _refusal(500, "the order could not be stored; send it again later")
        logger.bind(order=taken.order_id).info(
            "order came again" if taken.repeated else "order taken"
        )
        return JSONResponse({"status": "accepted", "order": taken.order_id})

    return Route(path, take_order, methods=["POST"])


def _caller(request: Request) -> Caller:
    """Who posts; a header that is no HTTP Basic counts as none."""
    address = request.client.host if request.client else ""
    scheme, _, code = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return Caller(address=address)
    try:
        user, _, password = b64decode(code, validate=True).decode().partition(":")
    except ValueError:
        return Caller(address=address)
    return Caller(address=address, user=user, password=password)


async def _body(request: Request, limit: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge
    parts = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _with_packing(error: HotfolderError, request: Request) -> HotfolderError:
    """The refusal; of a packed body it says that it is packed: no other problem is real then."""
    packing = request.headers.get("content-encoding", "").strip().lower()
    if not isinstance(error, OrderRefused) or packing in ("", "identity"):
        return error
    hint = "send it unpacked, without Content-Encoding"
    return OrderRefused([Problem("document", "is packed (Content-Encoding)", hint)])


def _answer(
    error: HotfolderError, key_status: int, basic: dict[str, str] | None = None
) -> Response:
    """The status for each way in which an order is not taken (reference section 2.2)."""
    logger.warning("order not taken: {}", error)
    if isinstance(error, OrderRefused):
        return _refusal(400, "the document is not valid", error.problems)
    if isinstance(error, OrderKeyUnknown):
        return _refusal(key_status, str(error), headers=basic)
    if isinstance(error, OrderChanged):
        return _refusal(409, str(error))
    if isinstance(error, StoreError):
        return _refusal(503, "the order can not be stored just now; send it again later")
    return _refusal(500, "the order could not be taken")


def _refusal(
    status: int,
    words: str,
    problems: tuple[Problem, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    content: dict[str, object] = {"error": words}
    if problems:
        content["problems"] = [
            {"where": one.where, "what": one.what, "hint": one.hint}
            for one in problems[:PROBLEMS_TOLD]
        ]
    return JSONResponse(content, status_code=status, headers=headers)
