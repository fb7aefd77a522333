"""A shop with a device, and hands that play the device: everything real but the time."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hotfolder.domain.device import By, Clue, Device
from hotfolder.domain.handover import Handover, HandoverState
from hotfolder.domain.job import Job
from hotfolder.domain.ticket import DOCKET_NAME
from hotfolder.services.recover import recover
from hotfolder.services.run_device import DeviceRun, Dispatch
from hotfolder.services.shop import Shop
from hotfolder.watch.rounds import Rounds
from tests.fakes import ManualClock
from tests.steps import again, folder_of, job_on_floor, note

QUIET = 2.0
FOLDERS = ("input", "done", "error")
PDF = b"%PDF-1.4\nresult\n%%EOF\n"


def a_device(folder: Path, **fields: Any) -> Device:
    """Like the ready profile hot-folder, below a folder that is made with it."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    usual = Device(
        name="rip",
        stage="print",
        folder=str(folder),
        input=str(folder / "input"),
        taken=(Clue(by=By.GONE),),
        done=(Clue(by=By.FILE, folder=str(folder / "done")),),
        failed=(Clue(by=By.FILE, folder=str(folder / "error")),),
        quiet_seconds=QUIET,
        limit=timedelta(minutes=30),
        result_folder="rip",
        archive=str(folder / "archive"),
        on_done="produced",
    )
    return replace(usual, **fields)


@dataclass
class Bench:
    """Lets the loops of the daemon make their steps, as time passes."""

    shop: Shop
    clock: ManualClock
    go_on: Any = lambda: None
    runs: list[DeviceRun] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """The daemon ends and starts again: nothing is remembered but floor and store."""
        recover(self.shop)
        self.rounds = Rounds(self.shop, 5.0)
        self.dispatch = Dispatch(self.shop, self.rounds.hint)
        self.runs = [DeviceRun(self.shop, one, self.go_on) for one in self.shop.devices]

    def step(self, times: int = 1) -> None:
        """Each loop makes a step, and a second passes; so many times."""
        for _ in range(times):
            self.dispatch.step()
            for run in self.runs:
                run.step()
            self.rounds.hint_all()
            self.rounds.step()
            self.clock.turn(1)

    def settle(self) -> None:
        """Long enough for whatever lies still."""
        self.step(8)

    def inbox(self, device: int = 0) -> Path:
        return Path(self.shop.devices[device].input)

    def given(self, device: int = 0) -> list[str]:
        """What lies in the input of a device."""
        names = (path.name for path in self.inbox(device).iterdir())
        return sorted(name for name in names if name[0] != ".")

    def out(self, name: str, device: int = 0) -> Path:
        """A folder in which the device leaves something."""
        return Path(self.shop.devices[device].folder) / name

    def make(
        self, name: str, folder: str = "done", ending: str = "tif", data: bytes = b"x"
    ) -> Path:
        """The device takes a file out of its input and leaves a result."""
        source = self.inbox() / name
        result = self.out(folder) / f"{source.stem}.{ending}"
        source.unlink()
        result.write_bytes(data)
        return result

    def fail(self, name: str, words: str) -> None:
        """The device puts a file into error and says why beside it."""
        source = self.inbox() / name
        (self.out("error") / f"{source.stem}.txt").write_text(words)
        source.rename(self.out("error") / name)

    def handovers(self, job: Job, visit: int | None = None) -> list[Handover]:
        moves = again(self.shop, job).moves if visit is None else visit
        return self.shop.store.handovers.of_visit(job.id, moves)

    def states(self, job: Job, visit: int | None = None) -> list[HandoverState]:
        return [one.state for one in self.handovers(job, visit)]

    def results(self, job: Job) -> list[str]:
        """What lies in the folder for results of the job."""
        folder = folder_of(self.shop, job) / "rip"
        found = folder.rglob("*") if folder.is_dir() else ()
        return sorted(str(path.relative_to(folder)) for path in found)

    def notes(self) -> list[str]:
        return [note.words for note in self.shop.store.notes.all() if "device" in note.kind]


def with_devices(shop: Shop, *devices: Device) -> Shop:
    return replace(shop, devices=devices)


def job_at_device(bench: Bench) -> Job:
    """A job that was just dragged to the stage of the device."""
    made = job_on_floor(bench.shop)
    note(bench.shop, made, "print")
    return made


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def ordered_file(shop: Shop, job: Job) -> Path:
    """The one file of the job that was ordered."""
    found = folder_of(shop, job).glob("*.pdf")
    [source] = [path for path in found if path.name != DOCKET_NAME]
    return source


def the_name(bench: Bench, device: int = 0) -> str:
    """Of the one file in the input of a device."""
    [name] = bench.given(device)
    return name


def actions(bench: Bench, job: Job) -> list[str]:
    return [line.action for line in bench.shop.store.journal.of_order(job.order_id)]
