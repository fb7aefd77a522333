"""The flow files were changed while the shop runs: all of them are taken in, or none."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hotfolder.domain.flow import Flow, Stage
from hotfolder.domain.noise import MARKER_NAME
from hotfolder.errors import ConfigError, FloorError, Problem
from hotfolder.files.floor import Floor, stages_of
from hotfolder.services.shop import FlowsInUse, Shop
from hotfolder.store.notes import Note

CHANGED = "configuration and flows"  # where the note stands
NOT_USED = "not used"  # its kind


def change_flows(shop: Shop, in_use: FlowsInUse, flows: Sequence[Flow]) -> list[Path]:
    """Go over to these flows. The stage folders that were made for them.

    Raises ConfigError with every reason against it, or FloorError when a folder can not be made;
    then the flows in use stay. Jobs on stages that are no more are left where they are.
    """
    old = shop.floor.stages
    sides = old.keys() - stages_of(in_use).keys()
    new = stages_of(flows, (old[key] for key in sides))
    floor = Floor(shop.floor.path, (), shop.floor.floor_id, new.values())
    added = [key for key in new if key not in old or old[key].folder != new[key].folder]
    missing = [key for key in added if not _has_marker(floor, key)]
    problems = [*_moved(shop, new), *_foreign(floor, added)]
    if missing:
        problems += _away(shop)
    if problems:
        raise ConfigError(problems)
    made = floor.prepare() if missing else []
    # in between both are there: no flow in use ever names a stage that is not
    shop.floor.use({**old, **new})
    in_use.use(flows)
    shop.floor.use(new)
    return made


def _moved(shop: Shop, new: Mapping[str, Stage]) -> Iterator[Problem]:
    """Stages that have another folder now, while jobs lie in the one they had."""
    promised = {job.place.stage for job in shop.store.jobs.to_rename() if job.place}
    for key, stage in shop.floor.stages.items():
        if key not in new or new[key].folder == stage.folder:
            continue
        change = f"its folder can not become {new[key].folder}"
        try:
            jobs = len(shop.floor.look(key).folders) + (key in promised)
        except FloorError as error:
            hint = f"leave it {stage.folder}, or see why that can not be looked at"
            yield Problem(f"stage {key}", f"{change}: {error}", hint)
            continue
        if jobs:
            hint = f"leave it {stage.folder} until they have moved on, or give a new key"
            yield Problem(f"stage {key}", f"{change}: jobs lie in {stage.folder}", hint)


def _foreign(floor: Floor, added: Sequence[str]) -> Iterator[Problem]:
    """New stage folders that carry the marker of another stage or floor."""
    for key in added:
        if _has_marker(floor, key):
            try:
                floor.check_marker(key)
            except FloorError as error:
                hint = f"name another folder, or remove {MARKER_NAME} from it when it holds no jobs"
                yield Problem(f"stage {key}", str(error), hint)


def _away(shop: Shop) -> Iterator[Problem]:
    """Stages that can not be seen: on an unmounted share new folders would be made beside it."""
    for key in shop.floor.stages:
        try:
            shop.floor.check_marker(key)
        except FloorError as error:
            what = f"no folders are made for new stages while stage {key} is frozen: {error}"
            yield Problem("floor", what)
            return


def _has_marker(floor: Floor, key: str) -> bool:
    return (floor.stage_path(key) / MARKER_NAME).exists()


def note_unused(shop: Shop, words: str) -> None:
    """Show in the status that changed files are not used, and why; empty words: they are."""
    with shop.store.transaction():
        shop.store.notes.remove("", CHANGED, NOT_USED)
        if words:
            told = f"the changed files are not used: {words}"
            now = shop.clock.now()
            note = Note(stage="", name=CHANGED, kind=NOT_USED, since=now, words=told)
            shop.store.notes.add(note)
