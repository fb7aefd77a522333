"""A docket lies in each job folder; a job never waits for it."""

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from hotfolder.config.docket import docket_data
from hotfolder.domain.docket import Docket, DocketFacts, docket_facts
from hotfolder.errors import HotfolderError
from hotfolder.formats.docket_reader import read_template
from hotfolder.formats.docket_template import DocketTemplate
from hotfolder.services.docket_worker import DocketWorker, write_part
from hotfolder.services.make_docket import put_docket
from hotfolder.services.shop import DocketStyle, Shop
from tests.builders import a_ticket, an_item
from tests.steps import folder_of, job_on_floor

TEMPLATE = read_template(docket_data("a5", None))


@pytest.fixture(scope="module")
def worker() -> Iterator[DocketWorker]:
    """The real one, with no fonts but its own: those of the machine differ."""
    made = DocketWorker([])
    yield made
    made.stop()


def facts(title: str = "Examples") -> DocketFacts:
    return docket_facts(a_ticket(item=an_item(title=title)))


def process_of(worker: DocketWorker) -> int:
    assert worker._process is not None
    return worker._process.pid


def test_a_docket_lies_in_the_job_folder_with_a_picture_of_the_cover(
    shop: Shop, worker: DocketWorker
) -> None:
    seen: list[bytes | None] = []

    def draw(facts: DocketFacts, template: DocketTemplate, picture: bytes | None) -> Docket:
        seen.append(picture)
        return worker.render(facts, template, picture)

    shop = replace(shop, dockets=DocketStyle(template=TEMPLATE, draw=draw))
    folder = folder_of(shop, job_on_floor(shop, kind="textbook"))

    assert (folder / "docket.pdf").read_bytes().startswith(b"%PDF-")
    [picture] = seen
    assert picture is not None
    assert picture.startswith(b"\x89PNG")


def test_why_a_docket_has_no_picture_is_written_to_the_log(
    shop: Shop, worker: DocketWorker, tmp_path: Path, logged: list[str]
) -> None:
    (tmp_path / "item-1_cover.pdf").write_bytes(b"no PDF")
    shop = replace(shop, dockets=DocketStyle(template=TEMPLATE, draw=worker.render))
    put_docket(shop, a_ticket(), tmp_path)

    assert (tmp_path / "docket.pdf").exists()
    (line,) = [line for line in logged if "no picture of item-1_cover.pdf" in line]
    assert line.startswith("WARNING")
    assert "'order': 'order-1', 'item': 'item-1'" in line


def test_a_shop_that_wants_no_dockets_has_none(shop: Shop) -> None:
    assert docket_data("none", None) is None
    folder = folder_of(shop, job_on_floor(shop))
    assert not (folder / "docket.pdf").exists()


def test_a_docket_that_can_not_be_made_keeps_no_job_back(shop: Shop, logged: list[str]) -> None:
    def draw(_facts: DocketFacts, _template: DocketTemplate, _picture: bytes | None) -> Docket:
        raise HotfolderError("the docket could not be drawn: it took too long")

    shop = replace(shop, dockets=DocketStyle(template=TEMPLATE, draw=draw))
    folder = folder_of(shop, job_on_floor(shop))

    assert not (folder / "docket.pdf").exists()
    assert (folder / "job-ticket.json").exists()
    assert any(line.startswith("ERROR no docket could be made") for line in logged)


def test_letters_that_no_font_has_are_told(
    shop: Shop, worker: DocketWorker, logged: list[str]
) -> None:
    def draw(_facts: DocketFacts, template: DocketTemplate, picture: bytes | None) -> Docket:
        return worker.render(facts("書"), template, picture)

    shop = replace(shop, dockets=DocketStyle(template=TEMPLATE, draw=draw))
    job_on_floor(shop)

    assert any("U+66F8" in line and line.startswith("WARNING") for line in logged)


def test_one_process_draws_one_docket_after_the_other(worker: DocketWorker) -> None:
    first = worker.render(facts("One"), TEMPLATE, None)
    process = process_of(worker)
    second = worker.render(facts("Two"), TEMPLATE, None)

    assert first.pdf != second.pdf
    assert process_of(worker) == process


def test_a_fault_in_drawing_is_told_and_the_next_docket_is_drawn(worker: DocketWorker) -> None:
    with pytest.raises(HotfolderError, match="the docket could not be drawn: AttributeError"):
        worker.render(facts(), cast("DocketTemplate", "no template"), None)
    assert worker.render(facts(), TEMPLATE, None).pdf.startswith(b"%PDF-")


def test_a_process_that_died_while_nobody_wanted_a_docket_is_replaced(
    worker: DocketWorker,
) -> None:
    worker.render(facts(), TEMPLATE, None)
    dead = process_of(worker)
    os.kill(dead, signal.SIGKILL)
    os.waitid(os.P_PID, dead, os.WEXITED | os.WNOWAIT)

    assert worker.render(facts(), TEMPLATE, None).pdf.startswith(b"%PDF-")
    assert process_of(worker) != dead


def test_a_process_that_dies_over_a_docket_is_told_and_the_next_one_is_drawn(
    worker: DocketWorker,
) -> None:
    worker.render(facts(), TEMPLATE, None)
    dead = process_of(worker)
    os.kill(dead, signal.SIGSTOP)  # so that it reads no question to its end
    killer = threading.Timer(0.2, os.kill, (dead, signal.SIGKILL))
    killer.start()
    with pytest.raises(HotfolderError, match="the docket could not be drawn"):
        worker.render(facts(), TEMPLATE, bytes(1024 * 1024))
    killer.join()

    assert worker.render(facts(), TEMPLATE, None).pdf.startswith(b"%PDF-")


def test_its_process_sees_no_keys_of_ours(
    monkeypatch: pytest.MonkeyPatch, worker: DocketWorker
) -> None:
    worker.stop()
    monkeypatch.setenv("HOTFOLDER_ORDER_KEY", "secret")
    worker.render(facts(), TEMPLATE, None)

    assert b"HOTFOLDER_ORDER_KEY" not in Path(f"/proc/{process_of(worker)}/environ").read_bytes()


def test_nobody_wants_one_for_a_while_so_its_process_ends(worker: DocketWorker) -> None:
    worker.render(facts(), TEMPLATE, None)
    process = process_of(worker)
    worker.rest()
    assert process_of(worker) == process
    worker.stop()
    worker.rest()
    assert not Path(f"/proc/{process}").exists()


def test_the_process_of_a_daemon_that_was_killed_ends_without_a_word() -> None:
    """Nobody reads its answer any more: its log is that of the next daemon."""
    code = "from hotfolder.services.docket_child import main; main('[]')"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        write_part(process.stdin, pickle.dumps((None, None, None)))
        process.stdin.close()
        assert process.stderr.read() == b""
