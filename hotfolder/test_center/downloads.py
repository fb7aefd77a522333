"""The door for files: `GET /files/{name}`, with ranges, and with faults."""

import asyncio
import re

from starlette.types import Receive, Scope, Send

from hotfolder.test_center.faults import FileFault
from hotfolder.test_center.protocol import LOGIN_PAGE, answer, as_json, drop, header
from hotfolder.test_center.sample_files import Sample, samples
from hotfolder.test_center.state import CenterState

_RANGE = re.compile(rb"bytes=([0-9]*)-([0-9]*)")
_PDF = b"application/pdf"


class FileDoor:
    """Serves the sample PDFs by name; needs no key, as the files of the test are no secret."""

    def __init__(self, state: CenterState) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._state.account.note_download()
        sample = samples().get(scope["path_params"]["name"])
        fault = self._state.faults.take_for_files()
        if fault and fault.delay_seconds:
            await asyncio.sleep(fault.delay_seconds)
        if sample is None:
            await answer(send, 404, as_json({"error": "no such file"}))
        elif fault and fault.files:
            await _fail(fault.files, sample.content, (scope, receive, send))
        else:
            await _serve(scope, send, sample)


async def _serve(scope: Scope, send: Send, sample: Sample) -> None:
    content, etag = sample.content, b'"%s"' % sample.md5.encode()
    wanted = _RANGE.fullmatch(header(scope, b"range").strip())
    told = [(b"accept-ranges", b"bytes"), (b"etag", etag)]
    is_other = header(scope, b"if-range").strip() not in (b"", etag)
    if wanted is None or wanted[0] == b"bytes=-" or is_other:
        await answer(send, 200, content, _PDF, told)
        return
    start, stop = _bounds(wanted[1], wanted[2], len(content))
    if start >= stop:
        whole = (b"content-range", b"bytes */%d" % len(content))
        await answer(send, 416, b"", _PDF, [*told, whole])
        return
    part = (b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, len(content)))
    await answer(send, 206, content[start:stop], _PDF, [*told, part])


def _bounds(first: bytes, last: bytes, size: int) -> tuple[int, int]:
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1, size) if last else size


async def _fail(kind: FileFault, content: bytes, call: tuple[Scope, Receive, Send]) -> None:
    scope, receive, send = call
    if kind is FileFault.TRUNCATE:
        await _send_half(content, call)
        await drop(scope, receive)
    elif kind is FileFault.HTML:
        await answer(send, 200, LOGIN_PAGE, b"text/html")
    elif kind is FileFault.CORRUPT:
        # the head stays a PDF's, so that only the checksum tells
        middle = len(content) // 2
        spoiled = bytes(255 - byte for byte in content[middle:])
        await answer(send, 200, content[:middle] + spoiled, _PDF)
    else:
        await answer(send, int(kind), as_json({"error": "a fault that was asked for"}))


async def _send_half(content: bytes, call: tuple[Scope, Receive, Send]) -> None:
    _scope, _receive, send = call
    headers = [(b"content-type", _PDF), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    half = content[: len(content) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
