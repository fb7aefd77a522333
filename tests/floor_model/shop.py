"""The real shop that the machine plays in: real folders and store, a clock turned by hand."""

from dataclasses import replace
from pathlib import Path

from hotfolder.domain.flow import Reprint, ReprintRule, Skipped, Stage
from hotfolder.domain.job import Mode
from hotfolder.files.ballast import Ballast
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.services.shop import SIGNALS, Destination, Interface, Rules, Shop
from hotfolder.store.store import Store
from tests.builders import a_flow, no_preflight, sides
from tests.databases import open_database
from tests.fakes import FolderFetcher, ManualClock, RecordingSender
from tests.floor_model.model import House
from tests.steps import EXAMPLES, LIVE_KEY

EVERY, SETTLE, PATIENCE = 5.0, 6.0, 8.0
SIDES = (
    "hold",
    "delayed",
    "delayed/4h",
    "delayed/24h",
    "canceled",
    "canceled/CancelBookRip",
    "canceled/CancelBookSize",
    "archive",
)


def side_stages() -> list[Stage]:
    """Some of each kind: each look reads the marker of every stage."""
    return [stage for stage in sides() if stage.key in SIDES]


def stage_folders() -> dict[str, str]:
    """By key, the folder of every stage."""
    return {stage.key: stage.folder for stage in (*a_flow().stages, *side_stages())}


def a_shop(base: Path, clock: ManualClock, sender: RecordingSender, house: House) -> Shop:
    """The shop as a daemon opens it at its start. What is on the disk stays as it is."""
    state = base / "state"
    flow = a_flow(
        stages=tuple(replace(one, skipped=Skipped(house.skipped)) for one in a_flow().stages),
        preflight=no_preflight(),
        reprint=Reprint(rule=ReprintRule(house.reprint), say_again=house.say_again),
    )
    return Shop(
        store=Store(open_database(state / "hotfolder.sqlite", busy_seconds=1.0)),
        floor=Floor(base / "floor", [flow], "floor-at-random", side_stages()),
        spool=Spool(base / "floor" / ".hotfolder" / "spool"),
        ballast=Ballast(state / "ballast", size=4096, least_free=0),
        flows=[flow],
        interfaces=[Interface(name="live", key=LIVE_KEY, mode=Mode.LIVE)],
        clock=clock,
        destinations={SIGNALS: Destination(name=SIGNALS, sender=sender)},
        fetcher=FolderFetcher(EXAMPLES / "files"),
        rules=replace(
            Rules(), settle_seconds=SETTLE, note_after_seconds=PATIENCE, tracking_quiet_seconds=0
        ),
    )
