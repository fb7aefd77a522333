"""Flow files that change while the shop runs are taken in whole, or refused whole."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.config.write import default_flow_text
from hotfolder.files.flows_in_use import IN_USE
from hotfolder.reload import EVERY_SECONDS, SETTLE_SECONDS, ConfigWatch
from hotfolder.services.recover import recover
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.steps import FILE_SERVER, LIVE_KEY, notes
from tests.test_app import set_up
from tests.test_reload import Watched, write

DEFAULT = default_flow_text(0)
POSTERS = (
    "name: posters\ntakes: {product: poster_*}\n"
    "stages: [{key: new, folder: 10-new}, {key: cut, folder: 25-cut}]\n"
)
NOT_USED = {("", "configuration and flows"): "not used"}


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(set_up(tmp_path))
    made.app.shop.floor.prepare()
    recover(made.app.shop)
    yield made
    made.app.observer.stop()
    made.app.server.stop()


def flows(watched: Watched) -> list[str]:
    return [flow.name for flow in watched.app.shop.flows]


def words(watched: Watched) -> str:
    """What the status tells of changes that are not used."""
    found = [note.words for note in watched.app.shop.store.notes.all()]
    return found[0] if found else ""


def poster_flow(watched: Watched, number: int) -> str:
    """The flow that takes a new order of a poster."""
    document = make_order(number, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster")
    take_order(watched.app.shop, document.body, document.content_type)
    return watched.app.shop.store.jobs.of_order(document.order_id)[0].flow


def test_a_new_flow_is_taken_in_with_its_stages_and_takes_its_orders(
    watched: Watched, logged: list[str]
) -> None:
    shop = watched.app.shop
    assert poster_flow(watched, 1) == "default"
    watched.app.observer.start()

    watched.change_flow(POSTERS, "posters")
    watched.app.observer.mend()

    assert flows(watched) == ["posters", "default"]
    assert shop.floor.look("cut").folders == {}
    assert watched.app.observer.watched() == shop.floor.stages.keys()
    assert poster_flow(watched, 2) == "posters"
    assert any("the changed flows are used: posters, default; 1 stage" in one for one in logged)
    assert notes(shop) == {}
    kept = json.loads((watched.loaded.state_path / IN_USE).read_text())
    assert list(kept["flows"]) == ["flows/posters.yaml", "flows/default.yaml"]


def test_a_flow_that_is_taken_away_takes_its_own_stages_along(watched: Watched) -> None:
    watched.change_flow(POSTERS, "posters")
    watched.app.observer.start()
    (watched.loaded.flows_path / "posters.yaml").unlink()
    watched.look()
    watched.app.observer.mend()

    assert flows(watched) == ["default"]
    stages = watched.app.shop.floor.stages.keys()
    assert watched.app.observer.watched() == stages
    assert {"new", "shipped", "hold", "canceled"} < stages
    assert "cut" not in stages
    assert poster_flow(watched, 1) == "default"


def test_a_flow_file_that_can_not_be_used_changes_nothing_and_is_told_with_its_line(
    watched: Watched, logged: list[str]
) -> None:
    write(watched.loaded.flows_path / "posters.yaml", POSTERS)
    watched.change_flow(DEFAULT.replace("undo_seconds: 0", "undo_seconds: soon"))
    for _ in range(3):
        watched.look()

    assert flows(watched) == ["default"]
    assert "cut" not in watched.app.shop.floor.stages
    assert notes(watched.app.shop) == NOT_USED
    assert words(watched).startswith(
        "the changed files are not used: flows/default.yaml:13 undo_seconds: is 'soon' but must"
    )
    assert len([one for one in logged if "is not used" in one]) == 1

    watched.change_flow(DEFAULT)
    assert flows(watched) == ["posters", "default"]
    assert notes(watched.app.shop) == {}


def test_files_put_back_as_they_were_are_no_trouble_any_more(watched: Watched) -> None:
    path = watched.loaded.flows_path / "posters.yaml"
    watched.look()
    write(path, "name: [")
    watched.look()
    assert notes(watched.app.shop) == NOT_USED

    path.unlink()
    watched.look()
    assert notes(watched.app.shop) == {}


def test_a_file_that_is_still_being_written_is_waited_for(watched: Watched) -> None:
    watch = ConfigWatch(watched.app, watched.loaded, {})
    while watch.step() != EVERY_SECONDS:
        pass
    path = watched.loaded.flows_path / "default.yaml"
    for length in (200, 400):
        write(path, DEFAULT[:length])
        assert watch.step() == SETTLE_SECONDS
    assert notes(watched.app.shop) == {}
    write(path, DEFAULT.replace("name: default", "name: rest"))
    assert [watch.step(), watch.step()] == [SETTLE_SECONDS, EVERY_SECONDS]
    assert flows(watched) == ["rest"]


def test_what_an_earlier_run_told_is_forgotten(watched: Watched) -> None:
    watched.look()
    watched.change_flow("name: [")
    write(watched.loaded.flows_path / "default.yaml", DEFAULT)
    again = ConfigWatch(watched.app, watched.loaded, {})
    while again.step() != EVERY_SECONDS:
        pass

    assert notes(watched.app.shop) == {}


def test_a_change_during_the_start_is_not_overlooked(watched: Watched) -> None:
    write(watched.loaded.flows_path / "posters.yaml", POSTERS)
    early = ConfigWatch(watched.app, watched.loaded, {})
    while early.step() != EVERY_SECONDS:
        pass

    assert flows(watched) == ["posters", "default"]


MOVED = DEFAULT.replace("folder: 20-print", "folder: 20-press")


def test_a_stage_gets_another_folder_when_no_job_lies_in_the_old_one(watched: Watched) -> None:
    watched.change_flow(MOVED)

    assert notes(watched.app.shop) == {}
    assert watched.app.shop.floor.stage_path("print").name == "20-press"
    assert watched.app.shop.floor.look("print").folders == {}


def test_a_stage_with_jobs_keeps_its_folder_and_the_change_is_refused(watched: Watched) -> None:
    job = watched.app.shop.floor.stage_path("print") / "a job"
    job.mkdir()
    watched.change_flow(MOVED)
    assert words(watched).startswith(
        "the changed files are not used: stage print: its folder can not become 20-press:"
        " jobs lie in 20-print"
    )
    assert watched.app.shop.floor.stage_path("print").name == "20-print"

    job.rmdir()
    watched.look()
    assert watched.app.shop.floor.stage_path("print").name == "20-press"
    assert notes(watched.app.shop) == {}


def test_no_stage_folders_are_made_while_the_floor_is_not_surely_there(watched: Watched) -> None:
    marker = watched.app.shop.floor.stage_path("packed") / ".hotfolder-stage"
    text = marker.read_text()
    marker.unlink()
    watched.change_flow(POSTERS, "posters")

    assert "no folders are made for new stages while stage packed is frozen" in words(watched)
    assert not (watched.loaded.floor_path / "25-cut").exists()
    assert flows(watched) == ["default"]

    marker.write_text(text)
    watched.look()
    assert flows(watched) == ["posters", "default"]


def test_a_frozen_stage_does_not_keep_off_a_change_that_makes_no_folders(watched: Watched) -> None:
    (watched.app.shop.floor.stage_path("packed") / ".hotfolder-stage").unlink()
    watched.change_flow(DEFAULT.replace("name: default", "name: rest"))

    assert flows(watched) == ["rest"]
    assert not (watched.app.shop.floor.stage_path("packed") / ".hotfolder-stage").exists()


def test_the_folder_of_another_stage_is_no_new_stage(watched: Watched) -> None:
    same = POSTERS.replace("key: cut, folder: 25-cut", "key: cut, folder: 20-print")
    watched.change_flow(same, "posters")
    assert "is the folder of stage" in words(watched)

    (watched.loaded.flows_path / "posters.yaml").unlink()
    watched.change_flow(DEFAULT.replace("key: print", "key: press"))
    assert "its marker file belongs to stage print" in words(watched)
    assert "press" not in watched.app.shop.floor.stages


def test_flows_that_come_with_another_floor_wait_for_a_restart(watched: Watched) -> None:
    write(watched.loaded.flows_path / "posters.yaml", POSTERS)
    watched.change(("hold: 90-hold", "hold: 91-hold"))

    assert "were changed together with flows (start Hotfolder again)" in words(watched)
    assert flows(watched) == ["default"]


def test_flows_of_another_folder_are_used_when_the_configuration_says_so(watched: Watched) -> None:
    other = watched.loaded.flows_path.with_name("other")
    other.mkdir()
    write(other / "default.yaml", DEFAULT.replace("name: default", "name: rest"))
    watched.change(("path: flows", "path: other"))
    assert flows(watched) == ["rest"]

    write(other / "posters.yaml", POSTERS)
    watched.look()
    assert flows(watched) == ["posters", "rest"]


def test_a_label_program_that_came_after_the_start_can_not_be_asked_yet(watched: Watched) -> None:
    path = watched.loaded.config_path
    entry = "labels:\n  - {name: ups, like: json, request: {folder: in}, reply: {folder: out}}\n"
    write(path, path.read_text().replace("labels: []\n", entry))
    watched.change_flow(DEFAULT.replace("signal: ItemPacked", "ask_label: ups"))
    assert "label program ups, which was added since the start" in words(watched)
    assert all(not flow.label_stage for flow in watched.app.shop.flows)
