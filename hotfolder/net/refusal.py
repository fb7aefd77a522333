"""What the server says instead of giving the file, in plain words."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from hotfolder.errors import FetchError, FetchKind

EXPIRED = "the link has expired; the network has to give a new one"
ACCESS_LIST = (
    "the server refuses us: is this machine's outgoing address in the access list (ACL) of the "
    "Production Interface? "
)
NOT_GIVEN = "the server does not give the file"
_WORDS = {
    401: ("the server wants a login", FetchKind.REFUSED),
    404: ("the server does not have the file (any more)", FetchKind.MISSING),
    408: (NOT_GIVEN, FetchKind.SERVER_FAULT),
    410: (EXPIRED, FetchKind.EXPIRED),
    425: (NOT_GIVEN, FetchKind.SERVER_FAULT),
    429: ("the server has too much to do", FetchKind.SERVER_FAULT),
    503: ("the server has too much to do", FetchKind.SERVER_FAULT),
}
# How storage services say it: Amazon, Google, Azure.
_SAYS_EXPIRED = re.compile(rb"expired|not valid in the specified time frame", re.IGNORECASE)
_MOMENT = "%Y%m%dT%H%M%SZ"
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<title")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def refusal(status: int, url: str, words: bytes, outgoing: str) -> FetchError:
    """The finding for a status that brings no file.

    `words` is the begin of what came with it, `outgoing` our side of the connection. Neither the
    address nor the words are told: signed links are keys.
    """
    if status in {400, 401, 403} and (
        _SAYS_EXPIRED.search(words) or has_expired(url, datetime.now(UTC))
    ):
        return FetchError(f"{EXPIRED} (status {status})", FetchKind.EXPIRED)
    if status == 403:
        return FetchError(f"{ACCESS_LIST}{_way_out(outgoing)} (status 403)", FetchKind.REFUSED)
    other = FetchKind.NOT_GIVEN if status < 500 else FetchKind.SERVER_FAULT
    text, kind = _WORDS.get(status, (NOT_GIVEN, other))
    return FetchError(f"{text} (status {status})", kind)


def _way_out(outgoing: str) -> str:
    if not outgoing:
        return "This machine does not know its outgoing address"
    return (
        f"The request left this machine as {outgoing}; behind a router the network sees the "
        "router's public address instead"
    )


def has_expired(url: str, now: datetime) -> bool:
    """True when a signed link says itself that its time is over.

    The forms: X-Amz- and X-Goog-Date with -Expires (seconds), Expires (epoch seconds, CloudFront
    and the older ones), se (Azure).
    """
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=100)
        ends = _end_of({name.lower(): value for name, value in pairs})
    except (ValueError, OverflowError, OSError):
        return False
    return ends is not None and ends < now


def _end_of(query: dict[str, str]) -> datetime | None:
    for vendor in ("x-amz", "x-goog"):
        if f"{vendor}-date" in query and f"{vendor}-expires" in query:
            signed = datetime.strptime(query[f"{vendor}-date"], _MOMENT).replace(tzinfo=UTC)
            return signed + timedelta(seconds=int(query[f"{vendor}-expires"]))
    if "expires" in query:
        return datetime.fromtimestamp(int(query["expires"]), UTC)
    if "se" in query and "sig" in query:
        ends = datetime.fromisoformat(query["se"])
        return ends if ends.tzinfo else ends.replace(tzinfo=UTC)
    return None


def is_page(content_type: str, head: bytes) -> bool:
    """True for a web page, by what it is called or by its first bytes.

    A PDF that a server calls a page is a PDF all the same.
    """
    start = head.removeprefix(_BYTE_ORDER_MARK).lstrip().lower()
    if start.startswith(_PAGE_STARTS):
        return True
    return content_type.strip().lower().startswith(_PAGE_TYPES) and not start.startswith(b"%pdf-")
