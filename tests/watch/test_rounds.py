"""The round: folders are renamed, and the shop knows it; nothing else is a move."""

import itertools
import json
import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.flow import Flow, Stage
from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from hotfolder.store.notes import Note
from tests.builders import a_flow
from tests.fakes import START, ManualClock
from tests.rights import without_power
from tests.steps import (
    actions,
    again,
    commits,
    database_of,
    drag,
    folder_of,
    job_on_floor,
    look_up,
    notes,
    order_in,
    promised,
    stage_of,
)
from tests.watch.conftest import EVERY, PATIENCE, Hands

STAGES = ["new", "print", "produced", "packed", "shipped"]


def moves(shop: Shop, job: Job) -> int:
    """How often the job was noted as moved."""
    return actions(shop, job.order_id).count("job moved")


def way(shop: Shop, job: Job) -> list[str]:
    """The stages a job was noted in, in order."""
    lines = shop.store.journal.of_order(job.order_id)
    return [str(line.detail["to"]) for line in lines if line.action == "job moved"]


# --- renames ------------------------------------------------------------------------------------


def test_a_renamed_folder_is_noted_at_the_first_look(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    inode = again(shop, job).place
    drag(shop, folder_of(shop, job), "print")

    hands.look("print")

    place = again(shop, job).place
    assert place is not None
    assert inode is not None
    assert (place.stage, place.inode) == ("print", inode.inode)
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce waiting"]
    assert moves(shop, job) == 1


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(STAGES, 2)))
def test_a_move_between_any_two_stages_is_noted_once_without_any_hint(
    hands: Hands, shop: Shop, source: str, target: str
) -> None:
    job = job_on_floor(shop)
    if source != "new":
        drag(shop, folder_of(shop, job), source)
    hands.wait(EVERY)
    before = moves(shop, job)
    drag(shop, folder_of(shop, job), target)

    hands.wait(4 * EVERY)

    assert stage_of(shop, job) == target
    assert moves(shop, job) == before + 1
    assert [kind for kind in notes(shop).values() if kind != "waits"] == []


def test_a_hint_at_the_place_that_was_left_concludes_nothing(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    drag(shop, folder_of(shop, job), "print")

    hands.look("new")
    assert stage_of(shop, job) == "new"
    assert notes(shop) == {}

    hands.look("print")
    assert stage_of(shop, job) == "print"


def test_every_step_of_a_job_is_noted(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    for stage in STAGES[1:]:
        drag(shop, folder_of(shop, job), stage)
        hands.look(stage)

    assert way(shop, job) == STAGES[1:]


def test_there_and_back_between_two_looks_is_nothing(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    drag(shop, drag(shop, folder_of(shop, job), "print"), "new")
    hands.look("print", "new")
    hands.wait(60)

    assert moves(shop, job) == 0
    assert promised(shop, job) == ["ItemRegistered waiting"]
    assert notes(shop) == {}


def test_back_and_forward_again_are_moves_but_one_signal(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    for stage in ("produced", "print", "produced"):
        drag(shop, folder_of(shop, job), stage)
        hands.look(stage)

    assert way(shop, job) == ["produced", "print", "produced"]
    standing = [line for line in promised(shop, job) if "withdrawn" not in line]
    assert [line.split()[0] for line in standing] == [
        "ItemRegistered",
        "ItemProduce",
        "ItemProduced",
    ]


def test_moves_made_while_the_daemon_was_down_are_noted_at_its_start(
    hands: Hands, shop: Shop
) -> None:
    one, jumped, stayed, returned = (job_on_floor(shop, number) for number in range(1, 5))
    hands.look()
    drag(shop, folder_of(shop, one), "print")
    drag(shop, drag(shop, folder_of(shop, jumped), "print"), "produced")
    drag(shop, drag(shop, folder_of(shop, returned), "print"), "new")

    hands.restart()
    hands.look()

    jobs = (one, jumped, stayed, returned)
    assert [stage_of(shop, job) for job in jobs] == ["print", "produced", "new", "new"]
    assert [moves(shop, job) for job in jobs] == [1, 1, 0, 0]


def test_two_jobs_moved_in_one_burst_are_one_transaction(hands: Hands, shop: Shop) -> None:
    jobs = [job_on_floor(shop, number) for number in range(1, 3)]
    hands.look()
    for job in jobs:
        drag(shop, folder_of(shop, job), "print")
    before = commits(shop)

    hands.look("print", "new")

    assert [stage_of(shop, job) for job in jobs] == ["print", "print"]
    assert commits(shop) == before + 1


def test_a_round_without_news_writes_nothing(hands: Hands, shop: Shop) -> None:
    job_on_floor(shop)
    hands.wait(EVERY)
    before = commits(shop)
    hands.wait(20 * EVERY)

    assert commits(shop) == before


def test_sixty_jobs_dropped_at_once_are_noted_each_once(hands: Hands, shop: Shop) -> None:
    jobs = [job_on_floor(shop, number) for number in range(1, 61)]
    hands.look()
    for job in jobs:
        drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    hands.look("new", "print")

    assert {(stage_of(shop, job), moves(shop, job)) for job in jobs} == {("print", 1)}
    assert notes(shop) == {}


def test_a_look_that_falls_into_a_move_neither_misses_nor_doubles(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    for number in range(40):
        stage = STAGES[1 + number % 2]
        drag(shop, folder_of(shop, job), stage)
        # the target may be looked at before the source, or the source alone at first
        hands.look(*(["new", stage] if number % 3 else [stage]))
        hands.look("print", "produced")

    assert moves(shop, job) == 40
    assert notes(shop) == {}


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["rush_{}", "{} - please hurry", "Å{}"])
def test_a_folder_renamed_inside_its_stage_is_the_same_job(
    hands: Hands, shop: Shop, change: str
) -> None:
    job = job_on_floor(shop)
    hands.look()
    folder = folder_of(shop, job)
    renamed = folder.rename(folder.with_name(change.format(folder.name)))
    hands.look("new")
    hands.wait(60)

    assert folder_of(shop, job) == renamed
    assert moves(shop, job) == 0
    assert notes(shop) == {}
    drag(shop, renamed, "print")
    hands.look("print")
    assert stage_of(shop, job) == "print"


def test_a_change_of_case_or_of_unicode_form_is_no_move(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop, kind="non-ascii")
    folder = folder_of(shop, job)
    for name in (
        folder.name.upper(),
        folder.name.lower(),
        unicodedata.normalize("NFD", folder.name),
    ):
        folder = folder.rename(folder.with_name(name))
        hands.look("new")
        hands.wait(EVERY)
        assert folder_of(shop, job) == folder
    assert moves(shop, job) == 0
    assert notes(shop) == {}


def test_a_folder_renamed_and_moved_at_once_is_noted(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    folder_of(shop, job).rename(shop.floor.stage_path("print") / "PLEASE FIRST")
    hands.look("print")

    assert folder_of(shop, job).name == "PLEASE FIRST"
    assert moves(shop, job) == 1


# --- out of sight -------------------------------------------------------------------------------


def test_a_deleted_folder_is_a_note_after_a_while_and_never_a_signal(
    hands: Hands, shop: Shop
) -> None:
    job = job_on_floor(shop)
    hands.look()
    name = folder_of(shop, job).name
    shutil.rmtree(folder_of(shop, job))
    hands.wait(PATIENCE - EVERY)
    assert notes(shop) == {}

    hands.wait(3 * EVERY)
    assert notes(shop) == {("new", name): "out of sight"}
    hands.wait(3600)
    assert stage_of(shop, job) == "new"
    assert promised(shop, job) == ["ItemRegistered waiting"]


def test_a_folder_restored_from_a_backup_is_back_without_a_move(
    hands: Hands, shop: Shop, tmp_path: Path
) -> None:
    job = job_on_floor(shop)
    hands.look()
    folder = folder_of(shop, job)
    shutil.copytree(folder, tmp_path / "backup")
    shutil.rmtree(folder)
    hands.wait(60)
    assert list(notes(shop).values()) == ["out of sight"]

    shutil.copytree(tmp_path / "backup", folder)
    hands.wait(EVERY)

    assert notes(shop) == {}
    assert moves(shop, job) == 0
    drag(shop, folder, "print")
    hands.look("print")
    assert stage_of(shop, job) == "print"


def test_a_folder_taken_off_the_floor_and_put_back_is_noted_once_and_then_solved(
    hands: Hands, shop: Shop, tmp_path: Path, logged: list[str]
) -> None:
    job = job_on_floor(shop)
    hands.look()
    folder = folder_of(shop, job)
    outside = folder.rename(tmp_path / "desk")
    hands.wait(300)
    assert len([line for line in logged if "out of sight" in line]) == 1

    outside.rename(folder)
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert moves(shop, job) == 0


def test_a_job_folder_dropped_into_another_is_out_of_sight_and_says_nothing(
    hands: Hands, shop: Shop
) -> None:
    inner, outer = job_on_floor(shop, 1), job_on_floor(shop, 2)
    drag(shop, folder_of(shop, outer), "print")
    hands.look()
    folder = folder_of(shop, inner)
    dropped = folder.rename(folder_of(shop, outer) / folder.name)
    hands.wait(60)

    assert notes(shop) == {("new", folder.name): "out of sight"}
    assert promised(shop, inner) == ["ItemRegistered waiting"]

    dropped.rename(shop.floor.stage_path("print") / folder.name)
    hands.wait(2 * EVERY)
    assert stage_of(shop, inner) == "print"
    assert notes(shop) == {}


def test_a_job_that_moved_on_leaves_no_note_behind(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    away = folder_of(shop, job).rename(shop.floor.path.parent / "on the way")
    hands.wait(60)
    away.rename(shop.floor.stage_path("print") / "back")
    hands.wait(3 * EVERY)

    assert stage_of(shop, job) == "print"
    assert notes(shop) == {}


# --- stages that can not be read ----------------------------------------------------------------


def test_a_stage_without_its_marker_is_frozen_and_thaws(
    hands: Hands, shop: Shop, logged: list[str]
) -> None:
    job = job_on_floor(shop)
    hands.look()
    stage = shop.floor.stage_path("new")
    aside = stage.rename(stage.with_name("unmounted"))
    stage.mkdir()
    hands.wait(600)

    assert notes(shop) == {("new", ""): "frozen"}
    assert len([line for line in logged if "is frozen" in line]) == 1
    assert stage_of(shop, job) == "new"

    stage.rmdir()
    aside.rename(stage)
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert moves(shop, job) == 0
    drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    assert stage_of(shop, job) == "print"


def test_what_was_moved_in_a_frozen_stage_is_noted_when_it_thaws(hands: Hands, shop: Shop) -> None:
    into, out_of = job_on_floor(shop, 1), job_on_floor(shop, 2)
    drag(shop, folder_of(shop, out_of), "print")
    hands.look()
    marker = shop.floor.stage_path("print") / ".hotfolder-stage"
    text = marker.read_text()
    marker.unlink()
    hands.wait(EVERY)
    drag(shop, folder_of(shop, into), "print")
    hands.wait(60)
    assert stage_of(shop, into) == "new"

    marker.write_text(text)
    drag(shop, folder_of(shop, out_of), "produced")
    hands.wait(2 * EVERY)
    assert [stage_of(shop, job) for job in (into, out_of)] == ["print", "produced"]
    assert notes(shop) == {}


def test_the_marker_of_another_stage_is_not_trusted(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    print_, new = shop.floor.stage_path("print"), shop.floor.stage_path("new")
    swap = new.rename(new.with_name("swap"))
    print_.rename(new)
    swap.rename(print_)
    hands.wait(60)

    assert set(notes(shop).values()) == {"frozen"}
    assert (stage_of(shop, job), moves(shop, job)) == ("new", 0)


def test_a_copy_of_a_job_from_a_frozen_stage_waits_for_that_stage(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    (shop.floor.stage_path("new") / ".hotfolder-stage").unlink()
    shutil.copytree(folder_of(shop, job), shop.floor.stage_path("print") / "copy")
    hands.wait(120)

    assert notes(shop) == {("new", ""): "frozen", ("print", "copy"): "waits for stage"}
    assert moves(shop, job) == 0


def test_a_job_that_was_to_appear_in_a_frozen_stage_appears_when_it_thaws(
    hands: Hands, shop: Shop, clock: ManualClock
) -> None:
    job = job_on_floor(shop)
    shop.store.jobs.renamed(job)
    folder = folder_of(shop, job)
    folder.rename(shop.spool.folder(job.id))
    look_up(database_of(shop), "UPDATE job SET rename_due = 1")
    hands.wait(2 * EVERY)

    assert folder.is_dir()
    assert notes(shop) == {}
    assert moves(shop, job) == 0


# --- folders that are no jobs -------------------------------------------------------------------


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
    hands: Hands, shop: Shop
) -> None:
    job = job_on_floor(shop)
    hands.look()
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


def test_a_stage_this_user_may_not_read_is_frozen(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    stage = shop.floor.stage_path("new")
    stage.chmod(0)
    try:
        without_power(lambda: hands.wait(60))
    finally:
        stage.chmod(0o755)

    assert notes(shop) == {("new", ""): "frozen"}
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert moves(shop, job) == 0


def test_a_link_to_a_job_folder_is_not_followed(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
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


# --- stages of other flows ----------------------------------------------------------------------


@pytest.fixture
def two_flows(shop: Shop) -> Shop:
    cut = Stage(key="cut", folder="25-cut")
    shop.floor.stages["cut"] = cut
    shop.floor.prepare()
    posters = Flow(name="posters", stages=(Stage(key="new", folder="new"), cut))
    return replace(shop, flows=[a_flow(), posters])


def test_a_job_in_a_stage_of_another_flow_is_noted_once_and_says_nothing(
    two_flows: Shop, clock: ManualClock, logged: list[str]
) -> None:
    shop, hands = two_flows, Hands(two_flows, clock)
    job = job_on_floor(shop)
    hands.look()
    folder = drag(shop, folder_of(shop, job), "cut")
    hands.wait(120)

    assert notes(shop)["cut", folder.name] == "wrong stage"
    assert len([line for line in logged if "wrong stage" in line]) == 1
    assert promised(shop, job) == ["ItemRegistered waiting"]
    noted = next(note for note in shop.store.notes.all() if note.kind == "wrong stage")
    assert (clock.now() - noted.since).total_seconds() > 60

    drag(shop, folder, "print")
    hands.wait(2 * EVERY)
    assert stage_of(shop, job) == "print"
    assert notes(shop) == {}


def test_a_job_brought_back_from_a_stage_of_another_flow_has_not_moved(
    two_flows: Shop, clock: ManualClock
) -> None:
    shop, hands = two_flows, Hands(two_flows, clock)
    job = job_on_floor(shop)
    hands.look()
    folder = drag(shop, folder_of(shop, job), "cut")
    hands.wait(120)
    drag(shop, folder, "new")
    hands.wait(2 * EVERY)

    assert moves(shop, job) == 0
    assert notes(shop) == {}


# --- tracking -----------------------------------------------------------------------------------


def test_a_job_that_waits_for_its_tracking_is_shown_until_the_file_is_there(
    hands: Hands, shop: Shop
) -> None:
    job = job_on_floor(shop)
    hands.look()
    drag(shop, folder_of(shop, job), "shipped")
    hands.wait(EVERY)
    (note,) = shop.store.notes.all()
    assert (note.stage, note.name) == ("shipped", folder_of(shop, job).name)
    assert (note.kind, note.words) == ("waits", "waits for tracking")

    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert promised(shop, job)[-1] == "ItemShipped waiting"


def test_what_a_job_waits_for_is_noted_once_beside_the_other_notes_of_its_stage(
    hands: Hands, shop: Shop, logged: list[str]
) -> None:
    job = job_on_floor(shop)
    hands.look()
    shipped = shop.floor.stage_path("shipped")
    drag(shop, folder_of(shop, job), "shipped")
    (shipped / "New folder").mkdir()
    hands.wait(2 * PATIENCE)
    since = {note.kind: note.since for note in shop.store.notes.all()}
    assert since.keys() == {"waits", "no ticket"}

    hands.restart()
    hands.wait(2 * PATIENCE)
    after = {note.kind: note.since for note in shop.store.notes.all()}
    assert after["waits"] == since["waits"]
    assert after.keys() == since.keys()
    assert len([line for line in logged if "waits for tracking" in line]) == 1

    (shipped / "New folder").rmdir()
    hands.wait(PATIENCE)
    assert notes(shop) == {("shipped", folder_of(shop, job).name): "waits"}


def test_a_job_that_waits_in_a_stage_that_can_not_be_read_is_noted_beside_that(
    hands: Hands, shop: Shop, logged: list[str]
) -> None:
    job = job_on_floor(shop)
    hands.look()
    drag(shop, folder_of(shop, job), "shipped")
    hands.wait(EVERY)
    shop.floor.stage_path("shipped").rename(shop.floor.path / "away")
    hands.wait(6 * EVERY)

    assert notes(shop) == {
        ("shipped", ""): "frozen",
        ("shipped", folder_of(shop, job).name): "waits",
    }
    assert len([line for line in logged if line.startswith("WARNING frozen")]) == 1


def test_the_note_goes_where_the_waiting_job_goes(hands: Hands, shop: Shop) -> None:
    stages = a_flow().stages
    flow = a_flow(stages=(*stages, replace(stages[0], key="kept", folder="kept")))
    shop.floor.stages.update({"kept": flow.stages[-1]})
    shop.floor.prepare()
    shop = replace(shop, flows=[flow])
    hands.shop = shop
    hands.restart()
    job = job_on_floor(shop)
    hands.look()
    drag(shop, folder_of(shop, job), "shipped")
    hands.wait(EVERY)
    drag(shop, folder_of(shop, job), "kept")
    hands.wait(EVERY)

    assert notes(shop) == {("kept", folder_of(shop, job).name): "waits"}


def test_a_note_of_an_earlier_version_about_tracking_goes(hands: Hands, shop: Shop) -> None:
    with shop.store.transaction():
        shop.store.notes.add(
            Note(stage="tracking", name="1/2", kind="waits", since=START, words="waits")
        )
    hands.restart()
    hands.look()

    assert notes(shop) == {}


# --- canceled -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["print", "shipped"])
def test_a_canceled_job_is_followed_without_note_or_signal(
    hands: Hands, shop: Shop, stage: str
) -> None:
    job = job_on_floor(shop)
    hands.look()
    cancel(shop, job, "CancelUserRequest", "the client changed her mind")
    drag(shop, folder_of(shop, job), stage)
    hands.wait(2 * PATIENCE)

    assert stage_of(shop, job) == stage
    assert way(shop, job) == [stage]
    assert notes(shop) == {}
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemCanceled waiting"]


def test_the_folder_of_a_canceled_job_may_be_thrown_away(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    cancel(shop, job, "CancelUserRequest", "the client changed her mind")
    shutil.rmtree(folder_of(shop, job))
    hands.wait(2 * PATIENCE)

    assert notes(shop) == {}


def test_a_job_that_waits_for_tracking_and_is_canceled_waits_no_more(
    hands: Hands, shop: Shop
) -> None:
    job = job_on_floor(shop)
    hands.look()
    drag(shop, folder_of(shop, job), "shipped")
    hands.wait(EVERY)
    cancel(shop, job, "CancelUserRequest", "the client changed her mind")
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")
    hands.wait(EVERY)

    assert notes(shop) == {}
    assert promised(shop, job)[-1] == "ItemCanceled waiting"


# --- pace ---------------------------------------------------------------------------------------


def test_a_quiet_floor_is_looked_at_at_its_interval(hands: Hands, shop: Shop) -> None:
    job_on_floor(shop)
    assert hands.rounds.step() == EVERY
    assert hands.rounds.step() == EVERY


def test_a_folder_that_is_not_clear_yet_is_looked_at_again_soon(
    hands: Hands, shop: Shop, clock: ManualClock
) -> None:
    hands.look()
    (shop.floor.stage_path("print") / "New folder").mkdir()
    hands.rounds.hint("print")
    assert hands.rounds.step() <= 0.5
    hands.wait(60)
    assert hands.rounds.step() > 1


def test_a_hint_for_a_stage_nobody_knows_is_no_harm(hands: Hands, shop: Shop) -> None:
    hands.look()
    hands.look("nowhere")
    assert notes(shop) == {}


def test_a_hint_for_everything_looks_everywhere(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    hands.look()
    drag(shop, folder_of(shop, job), "produced")
    hands.rounds.hint_all()
    assert hands.rounds.wake.is_set()
    hands.look()

    assert stage_of(shop, job) == "produced"
