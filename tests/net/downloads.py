"""Downloads from a server on 127.0.0.1, and what comes of them."""

from pathlib import Path
from typing import Any

import pytest

from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.download import Download, Limits
from tests.net.servers import Respond, serving

DATA = bytes(range(256)) * 3000
MIB = 1024 * 1024
SECRET_PATH = "/Jane-Doe/cover.pdf?token=7e0ab51c9f4d"  # personal, and gives access


def a_way(**limits: Any) -> Download:
    usual = {"connect_seconds": 2.0, "idle_seconds": 5.0, "private": True, "reserve_bytes": 0}
    return Download(Limits(**{**usual, **limits}))


def finding_for(
    respond: Respond, target: Path, wanted: int | None = None, **limits: Any
) -> tuple[FetchKind, str]:
    with serving(respond) as server:
        return finding_at(server.url + SECRET_PATH, target, wanted, **limits)


def finding_at(
    url: str, target: Path, wanted: int | None = None, **limits: Any
) -> tuple[FetchKind, str]:
    """Kind and words of the error that fetching this gives; it tells nothing private.

    The words are without their begin, which names the file and the server.
    """
    with pytest.raises(FetchError) as caught:
        a_way(**limits).fetch(url, target, wanted)
    words = str(caught.value)
    for private in ("Jane", "token", "7e0ab51c", "http://", "password"):
        assert private not in words
    place, _, told = words.partition(": ")
    assert place.split(" from ")[0] == target.name.removeprefix(".").removesuffix(".part")
    return caught.value.kind, told
