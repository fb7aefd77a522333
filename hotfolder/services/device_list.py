"""How each device does, for those who ask from outside; and files given anew when a person asks."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotfolder.domain.device import Device
from hotfolder.domain.handover import AWAY, Handover, HandoverState
from hotfolder.domain.job import Job, JobState
from hotfolder.errors import FloorError, NotPossible
from hotfolder.files.device_folder import ASIDE, names_in
from hotfolder.services.shop import Shop
from hotfolder.store.own_moves import OwnMove

AGAIN = "asked for anew by a person"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceLine:
    """A device: files that wait for it, that it has, since when, how many of them for too long.

    `aside` counts what was set aside in its folders; `trouble` says why it can not be used.
    """

    device: Device
    waiting: int
    given: int
    oldest: datetime | None
    overdue: int
    aside: int
    trouble: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLine:
    """A file at a device, or on its way there or back."""

    handover: Handover
    order: str
    item: str
    overdue: bool


def device_lines(shop: Shop) -> list[DeviceLine]:
    """Every device in the order of the configuration."""
    return [_line(shop, device) for device in shop.devices]


def _line(shop: Shop, device: Device) -> DeviceLine:
    handovers = shop.store.handovers.open_at(device.name)
    has = [one for one in handovers if one.state in AWAY]
    trouble = ""
    try:
        names_in(Path(device.input))
    except FloorError as error:
        trouble = str(error)
    return DeviceLine(
        device=device,
        waiting=sum(one.state in (HandoverState.DUE, HandoverState.GIVING) for one in handovers),
        given=len(has),
        oldest=min((one.given_at for one in has if one.given_at), default=None),
        overdue=sum(_is_overdue(shop, one) for one in has),
        aside=sum(_aside(Path(folder)) for folder in device.result_folders()),
        trouble=trouble,
    )


def _is_overdue(shop: Shop, handover: Handover) -> bool:
    limit = handover.is_overdue_at
    return limit is not None and shop.clock.now() >= limit


def _aside(folder: Path) -> int:
    """How many were set aside there; each has a note beside it."""
    try:
        names = set(names_in(folder / ASIDE))
    except FloorError:
        return 0
    return sum(f"{name}.txt" in names for name in names)


def file_lines(shop: Shop) -> list[FileLine]:
    """What is at devices or waits for them, oldest first."""
    lines = []
    for handover in shop.store.handovers.open():
        job = shop.store.jobs.get(handover.job_id)
        order, item = (job.order_id, job.item_id) if job else ("", "")
        late = _is_overdue(shop, handover)
        lines.append(FileLine(handover=handover, order=order, item=item, overdue=late))
    return lines


def give_again(shop: Shop, job: Job) -> str:
    """What comes of giving a job to its devices anew, as a sentence.

    What they have of it still is taken back or, if they had begun, set aside when it comes. A held
    job goes back to the stage of the device. Raises NotPossible for a job that stands elsewhere.
    """
    stages = {device.stage for device in shop.devices}
    now = shop.clock.now()
    with shop.store.transaction():
        job = shop.store.jobs.get(job.id) or job
        if job.state is JobState.HELD and job.place and job.reached in stages:
            move = OwnMove(job_id=job.id, visit=job.moves, stage=job.reached, by="a person")
            shop.store.own_moves.plan(move)
            return f"its folder goes back to stage {job.reached} and is given anew"
        stands = job.state is JobState.FLOOR and job.place is not None
        if not stands or job.place is None or job.place.stage not in stages:
            listed = ", ".join(sorted(stages)) or "none"
            raise NotPossible(f"it is in no stage of a device (these are: {listed})")
        shop.store.own_moves.drop(job.id)
        shop.store.handovers.recall(job, now, AGAIN)
    return "it is given anew"
