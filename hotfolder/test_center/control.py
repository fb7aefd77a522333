"""The control doors: read the account, ask for faults, push orders."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from hotfolder.errors import ConfigError
from hotfolder.test_center.faults import read_fault
from hotfolder.test_center.push import push_orders, read_plan
from hotfolder.test_center.state import CenterState


def control_routes(state: CenterState) -> APIRouter:
    """`GET /account`, `POST /faults`, `POST /push`, each JSON in and out.

    A wrong request gives 400 with the problems.
    """
    router = APIRouter()

    @router.get("/account")
    async def account(since: int = 0) -> JSONResponse:
        return JSONResponse(await run_in_threadpool(state.account.as_dict, max(since, 0)))

    @router.post("/faults")
    async def faults(request: Request) -> JSONResponse:
        fault = _or_400(read_fault, await _json(request))
        state.faults.set(fault)
        return JSONResponse({"faults": "cleared" if fault is None else "set"})

    @router.post("/push")
    async def push(request: Request) -> JSONResponse:
        base_url = str(request.base_url).rstrip("/")
        data = await _json(request)
        plan = _or_400(lambda given: read_plan(given, base_url), data)
        pushed = await run_in_threadpool(push_orders, state, plan)
        return JSONResponse({"pushed": [order.as_dict() for order in pushed]})

    return router


async def _json(request: Request) -> Any:
    # a page in a browser can post to this machine, but not with this content type
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415, "send it with Content-Type: application/json")
    try:
        return json.loads(await request.body())
    except ValueError as error:
        raise HTTPException(400, "the request is not JSON") from error


def _or_400(read: Callable[[Any], Any], data: Any) -> Any:
    try:
        return read(data)
    except ConfigError as error:
        raise HTTPException(400, [str(problem) for problem in error.problems]) from error
