"""What a server says instead of the file is told in words, and is never taken for the file."""

from pathlib import Path

import pytest

from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.answer import CHUNK
from tests.net.downloads import SECRET_PATH, a_way, finding_at, finding_for
from tests.net.ranged import Bytes, facts_of
from tests.net.servers import says, serving, without_end

NOT_GIVEN = "the server does not give the file"


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, FetchKind.REFUSED, "the server wants a login"),
        (404, FetchKind.MISSING, "the server does not have the file (any more)"),
        (410, FetchKind.EXPIRED, "the link has expired; the network has to give a new one"),
        (429, FetchKind.SERVER_FAULT, "the server has too much to do"),
        (503, FetchKind.SERVER_FAULT, "the server has too much to do"),
        (400, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (408, FetchKind.SERVER_FAULT, NOT_GIVEN),
        (451, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (204, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (206, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (304, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (416, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (500, FetchKind.SERVER_FAULT, NOT_GIVEN),
    ],
)
def test_a_status_is_told_in_words(target: Path, status: int, kind: FetchKind, words: str) -> None:
    assert finding_for(says(status), target) == (kind, f"{words} (status {status})")
    assert not target.exists()


def test_the_error_names_our_file_and_the_server(target: Path) -> None:
    with serving(says(404)) as server, pytest.raises(FetchError) as caught:
        a_way().fetch(server.url + SECRET_PATH, target)
    assert str(caught.value).startswith("cover.pdf from 127.0.0.1: the server does not have")


def test_a_refusal_names_the_access_list_and_the_address_we_came_from(target: Path) -> None:
    kind, words = finding_for(says(403, b"<Code>AccessDenied</Code>"), target)
    assert kind is FetchKind.REFUSED
    assert "access list (ACL) of the Production Interface" in words
    assert "left this machine as 127.0.0.1" in words
    assert "the router's public address" in words
    assert words.endswith("(status 403)")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b"<Code>AccessDenied</Code><Message>Request has expired</Message>"),
        (400, b"<Code>ExpiredToken</Code>"),
        (403, b"Signature not valid in the specified time frame: Start [..]"),
    ],
)
def test_a_signed_link_that_is_over_is_told_from_a_refusal(
    target: Path, status: int, body: bytes
) -> None:
    kind, words = finding_for(says(status, body), target)
    assert kind is FetchKind.EXPIRED
    assert words == f"the link has expired; the network has to give a new one (status {status})"


def test_a_link_that_names_its_own_end_is_told_as_expired(target: Path) -> None:
    with serving(says(403, b"AccessDenied")) as server:
        kind, _ = finding_at(f"{server.url}/a.pdf?Expires=1700000000&token=7e0ab51c", target)
    assert kind is FetchKind.EXPIRED


def test_a_refusal_whose_words_never_end_is_told_all_the_same(target: Path) -> None:
    respond = without_end(b"HTTP/1.1 403 No\r\n\r\n", b"x", 0.05)
    assert finding_for(respond, target)[0] is FetchKind.REFUSED


def test_a_redirect_without_an_address_is_no_file(target: Path) -> None:
    assert finding_for(says(302), target)[1] == f"{NOT_GIVEN} (status 302)"


LOGIN = b"<html><title>log in</title></html>"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", LOGIN),
        ("Text/HTML; charset=utf-8", b"please log in"),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html/>"),
        ("application/pdf", LOGIN),
        ("application/octet-stream", b"\xef\xbb\xbf\r\n  <!DOCTYPE HTML>\n" + b"x" * CHUNK),
    ],
)
@pytest.mark.parametrize("wanted", [None, 8801])
def test_a_web_page_is_no_file(
    target: Path, content_type: str, body: bytes, wanted: int | None
) -> None:
    assert finding_for(says(200, body, content_type=content_type), target, wanted) == (
        FetchKind.WEB_PAGE,
        "the server sent a web page instead of the file (is it a login page?)",
    )
    assert not target.exists()


def test_a_web_page_that_comes_byte_by_byte_is_seen(target: Path) -> None:
    respond = without_end(b"HTTP/1.1 200 OK\r\n\r\n<!do", b"ctype html>", 0.01)
    assert finding_for(respond, target)[0] is FetchKind.WEB_PAGE


def test_a_pdf_that_the_server_calls_a_page_is_taken(target: Path) -> None:
    data = b"%PDF-1.7 and so on"
    with serving(says(200, data, content_type="text/html")) as server:
        assert a_way().fetch(server.url, target) == facts_of(Bytes(data))
