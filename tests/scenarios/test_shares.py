"""Scenarios 7, 14, 15, 23 and 24: what clients of a real file server do to the floor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.scenarios.conftest import TICKET, files_of, lines_of
from tests.scenarios.smb_bed import Client, client, file_server
from tests.steps import (
    actions,
    copy_files,
    drag,
    folder_of,
    job_on_floor,
    moves_of,
    notes,
    promised,
    stage_of,
    way,
)
from tests.watch.conftest import EVERY, SETTLE, Hands

MINUTES = 60.0
IN_2024 = 1_710_000_000.0


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """One server for all tests here; the share holds every floor."""
    with file_server(tmp_path_factory.mktemp("smbd"), tmp_path_factory.getbasetemp()) as found:
        yield found


@pytest.fixture
def windows(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with client(port, tmp_path_factory.getbasetemp()) as made:
        yield made


def test_a_folder_renamed_by_a_client_of_the_share_is_one_move(
    hands: Hands, shop: Shop, job: Job, windows: Client
) -> None:
    """The usual drag on one share: to us the same as a rename of our own (scenario 1)."""
    folder = folder_of(shop, job)
    windows.rename(folder, shop.floor.stage_path("print") / folder.name)
    hands.look("print")

    assert way(shop, job) == ["print"]
    assert notes(shop) == {}


# 7


@pytest.mark.parametrize("last", [TICKET, ""])
def test_a_move_between_shares_counts_once_when_it_has_settled_and_its_source_is_gone(
    hands: Hands, shop: Shop, job: Job, windows: Client, last: str
) -> None:
    source = folder_of(shop, job)
    target = shop.floor.stage_path("print") / source.name
    windows.upload(source, target, last)
    hands.wait(5 * SETTLE)
    assert moves_of(shop, job) == [], "the source is still there"

    windows.delete(source)
    assert not source.exists()
    hands.wait(SETTLE - 1)
    assert moves_of(shop, job) == [], "it has not settled"
    hands.wait(2 * SETTLE)
    assert way(shop, job) == ["print"]
    assert folder_of(shop, job) == target
    assert notes(shop) == {}


# 14


def merged_onto_another(
    hands: Hands, shop: Shop, job: Job, windows: Client, keep: Path
) -> tuple[Job, Path]:
    """The job is dragged onto a folder of the same name, which is another job; that one.

    What that one was is kept.
    """
    other = job_on_floor(shop, 2, kind="textbook")
    name = folder_of(shop, job).name
    target = drag(shop, folder_of(shop, other), "print").rename(
        shop.floor.stage_path("print") / name
    )
    hands.wait(EVERY)
    assert folder_of(shop, other) == target
    copy_files(target, keep)
    source = folder_of(shop, job)
    windows.upload(source, target)
    windows.delete(source)
    return other, target


def test_a_job_merged_onto_another_job_is_an_alert_and_says_nothing_for_either(
    hands: Hands, shop: Shop, job: Job, windows: Client, tmp_path: Path, logged: list[str]
) -> None:
    other, target = merged_onto_another(hands, shop, job, windows, tmp_path / "kept")
    said = promised(shop, job), promised(shop, other)
    hands.wait(10 * MINUTES)

    assert notes(shop)["print", target.name] == "two jobs"
    words = {note.words for note in shop.store.notes.all() if note.kind == "two jobs"}.pop()
    assert job.ticket_id in words
    assert other.ticket_id in words
    assert lines_of(logged, "WARNING two jobs") == 1
    assert (stage_of(shop, job), stage_of(shop, other)) == ("new", "print")
    assert (promised(shop, job), promised(shop, other)) == said

    hands.restart()
    hands.wait(10 * MINUTES)
    assert notes(shop)["print", target.name] == "two jobs"
    assert (promised(shop, job), promised(shop, other)) == said


def test_two_jobs_that_a_person_takes_apart_are_two_jobs_again(
    hands: Hands, shop: Shop, job: Job, windows: Client, tmp_path: Path
) -> None:
    copy_files(folder_of(shop, job), tmp_path / "first")
    other, target = merged_onto_another(hands, shop, job, windows, keep=tmp_path / "second")
    hands.wait(MINUTES)
    windows.delete(target)
    windows.upload(tmp_path / "second", target)
    windows.upload(tmp_path / "first", shop.floor.stage_path("new") / target.name)
    hands.wait(2 * MINUTES)

    assert (stage_of(shop, job), stage_of(shop, other)) == ("new", "print")
    assert notes(shop) == {}


# 15


def test_newer_files_merged_onto_the_folder_of_their_job_are_told_once_and_are_no_move(
    hands: Hands, shop: Shop, job: Job, windows: Client, leaving: Path
) -> None:
    """There is no number of a revision: the journal has one line for each time files changed."""
    copy_files(leaving, leaving.with_name("newer"))
    newer = leaving.with_name("newer")
    leaving.rename(folder_of(shop, job))
    hands.wait(2 * EVERY)
    first, *others = files_of(newer)
    (newer / first).write_bytes((newer / first).read_bytes() + b"%more")

    windows.upload(newer, folder_of(shop, job))
    hands.wait(SETTLE - 1)
    assert "files changed" not in actions(shop, job.order_id)
    hands.wait(10 * MINUTES)

    (line,) = [
        line for line in shop.store.journal.of_order(job.order_id) if line.action == "files changed"
    ]
    assert (line.detail["stage"], line.detail["missing"]) == ("new", [])
    assert set(line.detail["changed"]) == {first, *others}, "each was written over"
    assert moves_of(shop, job) == []
    assert notes(shop) == {}


# 23


def test_a_file_with_its_final_length_and_a_client_that_stalls_is_not_whole(
    hands: Hands, shop: Shop, job: Job, windows: Client, leaving: Path
) -> None:
    first = files_of(leaving)[0]
    content = (leaving / first).read_bytes()
    target = shop.floor.stage_path("print") / "arriving"
    windows.upload(leaving, target)
    (target / first).unlink()
    part = len(content) * 6 // 100
    with windows.open(target / first) as file:
        file.truncate(len(content))
        file.write(content[:part])
        assert (target / first).stat().st_size == len(content)
        hands.wait(MINUTES)
        assert moves_of(shop, job) == []
        assert notes(shop)["print", "arriving"] == "unfinished copy"
        file.write(content[part:])
        hands.wait(MINUTES)
        assert moves_of(shop, job) == [], "it is still open"
    hands.wait(SETTLE - 1)
    assert moves_of(shop, job) == []
    hands.wait(MINUTES)

    assert way(shop, job) == ["print"]
    assert (target / first).read_bytes() == content
    assert notes(shop) == {}


# 24


def test_a_file_that_is_given_an_old_date_while_it_is_copied_is_no_older_for_that(
    hands: Hands, shop: Shop, job: Job, windows: Client, leaving: Path
) -> None:
    first = files_of(leaving)[0]
    target = shop.floor.stage_path("print") / "arriving"
    windows.upload(leaving, target)
    (target / first).unlink()
    with windows.open(target / first) as file:
        file.write((leaving / first).read_bytes())
        windows.stamp(target / first, IN_2024)
        assert (target / first).stat().st_mtime == IN_2024
        hands.wait(MINUTES)
        assert moves_of(shop, job) == []
    windows.stamp(target / first, IN_2024)
    hands.wait(SETTLE - 1)
    assert moves_of(shop, job) == []
    hands.wait(MINUTES)

    assert way(shop, job) == ["print"]
    assert (target / first).stat().st_mtime == IN_2024
