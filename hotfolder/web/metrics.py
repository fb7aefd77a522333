"""What is measured, for Prometheus and programs like it: GET /metrics."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from loguru import logger
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hotfolder.domain.reading import Reading

TYPE = "text/plain; version=0.0.4; charset=utf-8"
Take = Callable[[], Iterable[Reading]]


def metrics_route(take: Take) -> Route:
    """The route at /metrics; `take` reads all numbers and is called by one thread alone.

    That thread begins with the first request, and what writes the text is loaded then: who does
    not ask does not pay.
    """
    thread = ThreadPoolExecutor(1, thread_name_prefix="metrics")

    async def metrics(_request: Request) -> Response:
        try:
            loop = asyncio.get_running_loop()
            text = await loop.run_in_executor(thread, _text, take)
        except Exception as error:  # noqa: BLE001 (the story for us, an answer for who asked)
            logger.opt(exception=error).error("metrics could not be read")
            return Response("metrics could not be read; see the log\n", status_code=500)
        return Response(text, media_type=TYPE)

    return Route("/metrics", metrics, methods=["GET"])


def _text(take: Take) -> bytes:
    from hotfolder.web.metrics_text import metrics_text  # noqa: PLC0415 (1.2 MB, for who asks)

    return metrics_text(take())
