"""Is it alive, is it ready: for service managers, proxies and scripts."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse


def health_routes(late_loops: Callable[[], list[str]]) -> APIRouter:
    """`late_loops` names the loops that have not been heard of for too long."""
    router = APIRouter()

    @router.get("/health/live", include_in_schema=False)
    async def live() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @router.get("/health/ready", include_in_schema=False)
    async def ready() -> JSONResponse:
        late = late_loops()
        if late:
            return JSONResponse({"status": "late", "loops": late}, status_code=503)
        return JSONResponse({"status": "ready"})

    return router
