"""A shop whose stage `packed` asks for labels, and a label program beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hotfolder.domain.flow import ShipComplete
from hotfolder.domain.job import Job
from hotfolder.domain.label import LabeledParcel, ParcelState
from hotfolder.domain.label_form import LabelProgram
from hotfolder.services.label_work import LabelWork
from hotfolder.services.shop import Shop
from tests.builders import a_flow
from tests.fakes import ManualClock
from tests.label_programs import REPLIES, a_label_program, reference_in
from tests.steps import UNDO, again, fetch_all, note, order_in

UPS_CODES = ("1Z999AA10123456784", "1Z5R89390357567127", "1Z879E930346834440")
WORLDSHIP_HEAD = '"OrderNumber","TrackingNumber","ServiceType","VoidIndicator"\r\n'
LOOKS = 6  # every two seconds: more than the quiet time of a reply


@dataclass(frozen=True, kw_only=True, slots=True)
class Labeling:
    """The shop, its one label program and the work with it; the clock is turned by hand."""

    shop: Shop
    clock: ManualClock
    program: LabelProgram
    like: str
    work: LabelWork

    @property
    def requests(self) -> Path:
        return Path(self.program.request_folder)

    @property
    def replies(self) -> Path:
        return Path(self.program.reply_folder)

    def step(self, times: int = 1, seconds: float = 2.0) -> None:
        for _ in range(times):
            self.clock.turn(seconds)
            self.work.step()

    def asked(self) -> dict[str, bytes]:
        """The requests that lie there, by name."""
        return {path.name: path.read_bytes() for path in sorted(self.requests.glob("[!.]*.*"))}

    def take_requests(self) -> list[str]:
        """What a label program does: it takes its requests; their references."""
        found = []
        for name, data in self.asked().items():
            found.append(reference_in(self.like, data))
            (self.requests / name).unlink()
        return found

    def answer(self, answer: Mapping[str, str], name: str = "") -> Path:
        """The program writes a reply, in one go."""
        usual, write = REPLIES[self.like]
        path = self.replies / (name or usual)
        path.write_bytes(write(answer))
        return path

    def answered(self, answer: Mapping[str, str], name: str = "") -> Path:
        """The same, and it was read."""
        path = self.answer(answer, name)
        self.step(LOOKS)
        return path

    def parcels(self, order_id: str) -> list[LabeledParcel]:
        return self.shop.store.parcels.of_order(order_id)

    def notes(self) -> dict[str, str]:
        """The notes about the label program, by kind."""
        return {n.kind: n.words for n in self.shop.store.notes.all() if n.name == "labels"}

    def anew(self) -> "Labeling":
        """As after a restart."""
        return replace(self, work=LabelWork(self.shop))


def labeling(
    shop: Shop,
    clock: ManualClock,
    like: str = "generic-csv",
    complete: ShipComplete | None = None,
    **program: Any,
) -> Labeling:
    """A shop that asks such a label program."""
    one = a_label_program(shop.floor.path.parent / "labels", like, **program)
    stages = tuple(
        replace(stage, ask_label=one.name) if stage.key == "packed" else stage
        for stage in a_flow().stages
    )
    flow = replace(shop.flows[0], stages=stages, ship_complete=complete)
    asking = replace(shop, flows=[flow], labels=(one,))
    return Labeling(shop=asking, clock=clock, program=one, like=like, work=LabelWork(asking))


def jobs_on_floor(shop: Shop, items: int = 3, number: int = 1) -> list[Job]:
    """The jobs of an order of several items, in the first stage."""
    document = order_in(shop, number, items=items)
    fetch_all(shop)
    return shop.store.jobs.of_order(document.order_id)


def packed(bench: Labeling, jobs: list[Job]) -> None:
    """The jobs were dragged to `packed`, and can not be taken back any more."""
    for job in jobs:
        note(bench.shop, job, "packed")
    bench.clock.turn(UNDO)


def asked(bench: Labeling, *jobs: Job) -> None:
    """The jobs are packed, and the label program has taken their requests."""
    packed(bench, list(jobs))
    bench.step()
    bench.take_requests()


def labels_asked(
    shop: Shop, clock: ManualClock, like: str = "generic-csv", items: int = 3
) -> tuple[Labeling, list[Job]]:
    """A shop with such a program, which was asked for a label for each item of an order."""
    bench = labeling(shop, clock, like)
    jobs = jobs_on_floor(shop, items)
    asked(bench, *jobs)
    return bench, jobs


def codes(shop: Shop, jobs: list[Job]) -> list[str]:
    """The tracking of each job, empty where it has none."""
    return [again(shop, job).tracking for job in jobs]


def state(bench: Labeling, job: Job) -> tuple[ParcelState, str]:
    """Of the job's parcel, and the words to it."""
    parcel = bench.shop.store.parcels.of_job(job)
    assert parcel is not None
    return parcel.state, parcel.words
