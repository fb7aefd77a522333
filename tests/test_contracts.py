"""What a sender and a fetcher promise, held by the stand-ins of the tests and by the real ones."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.answer import Fault
from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.net.download import Download, Limits
from hotfolder.services.shop import Clock, Fetcher, Sender
from hotfolder.shopfront import SystemClock
from tests.fakes import FolderFetcher, ManualClock, RecordingSender, accept, refuse
from tests.steps import EXAMPLES, FILE_SERVER
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter

ORDER, ITEMS = "123456780000", ("123456780001", "123456780002")


def signal(kind: str = "ItemRegistered", item: str = ITEMS[0], **fields: str) -> dict[str, str]:
    moment = "2026-03-02 08:00:00 GMT"
    return {"type": kind, "order": ORDER, "item": item, "datetime": moment, **fields}


BUNDLE: dict[str, Any] = {"items": [signal(item=item) for item in ITEMS]}


class SenderUnderTest(ABC):
    """A sender, what arrived through it, and a way to make its other side fail."""

    sender: Sender

    @abstractmethod
    def arrived(self) -> list[tuple[str, str]]:
        """Type and item of every signal that was accepted."""

    @abstractmethod
    def fail(self, status: int | None) -> None:
        """The next requests are answered with this status, or not at all."""

    @abstractmethod
    def heal(self) -> None: ...


class Recorded(SenderUnderTest):
    def __init__(self) -> None:
        self.sender = self._recording = RecordingSender(SIGNAL_KEY)

    def arrived(self) -> list[tuple[str, str]]:
        return [(one["type"], one["item"]) for one in self._recording.signals]

    def fail(self, status: int | None) -> None:
        self._recording.answer = refuse(status)

    def heal(self) -> None:
        self._recording.answer = accept


class Real(SenderUnderTest):
    def __init__(self, center: RunningTestCenter) -> None:
        self.sender = CloudSignal(Address(url=center.signal_url), SIGNAL_KEY)
        self._center = center

    def arrived(self) -> list[tuple[str, str]]:
        return [(one.type, one.item) for one in self._center.accepted()]

    def fail(self, status: int | None) -> None:
        if status is None:
            self._center.fault(close=True)
        else:
            self._center.fault(status=status)

    def heal(self) -> None:
        self._center.fault()


@pytest.fixture(scope="module")
def center() -> Iterator[RunningTestCenter]:
    with RunningTestCenter() as running:
        running.state.account.expect(ORDER, ITEMS)
        yield running


@pytest.fixture(params=["recorded", "real"])
def case(request: pytest.FixtureRequest) -> Iterator[SenderUnderTest]:
    if request.param == "recorded":
        yield Recorded()
        return
    with RunningTestCenter() as running:
        running.state.account.expect(ORDER, ITEMS)
        yield Real(running)


def test_a_signal_that_is_accepted_has_arrived_when_send_returns(case: SenderUnderTest) -> None:
    answer = case.sender.send(signal())

    assert (answer.status, answer.fault) == (200, None)
    assert case.arrived() == [("ItemRegistered", ITEMS[0])]


def test_a_bundle_arrives_whole_and_in_order(case: SenderUnderTest) -> None:
    case.sender.send(BUNDLE)

    assert case.arrived() == [("ItemRegistered", item) for item in ITEMS]


@pytest.mark.parametrize("status", [400, 401, 404, 413, 429, 500, 503, 302, 201])
def test_any_other_status_than_200_is_told_and_nothing_arrived(
    case: SenderUnderTest, status: int
) -> None:
    case.fail(status)
    answer = case.sender.send(signal())

    assert (answer.status, answer.fault) == (status, None)
    assert case.arrived() == []
    assert SIGNAL_KEY not in repr(answer)


def test_no_answer_is_told_as_a_fault_without_a_status(case: SenderUnderTest) -> None:
    case.fail(None)
    answer = case.sender.send(signal())

    assert (answer.status, answer.fault) == (None, Fault.CUT_OFF)
    assert case.arrived() == []


def test_another_key_is_told_apart_from_the_same_one(case: SenderUnderTest) -> None:
    assert not case.sender.set_key(SIGNAL_KEY)
    assert case.sender.set_key("another")
    assert not case.sender.set_key("another")


def test_after_a_failure_the_next_one_goes_through(case: SenderUnderTest) -> None:
    for status in (None, 500):
        case.fail(status)
        assert case.sender.send(signal()).status == status
    case.heal()
    case.sender.send(signal())

    assert case.arrived() == [("ItemRegistered", ITEMS[0])]


def test_sending_changes_nothing_in_what_was_given(case: SenderUnderTest) -> None:
    given = signal()
    case.sender.send(given)

    assert given == signal()


class FetcherUnderTest:
    def __init__(self, fetcher: Fetcher, base_url: str) -> None:
        self.fetcher = fetcher
        self.base_url = base_url


@pytest.fixture(params=["folder", "real"])
def files(request: pytest.FixtureRequest, center: RunningTestCenter) -> FetcherUnderTest:
    if request.param == "folder":
        return FetcherUnderTest(FolderFetcher(EXAMPLES / "files"), FILE_SERVER)
    return FetcherUnderTest(Download(Limits(private=True)), center.url)


NAMES = sorted(path.name for path in (EXAMPLES / "files").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_comes_as_it_is_with_its_size_and_md5(
    files: FetcherUnderTest, tmp_path: Path, name: str
) -> None:
    facts = files.fetcher.fetch(f"{files.base_url}/files/{name}", tmp_path / "got.pdf")

    expected = (EXAMPLES / "files" / name).read_bytes()
    assert (tmp_path / "got.pdf").read_bytes() == expected
    assert facts.size == len(expected)
    assert facts.md5 == hashlib.md5(expected, usedforsecurity=False).hexdigest()


def test_what_was_at_the_target_is_replaced(files: FetcherUnderTest, tmp_path: Path) -> None:
    target = tmp_path / "got.pdf"
    target.write_bytes(b"x" * 100_000)
    facts = files.fetcher.fetch(f"{files.base_url}/files/poster-a2.pdf", target)

    assert target.stat().st_size == facts.size == 674


def test_a_file_that_is_not_there_is_an_error_in_words_and_no_mismatch(
    files: FetcherUnderTest, tmp_path: Path
) -> None:
    with pytest.raises(FetchError, match="does not have the file") as missing:
        files.fetcher.fetch(f"{files.base_url}/files/none.pdf", tmp_path / "got.pdf")

    assert missing.value.kind is FetchKind.MISSING
    assert not (tmp_path / "got.pdf").exists()


@pytest.mark.parametrize("clock", [ManualClock(), SystemClock()], ids=["manual", "system"])
def test_a_clock_tells_aware_utc_and_seconds_that_never_fall(clock: Clock) -> None:
    first, then = clock.now(), clock.monotonic()

    assert first.utcoffset() == timedelta(0)
    assert clock.now() >= first
    assert clock.monotonic() >= then
