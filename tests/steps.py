"""What happens in a shop, as short calls: an order comes, a folder is dragged, signals go out."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from hotfolder.domain.flow import Stage
from hotfolder.domain.job import Job, Place
from hotfolder.domain.move import Arrival
from hotfolder.files.floor import Floor
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.note_move import note_moves
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop
from hotfolder.services.take_order import take_order
from hotfolder.store.journal import Line
from hotfolder.test_center.catalogue import OrderDocument, make_order
from tests.builders import a_flow, sides
from tests.fakes import ManualClock

EXAMPLES = Path(__file__).parent / "examples"
LIVE_KEY = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa0001"
TEST_KEY = "bbbbbbbbbbbbbbbbbbbbbbbbbbbb0002"
SIGNAL_KEY = "dddddddddddddddddddddddddddd0004"
FILE_SERVER = "http://files.example"
UNDO = 20.0  # seconds, as each stage of `a_flow` has it
ALL_TYPES = ["ItemRegistered", "ItemProduce", "ItemProduced", "ItemPacked", "ItemShipped"]


def with_sides(shop: Shop) -> Shop:
    """The shop with all stages beside the flows."""
    floor = Floor(shop.floor.path, shop.flows, shop.floor.floor_id, sides())
    floor.prepare()
    return replace(shop, floor=floor)


def order_in(shop: Shop, number: int = 1, *, key: str = LIVE_KEY, **more: Any) -> OrderDocument:
    """An order of the test center's catalogue comes in; `more` as `make_order` takes it."""
    more = {"kind": "poster", **more}
    document = make_order(number, base_url=FILE_SERVER, apikey=key, **more)
    take_order(shop, document.body, document.content_type)
    return document


def fetch_all(shop: Shop) -> None:
    """Every job that is due gets its files."""
    fetching = Fetching()
    _until_done(lambda: fetch_next(shop, fetching))


def job_on_floor(shop: Shop, number: int = 1, **more: Any) -> Job:
    """The first job of a new order, its folder in the first stage."""
    document = order_in(shop, number, **more)
    fetch_all(shop)
    return the_job(shop, document.order_id)


def the_job(shop: Shop, order_id: str) -> Job:
    """The first job of an order, as the store knows it now."""
    return shop.store.jobs.of_order(order_id)[0]


def again(shop: Shop, job: Job) -> Job:
    """The job as the store knows it now."""
    return next(one for one in shop.store.jobs.all() if one.id == job.id)


def folder_of(shop: Shop, job: Job) -> Path:
    """Where the store believes the job's folder to be."""
    place = again(shop, job).place
    assert place is not None
    return shop.floor.job_path(place.stage, place.folder)


def stage_of(shop: Shop, job: Job) -> str:
    """The stage in which the store believes the job to be."""
    place = again(shop, job).place
    return place.stage if place else ""


def drag(shop: Shop, folder: Path, stage: str) -> Path:
    """What an operator does: the folder moves to another stage. Where it is now."""
    target = shop.floor.stage_path(stage) / folder.name
    folder.rename(target)
    return target


def arrive(shop: Shop, job: Job, stage: str) -> Arrival:
    """The job's folder is dragged to a stage: what a round sees there, and has not noted yet."""
    folder = drag(shop, folder_of(shop, job), stage)
    inode = shop.floor.inode(stage, folder.name)
    assert inode is not None
    place = Place(stage=stage, folder=folder.name, inode=inode)
    return Arrival(job=again(shop, job), place=place)


def note(shop: Shop, job: Job, stage: str) -> list[tuple[Arrival, str]]:
    """The job's folder is dragged to a stage and noted there; what `note_moves` refused."""
    return note_moves(shop, [arrive(shop, job, stage)])


def new_stage(shop: Shop, key: str, folder: str) -> Stage:
    """One more stage on the floor; no flow has it yet."""
    stage = shop.floor.stages[key] = Stage(key=key, folder=folder)
    shop.floor.prepare()
    return stage


def copy_files(source: Path, target: Path, names: Iterable[str] | None = None) -> None:
    """Copy files of a job folder into another, one after the other."""
    target.mkdir(exist_ok=True)
    for name in sorted(path.name for path in source.iterdir()) if names is None else names:
        shutil.copyfile(source / name, target / name)


def with_flow(shop: Shop, **changes: Any) -> Shop:
    """The shop with one flow, `a_flow` with these changes."""
    return replace(shop, flows=[a_flow(**changes)])


def with_usual(shop: Shop, **changes: Any) -> Shop:
    """The shop with a changed usual destination."""
    usual = replace(shop.destinations[SIGNALS], **changes)
    return replace(shop, destinations={**shop.destinations, SIGNALS: usual})


def gate_of(shop: Shop, name: str = SIGNALS) -> Gate:
    """A way to a destination of which nothing is known yet."""
    return Gate(shop.destinations[name])


def send_all(shop: Shop, gate: Gate | None = None) -> None:
    """Signals go out, through new gates to every destination or this one, until none is due."""
    for one in [gate] if gate else [gate_of(shop, name) for name in shop.destinations]:
        _until_done(partial(send_next, shop, one))


def pass_undo_time(shop: Shop, clock: ManualClock) -> None:
    """The undo time of what was dragged is over, and what is due goes out."""
    clock.turn(UNDO)
    send_all(shop)


def _until_done(step: Callable[[], bool]) -> None:
    assert any(not step() for _ in range(10_000)), "it never comes to an end"


def signals_of(shop: Shop, job: Job) -> dict[str, int]:
    """The numbers of a job's signals, by type."""
    return {
        row["type"]: row["id"] for row in shop.store.signals.find({}) if row["job_id"] == job.id
    }


def promised(shop: Shop, job: Job) -> list[str]:
    """The signals of a job, oldest first, each as `ItemPacked waiting`."""
    return [
        f"{row['type']} {row['state']}"
        for row in shop.store.signals.find({})
        if row["job_id"] == job.id
    ]


def notes(shop: Shop) -> dict[tuple[str, str], str]:
    """The notes of the shop: by stage and name, their kind."""
    return {(note.stage, note.name): note.kind for note in shop.store.notes.all()}


def moves_of(shop: Shop, job: Job) -> list[Line]:
    """What the journal tells of the moves in the job's order, oldest first."""
    return [
        line for line in shop.store.journal.of_order(job.order_id) if line.action == "job moved"
    ]


def way(shop: Shop, job: Job) -> list[str]:
    """The stages a job was noted in, in order."""
    return [str(line.detail["to"]) for line in moves_of(shop, job)]


def actions(shop: Shop, order_id: str) -> list[str]:
    """What the journal tells of an order."""
    return [line.action for line in shop.store.journal.of_order(order_id)]


def look_up(database: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What another connection to the database sees or does.

    Never the sqlite3 module: a second SQLite in one process takes the first one's locks away.
    """
    connection = apsw.Connection(str(database))
    try:
        return list(connection.execute(statement, values))
    finally:
        connection.close()


def database_of(shop: Shop) -> Path:
    """The file of the store that the fixtures make."""
    return shop.floor.path.parent / "state" / "hotfolder.sqlite"


def commits(shop: Shop) -> int:
    """How many transactions stand in the write-ahead log of the store (SQLite, WAL format)."""
    log = database_of(shop).with_name("hotfolder.sqlite-wal").read_bytes()
    page_size = int.from_bytes(log[8:12])
    salts = log[16:24]
    frames = [log[start : start + 24] for start in range(32, len(log), 24 + page_size)]
    return sum(frame[4:8] != b"\0\0\0\0" for frame in frames if frame[8:16] == salts)
