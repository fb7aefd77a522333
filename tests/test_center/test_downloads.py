"""The door for files, over a real connection."""

import hashlib

import pytest
import requests

from hotfolder.test_center.sample_files import samples
from tests.test_center_server import RunningTestCenter

NAME = "textbook-a5-book.pdf"
CONTENT = samples()[NAME].content


def get(center: RunningTestCenter, name: str = NAME, **headers: str) -> requests.Response:
    return requests.get(f"{center.url}/files/{name}", headers=headers, timeout=10)


@pytest.mark.parametrize("name", sorted(samples()))
def test_a_file_arrives_whole_with_its_length(center: RunningTestCenter, name: str) -> None:
    answer = get(center, name)

    assert answer.status_code == 200
    assert hashlib.md5(answer.content).hexdigest() == samples()[name].md5
    assert answer.headers["Content-Length"] == str(samples()[name].size)
    assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("name", ["missing.pdf", "..%2faccount.py", "%2e%2e/app.py", ""])
def test_nothing_but_the_samples_is_served(center: RunningTestCenter, name: str) -> None:
    assert get(center, name).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=100-", 100, len(CONTENT)),
        ("bytes=-50", len(CONTENT) - 50, len(CONTENT)),
        ("bytes=0-999999", 0, len(CONTENT)),
        ("bytes=-999999", 0, len(CONTENT)),
    ],
)
def test_a_range_gives_that_part(
    center: RunningTestCenter, wanted: str, start: int, stop: int
) -> None:
    answer = get(center, Range=wanted)

    assert answer.status_code == 206
    assert answer.content == CONTENT[start:stop]
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"


def test_a_file_has_a_mark_by_which_its_rest_is_asked_for(center: RunningTestCenter) -> None:
    mark = get(center).headers["ETag"]
    rest = get(center, **{"Range": "bytes=100-", "If-Range": mark})
    other = get(center, **{"Range": "bytes=100-", "If-Range": '"another"'})

    assert (rest.status_code, rest.content) == (206, CONTENT[100:])
    assert (other.status_code, other.content) == (200, CONTENT)


def test_a_range_beyond_the_end_is_answered_with_416(center: RunningTestCenter) -> None:
    answer = get(center, Range="bytes=999999-")

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("wanted", ["bytes=-", "pages=1-2", "bytes=0-1,4-5"])
def test_a_range_that_is_not_understood_gives_the_whole_file(
    center: RunningTestCenter, wanted: str
) -> None:
    answer = get(center, Range=wanted)

    assert answer.status_code == 200
    assert answer.content == CONTENT


def test_a_corrupt_file_has_the_right_length_and_the_wrong_bytes(
    center: RunningTestCenter,
) -> None:
    center.fault(files="corrupt", times=1)

    spoiled = get(center).content
    assert len(spoiled) == len(CONTENT)
    assert hashlib.md5(spoiled).hexdigest() != samples()[NAME].md5
    assert get(center).content == CONTENT


def test_a_truncated_file_ends_before_its_length(center: RunningTestCenter) -> None:
    center.fault(files="truncate", times=1)

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(center)
    assert get(center).content == CONTENT


@pytest.mark.parametrize("status", ["403", "404"])
def test_a_refused_download_has_that_status(center: RunningTestCenter, status: str) -> None:
    center.fault(files=status)

    assert get(center).status_code == int(status)


def test_a_login_page_in_place_of_a_file_comes_with_200(center: RunningTestCenter) -> None:
    center.fault(files="html")

    answer = get(center)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html"


def test_downloads_are_counted(center: RunningTestCenter) -> None:
    get(center)
    get(center)

    assert center.state.account.as_dict()["counts"]["downloads"] == 2
