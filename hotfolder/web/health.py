"""Is it alive, is it ready: for service managers, proxies and scripts."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def health_routes(
    late_loops: Callable[[], list[str]], awaited_loops: Callable[[], list[str]] = list
) -> list[Route]:
    """`late_loops` names the loops that have not been heard of for too long.

    `awaited_loops`: those that still have to work for the first time.
    """

    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> JSONResponse:
        late = late_loops()
        if late:
            return JSONResponse({"status": "late", "loops": late}, status_code=503)
        awaited = awaited_loops()
        if awaited:
            return JSONResponse({"status": "starting", "loops": awaited}, status_code=503)
        return JSONResponse({"status": "ready"})

    return [Route("/health/live", live), Route("/health/ready", ready)]
