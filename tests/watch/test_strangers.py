"""Folders that are no jobs, or not of this shop: noted when they stay, and nobody is held up."""

import json
import shutil

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.rights import without_power
from tests.steps import drag, folder_of, job_on_floor, notes, order_in, promised, stage_of, way
from tests.watch.conftest import EVERY, PATIENCE, Hands, moves


def test_a_folder_without_a_ticket_is_noted_once_after_a_while_and_gone_with_it(
    hands: Hands, shop: Shop, logged: list[str]
) -> None:
    hands.look()
    folder = shop.floor.stage_path("print") / "New folder"
    folder.mkdir()
    hands.wait(PATIENCE - 1)
    assert notes(shop) == {}
    hands.wait(300)
    assert notes(shop) == {("print", "New folder"): "no ticket"}
    assert len([line for line in logged if "no ticket" in line]) == 1

    folder.rmdir()
    hands.wait(EVERY)
    assert notes(shop) == {}


def test_a_new_folder_that_is_renamed_and_filled_is_nothing_but_the_job_at_its_end(
    hands: Hands, shop: Shop, job: Job
) -> None:
    folder = shop.floor.stage_path("print") / "New folder"
    folder.mkdir()
    hands.look("print")
    folder = folder.rename(folder.with_name(".::TMPNAME:D:"))
    hands.look("print")
    folder = folder.rename(folder.with_name("Monday"))
    hands.look("print")
    source = folder_of(shop, job)
    for path in source.iterdir():
        shutil.move(path, folder / path.name)
        hands.look("print")
    source.rmdir()
    hands.wait(60)

    assert way(shop, job) == ["print"]
    assert folder_of(shop, job) == folder
    assert notes(shop) == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "unreadable"),
        ("{", "unreadable"),
        ("[1, 2]", "unreadable"),
        ('{"ticket": 7}', "unreadable"),
        ("\x00" * 50, "unreadable"),
        ("[" * 100_000, "unreadable"),
        ('{"ticket": "1/2/3"}', "unknown job"),
    ],
)
def test_a_ticket_that_helps_nobody_is_noted_and_gone_when_it_is_mended(
    hands: Hands, shop: Shop, text: str, kind: str
) -> None:
    job, other = job_on_floor(shop, 1), job_on_floor(shop, 2)
    hands.look()
    ticket = folder_of(shop, job) / "job-ticket.json"
    good = ticket.read_text()
    ticket.write_text(text)
    moved = drag(shop, folder_of(shop, job), "print")
    drag(shop, folder_of(shop, other), "print")
    hands.wait(60)

    assert notes(shop)["print", moved.name] == kind
    assert promised(shop, job) == ["ItemRegistered waiting"]
    assert stage_of(shop, other) == "print"

    (moved / "job-ticket.json").write_text(good)
    hands.wait(2 * EVERY)
    assert stage_of(shop, job) == "print"
    assert notes(shop) == {}


def test_a_ticket_that_can_not_be_read_stops_nobody_else(hands: Hands, shop: Shop) -> None:
    job, other = job_on_floor(shop, 1), job_on_floor(shop, 2)
    hands.look()
    (folder_of(shop, job) / "job-ticket.json").unlink()
    (folder_of(shop, job) / "job-ticket.json").mkdir()
    moved = drag(shop, folder_of(shop, job), "print")
    drag(shop, folder_of(shop, other), "print")
    hands.wait(60)

    assert notes(shop)["print", moved.name] == "unreadable"
    assert stage_of(shop, other) == "print"


def test_a_folder_this_user_may_not_read_stops_nobody_else(hands: Hands, shop: Shop) -> None:
    job, other = job_on_floor(shop, 1), job_on_floor(shop, 2)
    hands.look()
    moved = drag(shop, folder_of(shop, job), "print")
    moved.chmod(0)
    drag(shop, folder_of(shop, other), "print")
    without_power(lambda: hands.wait(60))

    assert notes(shop)["print", moved.name] == "unreadable"
    assert stage_of(shop, other) == "print"
    assert promised(shop, job) == ["ItemRegistered waiting"]

    moved.chmod(0o755)
    without_power(lambda: hands.wait(2 * EVERY))
    assert stage_of(shop, job) == "print"
    assert notes(shop) == {}


def test_a_link_to_a_job_folder_is_not_followed(hands: Hands, shop: Shop, job: Job) -> None:
    (shop.floor.stage_path("print") / "link").symlink_to(folder_of(shop, job))
    hands.wait(60)

    assert notes(shop) == {("print", "link"): "stranger"}
    assert moves(shop, job) == 0


def test_what_file_managers_leave_behind_is_nothing(hands: Hands, shop: Shop) -> None:
    hands.look()
    stage = shop.floor.stage_path("print")
    for name in (".DS_Store", "._x", "Thumbs.db", "desktop.ini", "~$x.docx", ".~lock.x#", "x.idlk"):
        (stage / name).write_bytes(b"x")
    for name in ("__MACOSX", "@eaDir", ".nfs0001", "#recycle", "lost+found"):
        (stage / name).mkdir()
    hands.wait(120)

    assert notes(shop) == {}


def test_a_loose_file_in_a_stage_is_a_note_when_it_stays(hands: Hands, shop: Shop) -> None:
    hands.look()
    loose = shop.floor.stage_path("print") / "forgotten.pdf"
    loose.write_bytes(b"%PDF")
    hands.wait(PATIENCE - 1)
    assert notes(shop) == {}
    hands.wait(2 * EVERY)
    assert notes(shop) == {("print", "forgotten.pdf"): "stranger"}

    loose.unlink()
    hands.wait(EVERY)
    assert notes(shop) == {}


def test_a_job_whose_order_never_came_here_is_unknown(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    folder = folder_of(shop, job)
    stranger = shutil.copytree(folder, shop.floor.stage_path("new") / "from another shop")
    ticket = json.loads((stranger / "job-ticket.json").read_text())
    (stranger / "job-ticket.json").write_text(json.dumps(ticket | {"ticket": "9/9/1"}))
    hands.wait(60)

    assert notes(shop) == {("new", "from another shop"): "unknown job"}


def test_a_ticket_of_a_job_that_was_not_released_yet_is_too_early(hands: Hands, shop: Shop) -> None:
    order = order_in(shop)
    folder = shop.floor.stage_path("print") / "forged"
    folder.mkdir()
    ticket = {"ticket": f"{order.order_id}/{order.item_ids[0]}/1"}
    (folder / "job-ticket.json").write_text(json.dumps(ticket))
    hands.wait(60)

    assert notes(shop) == {("print", "forged"): "too early"}
    assert shop.store.signals.counts() == {"waiting": 1}
