"""The test center as a web application."""

from fastapi import FastAPI
from starlette.routing import Route

from hotfolder.test_center.control import control_routes
from hotfolder.test_center.downloads import FileDoor
from hotfolder.test_center.receiver import SIGNAL_PATH, SignalDoor
from hotfolder.test_center.state import CenterState


def make_app(state: CenterState) -> FastAPI:
    """The application around this state; run it with `serve`, as some faults need its protocol."""
    app = FastAPI(title="Hotfolder test center", docs_url=None, redoc_url=None, openapi_url=None)
    # raw ASGI, and first: thousands of signals a second come through here
    app.router.routes.append(Route(SIGNAL_PATH, SignalDoor(state), methods=["POST"]))
    app.router.routes.append(Route("/files/{name}", FileDoor(state), methods=["GET"]))
    app.include_router(control_routes(state))
    return app
