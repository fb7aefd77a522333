"""What a server says instead of a file, read from its answer and from the link itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.errors import FetchKind
from hotfolder.net.refusal import has_expired, is_page, refusal

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FORMS = [
    "X-Amz-Date=20260302T110000Z&X-Amz-Expires=3600&X-Amz-Signature=5e",
    "X-Goog-Date=20260302T110000Z&X-Goog-Expires=3600",
    f"Expires={int(NOW.timestamp())}&Signature=5e&Key-Pair-Id=K",
    "sv=2024-01-01&se=2026-03-02T12%3A00%3A00Z&sig=5e",
    "sig=5e&se=2026-03-02T12:00",
]


@pytest.mark.parametrize("query", FORMS)
def test_a_link_has_expired_when_its_own_time_is_over(query: str) -> None:
    url = f"https://files.example/cover.pdf?{query}"
    assert has_expired(url, NOW + timedelta(seconds=1))
    assert not has_expired(url, NOW - timedelta(seconds=1))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "expires=soon",
        "expires=" + "9" * 5000,
        "X-Amz-Date=today&X-Amz-Expires=3600",
        "X-Amz-Date=20260302T110000Z&X-Amz-Expires=" + "9" * 30,
        "X-Amz-Expires=1",
        "se=2026-03-02",
        "se=never&sig=1",
        "&".join(f"a{n}=1" for n in range(200)),
    ],
)
def test_a_link_that_says_nothing_of_use_has_not_expired(query: str) -> None:
    assert not has_expired(f"https://files.example/cover.pdf?{query}", NOW)


PIECES = ["Expires", "X-Amz-Date", "x-amz-expires", "se", "sig", "=", "&", "%", "-1", "9", "1e9"]
PIECES += ["2026-03-02", "20260302T110000Z", "T", "+", "\0", "\udc80", "é", "\u0663", "[", "#", "@"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_link_is_too_strange_to_be_read(query: str) -> None:
    assert has_expired(f"https://files.example/?{query}&", NOW) in {True, False}


def test_a_refusal_tells_neither_link_nor_answer() -> None:
    url = "https://files.example/Jane-Doe.pdf?token=7e0ab51c"
    for status in (400, 401, 403, 404, 410, 418, 429, 500):
        words = str(refusal(status, url, b"token 7e0ab51c of Jane", "192.168.1.20"))
        assert f"(status {status})" in words
        assert "7e0ab51c" not in words
        assert "Jane" not in words


@pytest.mark.parametrize("status", [404, 500, 503])
def test_only_a_refusal_can_mean_that_the_link_expired(status: int) -> None:
    assert refusal(status, "https://files.example/", b"expired", "").kind is not FetchKind.EXPIRED


def test_a_refusal_without_a_known_way_out_says_so() -> None:
    words = str(refusal(403, "https://files.example/", b"", ""))
    assert "does not know its outgoing address" in words


@pytest.mark.parametrize(
    ("content_type", "head", "page"),
    [
        ("application/pdf", b"%PDF-1.4", False),
        ("application/pdf", b"<!-- no page -->", False),
        ("image/svg+xml", b"<svg>", False),
        ("", b"", False),
        ("text/html", b"", True),
        ("text/html", b"\r\n%PDF-1.4", False),
        ("", b"\r\n\t<HTML lang=en>", True),
        ("", b"<script>location='/login'</script>", True),
    ],
)
def test_a_web_page_is_known_by_its_name_or_its_first_bytes(
    content_type: str, head: bytes, page: bool
) -> None:
    assert is_page(content_type, head) is page
