"""POST an order: bytes in, a status out. 200 only after the commit is on the disk."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from loguru import logger
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hotfolder.errors import (
    HotfolderError,
    OrderChanged,
    OrderKeyUnknown,
    OrderRefused,
    OrderUnreadable,
    Problem,
    StoreError,
)
from hotfolder.services.shop import Caller
from hotfolder.web.bodies import Bodies, TooLarge, TooMuch
from hotfolder.web.desk import Desk, TakeOrders
from hotfolder.web.last_words import LastWords
from hotfolder.web.refusals import Refusal, Refuse

PROBLEMS_TOLD = 50
PROBLEMS_LOGGED = 5
BASIC = {"WWW-Authenticate": 'Basic realm="orders"'}
AGAIN_SECONDS = "5"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """How the intake answers. `body_limit` and `bodies_limit`, of all large ones, in bytes.

    `key_status` answers an unknown key; `asks_basic`: whether any Production Interface asks for
    HTTP Basic, a 401 then says so; `refuse` counts who was refused, and why.
    """

    body_limit: int
    bodies_limit: int
    key_status: int
    asks_basic: Callable[[], bool]
    refuse: Refuse


def intake_route(take: TakeOrders, path: str, manners: Manners) -> Route:
    """The route that takes orders."""
    desk = Desk(take)
    bodies = Bodies(manners.body_limit, manners.bodies_limit)

    async def read_and_take(request: Request) -> Response:
        try:
            async with bodies.read(request) as body:
                return await take_order(request, body)
        except TooLarge:
            words = f"the document is larger than {bodies.limit} bytes"
            told = f"{words} (intake.body_limit_mib)"
            manners.refuse(Refusal.LARGE_BODY, _address(request), told)
            return LastWords({"error": words}, 413)
        except TooMuch:
            manners.refuse(Refusal.BODIES, _address(request))
            words = "too much comes in just now; send it again"
            return LastWords({"error": words}, 503, headers={"Retry-After": AGAIN_SECONDS})
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody hears; the server has counted it

    async def take_order(request: Request, body: bytes) -> Response:
        taken = await desk.take(body, request.headers.get("content-type"), _caller(request))
        if isinstance(taken, HotfolderError):
            told = _with_packing(taken, request)
            manners.refuse(_why(taken), _address(request), _in_short(told))
            basic = manners.asks_basic() and manners.key_status == HTTPStatus.UNAUTHORIZED
            return _answer(told, manners.key_status, BASIC if basic else None)
        if isinstance(taken, Exception):  # the sender gets an answer, we get the story
            logger.opt(exception=taken).error("an order could not be taken")
            manners.refuse(Refusal.FAULT_HERE, _address(request))
            return _refusal(500, "the order could not be stored; send it again later")
        logger.bind(order=taken.order_id).info(
            "order came again" if taken.repeated else "order taken"
        )
        return JSONResponse({"status": "accepted", "order": taken.order_id})

    return Route(path, read_and_take, methods=["POST"])


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _why(error: HotfolderError) -> Refusal:
    if isinstance(error, OrderRefused):
        is_order = not isinstance(error, OrderUnreadable)
        return Refusal.NOT_VALID if is_order else Refusal.NO_ORDER
    if isinstance(error, OrderKeyUnknown):
        return Refusal.UNKNOWN_KEY
    return Refusal.OTHER_CONTENT if isinstance(error, OrderChanged) else Refusal.FAULT_HERE


def _in_short(error: HotfolderError) -> str:
    """For the log: a document can have thousands of problems, and is kept with all of them."""
    if not isinstance(error, OrderRefused) or len(error.problems) <= PROBLEMS_LOGGED:
        return str(error)
    some = "; ".join(str(problem) for problem in error.problems[:PROBLEMS_LOGGED])
    return f"{some}; and {len(error.problems) - PROBLEMS_LOGGED} more"


def _caller(request: Request) -> Caller:
    """Who posts; a header that is no HTTP Basic counts as none."""
    address = _address(request)
    scheme, _, code = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return Caller(address=address)
    try:
        user, _, password = b64decode(code, validate=True).decode().partition(":")
    except ValueError:
        return Caller(address=address)
    return Caller(address=address, user=user, password=password)


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
