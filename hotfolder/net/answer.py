"""What the head of an answer says about the file, and its body in pieces."""

import re
from collections.abc import Callable, Iterator

import requests

from hotfolder.net.part import Part, Version

CHUNK = 256 * 1024
HEAD_BYTES = 64

_NUMBER = re.compile(r"[0-9]{1,18}")
_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")


def version_of(answer: requests.Response) -> Version:
    """Which version of the file a whole answer (200) gives.

    Without marks when it can not be gone on with: a weak ETag stands for no bytes (RFC 9110,
    8.8.3), and of a packed body nobody knows where in the file it breaks off.
    """
    headers = answer.headers
    total = _number(headers.get("Content-Length", ""))
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        return Version()
    if "Transfer-Encoding" in headers:
        total = None
    ranges = headers.get("Accept-Ranges", "").lower()
    if ranges == "none":
        return Version(total=total)
    return Version(
        etag=_strong(headers.get("ETag", "")),
        modified=headers.get("Last-Modified", ""),
        total=total,
        ranges=ranges == "bytes",
    )


def goes_on(answer: requests.Response, part: Part) -> bool:
    """True when a partial answer (206) begins where the part ends, and is of the same version."""
    found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    etag = _strong(answer.headers.get("ETag", ""))
    known = part.version
    if found is None or int(found[1]) != part.size:
        return False
    if etag and known.etag and etag != known.etag:
        return False
    total = _number(found[3])
    if total is not None and known.total is not None and total != known.total:
        return False
    part.learn(total)
    return True


def ends_there(answer: requests.Response, size: int) -> bool:
    """True when the server has nothing from here on (416) because the file is no longer."""
    return answer.headers.get("Content-Range", "") == f"bytes */{size}"


def is_whole(answer: requests.Response, part: Part, wanted: int | None) -> bool:
    """True when the body came to its end and that is the end of the file.

    Where no length is told, a connection that ends says nothing, and it may have ended before the
    length; the size that the order names helps, and a file of no bytes is none.
    """
    total = part.version.total
    if total is None and "Transfer-Encoding" not in answer.headers:
        total = wanted or 1
    return total is None or part.size >= total


def pieces(answer: requests.Response, came: Callable[[int], None]) -> Iterator[bytes]:
    """The body as it comes; the first piece is long enough to tell a web page.

    `came` is called with the size of every bite, also while the first piece is still short. Raises
    HTTPError of urllib3 or OSError when it breaks off.
    """
    head = b""
    while bite := answer.raw.read1(CHUNK, decode_content=True):
        came(len(bite))
        head += bite
        if len(head) >= HEAD_BYTES:
            yield head
            head = b""
            break
    if head:
        yield head
    while bite and (bite := answer.raw.read1(CHUNK, decode_content=True)):
        came(len(bite))
        yield bite


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


def _strong(etag: str) -> str:
    return etag if etag.startswith('"') else ""
