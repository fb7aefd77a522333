import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from hotfolder.domain.noise import MARKER_NAME
from hotfolder.domain.ticket import TICKET_NAME
from hotfolder.errors import FloorError
from hotfolder.files.floor import TICKET_BYTES, Floor
from tests.builders import a_flow, a_stage
from tests.rights import without_power

NOT_UTF8 = b"Gr\xfc\xdfe"


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    made = Floor(tmp_path, [a_flow()], "this floor")
    made.prepare()
    return made


def a_job_folder(floor: Floor, stage: str = "print", name: str = "item-1_5x") -> Path:
    path = floor.job_path(stage, name)
    path.mkdir()
    (path / TICKET_NAME).write_text("{}")
    return path


def inode_of(path: Path) -> str:
    facts = path.stat()
    return f"{facts.st_dev}:{facts.st_ino}"


def spoil_marker(floor: Floor, text: str) -> None:
    marker = floor.stage_path("print") / MARKER_NAME
    marker.unlink()
    marker.write_text(text)


def test_preparing_makes_every_stage_folder_with_its_marker(tmp_path: Path) -> None:
    flow = a_flow(stages=(a_stage("new"), a_stage("glue", folder="bindery/glue")))
    floor = Floor(tmp_path / "floor", [flow], "this floor")
    made = floor.prepare()
    assert made == [tmp_path / "floor" / "new", tmp_path / "floor" / "bindery" / "glue"]
    marker = made[1] / MARKER_NAME
    assert json.loads(marker.read_text()) == {"floor": "this floor", "stage": "glue"}
    assert stat.S_IMODE(marker.stat().st_mode) == 0o444


def test_preparing_again_makes_what_is_missing_only(floor: Floor) -> None:
    assert floor.prepare() == []
    (floor.stage_path("print") / MARKER_NAME).unlink()
    assert floor.prepare() == [floor.stage_path("print")]


def test_preparing_where_no_folder_can_be_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "floor").write_text("a file")
    with pytest.raises(FloorError, match="can not be made: Not a directory"):
        Floor(tmp_path / "floor", [a_flow()]).prepare()


def test_a_look_shows_job_folders_with_their_inode(floor: Floor) -> None:
    one, two = a_job_folder(floor, name="job-1"), a_job_folder(floor, name="job 2")
    listing = floor.look("print")
    assert {name: listing.inode(name) for name in listing.folders} == {
        "job-1": inode_of(one),
        "job 2": inode_of(two),
    }
    assert listing.strangers == ()
    assert floor.look("new").folders == {}


def test_files_and_links_in_a_stage_are_strangers(floor: Floor, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    stage = floor.stage_path("print")
    (stage / "loose.pdf").write_text("x")
    (stage / "link-to-folder").symlink_to(elsewhere)
    (stage / "broken-link").symlink_to(tmp_path / "nowhere")
    listing = floor.look("print")
    assert listing.folders == {}
    assert listing.strangers == ("broken-link", "link-to-folder", "loose.pdf")


def test_noise_in_a_stage_is_not_seen(floor: Floor) -> None:
    stage = floor.stage_path("print")
    for name in (".DS_Store", "Thumbs.db", "._job", "desktop.ini"):
        (stage / name).write_text("x")
    for name in ("@eaDir", ".Trashes", ".::TMPNAME:D:17:job"):
        (stage / name).mkdir()
    listing = floor.look("print")
    assert (listing.folders, listing.strangers) == ({}, ())


def test_a_folder_with_a_name_that_is_not_utf8_is_a_stranger_that_can_be_shown(
    floor: Floor,
) -> None:
    os.mkdir(os.path.join(os.fsencode(floor.stage_path("print")), NOT_UTF8))  # noqa: PTH102, PTH118 (a path of bytes)
    listing = floor.look("print")
    assert listing.folders == {}
    assert listing.strangers == ("Gr\ufffd\ufffde",)


def test_a_folder_with_letters_of_any_script_is_a_job_folder(floor: Floor) -> None:
    folder = a_job_folder(floor, name="Grüße 書 \U0001f4d8")
    assert floor.look("print").folders == {folder.name: folder.stat().st_ino}


def test_a_stage_that_is_not_there_is_told_and_never_empty(floor: Floor) -> None:
    shutil.rmtree(floor.stage_path("print"))
    with pytest.raises(FloorError, match="is not there: is its disk or share mounted"):
        floor.look("print")


def test_an_unmounted_share_that_looks_like_an_empty_folder_is_not_trusted(floor: Floor) -> None:
    shutil.rmtree(floor.stage_path("print"))
    floor.stage_path("print").mkdir()
    with pytest.raises(FloorError, match="has no marker file: is its disk or share mounted"):
        floor.look("print")


def test_a_file_in_place_of_a_stage_is_told_in_words(floor: Floor) -> None:
    shutil.rmtree(floor.stage_path("print"))
    floor.stage_path("print").write_text("x")
    with pytest.raises(FloorError, match="can not be read: Not a directory"):
        floor.look("print")


def test_the_marker_of_another_stage_is_refused(floor: Floor) -> None:
    spoil_marker(floor, json.dumps({"floor": "this floor", "stage": "packed"}))
    with pytest.raises(FloorError, match="its marker file belongs to stage packed"):
        floor.look("print")


def test_the_marker_of_another_floor_is_refused(floor: Floor) -> None:
    spoil_marker(floor, json.dumps({"floor": "the test floor", "stage": "print"}))
    with pytest.raises(FloorError, match="its marker file belongs to another floor"):
        floor.look("print")


def test_a_floor_without_an_id_takes_any_marker_of_its_stages(floor: Floor) -> None:
    a_job_folder(floor)
    assert list(Floor(floor.path, [a_flow()]).look("print").folders) == ["item-1_5x"]


@pytest.mark.parametrize("text", ["", "{", "\0\0\0\0", "\udcff"])
def test_a_damaged_marker_is_told_in_words(floor: Floor, text: str) -> None:
    marker = floor.stage_path("print") / MARKER_NAME
    marker.unlink()
    marker.write_bytes(os.fsencode(text))
    with pytest.raises(FloorError, match=r"its marker file .* is damaged"):
        floor.look("print")


@pytest.mark.parametrize("text", ["[]", "7", '"print"', "{}"])
def test_a_marker_that_names_no_stage_is_not_ours(floor: Floor, text: str) -> None:
    spoil_marker(floor, text)
    with pytest.raises(FloorError, match="its marker file belongs to stage None"):
        floor.look("print")


def test_a_stage_that_may_not_be_listed_is_told_in_words(floor: Floor) -> None:
    floor.stage_path("print").chmod(0o311)
    with pytest.raises(FloorError, match="can not be listed: Permission denied"):
        without_power(lambda: floor.look("print"))


def test_a_stage_that_may_not_be_entered_is_told_in_words(floor: Floor) -> None:
    floor.stage_path("print").chmod(0o600)
    with pytest.raises(FloorError, match="print can not be read: Permission denied"):
        without_power(lambda: floor.check_marker("print"))
    with pytest.raises(FloorError, match="item-1_5x can not be read: Permission denied"):
        without_power(lambda: floor.inode("print", "item-1_5x"))


def test_a_stage_that_may_not_be_written_is_told_before_a_job_is_put_there(floor: Floor) -> None:
    without_power(lambda: floor.check_writable("print"))
    floor.stage_path("print").chmod(0o555)
    with pytest.raises(FloorError, match="can not be written by this user"):
        without_power(lambda: floor.check_writable("print"))


def test_a_rename_keeps_the_inode_and_a_copy_does_not(floor: Floor) -> None:
    folder = a_job_folder(floor)
    before = floor.inode("print", "item-1_5x")
    shutil.copytree(folder, floor.job_path("produced", "copy"))
    folder.rename(floor.job_path("packed", "moved"))
    assert before == floor.inode("packed", "moved") == floor.look("packed").inode("moved")
    assert floor.inode("produced", "copy") != before
    assert floor.inode("print", "item-1_5x") is None


def test_there_is_no_inode_below_a_file(floor: Floor) -> None:
    (floor.stage_path("print") / "loose.pdf").write_text("x")
    assert floor.inode("print", "loose.pdf/job") is None


def test_a_ticket_is_read_as_text(floor: Floor) -> None:
    (a_job_folder(floor) / TICKET_NAME).write_text('{"ticket": "Grüße"}', encoding="utf-8")
    assert floor.ticket_text("print", "item-1_5x") == '{"ticket": "Grüße"}'


def test_bytes_that_are_not_utf8_do_not_stop_the_reading_of_a_ticket(floor: Floor) -> None:
    (a_job_folder(floor) / TICKET_NAME).write_bytes(NOT_UTF8)
    assert floor.ticket_text("print", "item-1_5x") == "Gr\ufffd\ufffde"


def test_a_folder_without_a_ticket_and_no_folder_at_all_have_none(floor: Floor) -> None:
    (a_job_folder(floor) / TICKET_NAME).unlink()
    (floor.stage_path("print") / "loose.pdf").write_text("x")
    for name in ("item-1_5x", "nothing", "loose.pdf"):
        assert floor.ticket_text("print", name) is None


def test_a_ticket_far_too_large_is_told_in_words(floor: Floor) -> None:
    with (a_job_folder(floor) / TICKET_NAME).open("wb") as file:
        file.truncate(TICKET_BYTES + 1)
    with pytest.raises(FloorError, match="is too large for a job ticket"):
        floor.ticket_text("print", "item-1_5x")


def test_a_ticket_of_the_largest_size_is_read(floor: Floor) -> None:
    (a_job_folder(floor) / TICKET_NAME).write_bytes(b" " * TICKET_BYTES)
    assert floor.ticket_text("print", "item-1_5x") == " " * TICKET_BYTES


def test_a_ticket_that_may_not_be_read_is_told_in_words(floor: Floor) -> None:
    (a_job_folder(floor) / TICKET_NAME).chmod(0o000)
    with pytest.raises(FloorError, match="can not be read: Permission denied"):
        without_power(lambda: floor.ticket_text("print", "item-1_5x"))


def test_a_pipe_in_place_of_a_ticket_holds_nobody_up(floor: Floor) -> None:
    ticket = a_job_folder(floor) / TICKET_NAME
    ticket.unlink()
    os.mkfifo(ticket)
    with pytest.raises(FloorError, match="can not be read: it is not a regular file"):
        floor.ticket_text("print", "item-1_5x")


def a_ready_folder(floor: Floor) -> Path:
    ready = floor.path / "spool" / "job-1"
    ready.mkdir(parents=True)
    (ready / TICKET_NAME).write_text("new")
    return ready


def test_a_ready_folder_appears_whole_and_keeps_its_inode(floor: Floor) -> None:
    ready = a_ready_folder(floor)
    before = inode_of(ready)
    floor.receive(ready, "print", "item-1_5x")
    assert floor.look("print").inode("item-1_5x") == before
    assert floor.ticket_text("print", "item-1_5x") == "new"
    assert not ready.exists()


def test_a_folder_with_content_is_never_overwritten(floor: Floor) -> None:
    there = a_job_folder(floor)
    ready = a_ready_folder(floor)
    with pytest.raises(FloorError, match=r"can not be moved to .*: Directory not empty"):
        floor.receive(ready, "print", "item-1_5x")
    assert (there / TICKET_NAME).read_text() == "{}"
    assert (ready / TICKET_NAME).read_text() == "new"


def test_a_file_or_link_of_the_same_name_is_never_overwritten(floor: Floor) -> None:
    ready = a_ready_folder(floor)
    (floor.stage_path("print") / "loose.pdf").write_text("x")
    (floor.stage_path("print") / "link").symlink_to(floor.stage_path("packed"))
    for name in ("loose.pdf", "link"):
        with pytest.raises(FloorError, match=r"can not be moved to .*: Not a directory"):
            floor.receive(ready, "print", name)
    assert floor.look("packed").folders == {}


def test_nothing_is_put_into_a_folder_that_is_not_surely_the_stage(floor: Floor) -> None:
    ready = a_ready_folder(floor)
    (floor.stage_path("print") / MARKER_NAME).unlink()
    with pytest.raises(FloorError, match="has no marker file"):
        floor.receive(ready, "print", "item-1_5x")
    assert ready.is_dir()


def test_a_spool_on_another_volume_is_told_with_what_to_do(fs: FakeFilesystem) -> None:
    for volume in ("/floor", "/var/spool/hotfolder"):
        fs.add_mount_point(volume)
    floor = Floor(Path("/floor"), [a_flow()], "this floor")
    floor.prepare()
    ready = Path("/var/spool/hotfolder/job-1")
    ready.mkdir()
    with pytest.raises(FloorError, match=r"on another volume; set floor\.spool to a folder on"):
        floor.receive(ready, "print", "item-1_5x")
    assert ready.is_dir()
