"""Jobs that stand at a device are given to it: each file once, whole, and back if they leave."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.conditions import work_of
from hotfolder.domain.device import Device, Gives, Wanted, share_out
from hotfolder.domain.handover import (
    WHOLE_FOLDER,
    Handover,
    HandoverState,
    given_name,
    stands,
)
from hotfolder.domain.job import Job
from hotfolder.domain.order import Item, Order
from hotfolder.domain.ticket import TICKET_NAME, file_names
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.device_folder import names_in, seat_of
from hotfolder.files.handing import Changing, Hatch
from hotfolder.formats import ticket_json
from hotfolder.formats.order_record import order_from_data
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line

GoOn = Callable[[], None]
NOT_HERE = "its job is not in the stage of the device any more"
IN_DOUBT = "is in doubt after a restore: first say what was sent of it (hotfolder doubts)"
TOO_LATE = "the device had taken it already: what it still makes of it is set aside"


def share_jobs(shop: Shop, stage: str) -> dict[str, str]:
    """Decide which device gets what of the jobs that have come to a stage.

    Comes back with the jobs that no device takes: their name, and why in words.
    """
    devices = [device for device in shop.devices if device.stage == stage]
    left = {}
    for job in shop.store.handovers.new_in(stage):
        if job.doubt_since:  # it may be printed already
            left[f"{job.order_id} {job.item_id}"] = IN_DOUBT
            continue
        shares = _shares(shop, devices, job)
        if shares:
            _write(shop, job, shares)
        else:
            names = ", ".join(device.name for device in devices)
            words = f"waits in stage {stage}: no device there takes it or a file of it ({names})"
            left[f"{job.order_id} {job.item_id}"] = words
    return left


@dataclass(frozen=True, kw_only=True, slots=True)
class _Share:
    device: Device
    source: str
    name: Callable[[int], str]


def _shares(shop: Shop, devices: Sequence[Device], job: Job) -> list[_Share]:
    found = ordered(shop, job)
    if found is None:
        return []
    order, item = found
    names = file_names(item, order.files)
    wanted = [
        Wanted(name=name, kind=file.type, of_item=any(file is one for one in item.files))
        for name, file in names.items()
    ]
    work = work_of(order, item, job.mode, job.interface)
    shared = share_out(devices, work, wanted, shop.store.handovers.waiting())
    return [_share(order, item, *one) for one in shared]


def _share(order: Order, item: Item, device: Device, source: str, kind: str) -> _Share:
    ending = source.rpartition(".")[2] if source else ""

    def name(number: int) -> str:
        of = kind or WHOLE_FOLDER
        return given_name(device.file_name, number, order, item, of, ending)

    return _Share(device=device, source=source, name=name)


def ordered(shop: Shop, job: Job) -> tuple[Order, Item] | None:
    """The order of a job and its item, as they were taken in."""
    taken = shop.store.orders.get(job.order_id)
    order = order_from_data(json.loads(taken.record)) if taken else None
    item = next((one for one in order.items if one.id == job.item_id), None) if order else None
    return (order, item) if order and item else None


def _write(shop: Shop, job: Job, shares: Sequence[_Share]) -> None:
    now = shop.clock.now()
    with shop.store.transaction():
        known = shop.store.jobs.get(job.id)
        if known is None or (known.moves, known.state) != (job.moves, job.state):
            return
        for share in shares:
            number = shop.store.handovers.add(job, share.device.name, share.source, now)
            shop.store.handovers.name(number, share.name(number))


def hand_over(shop: Shop, device: Device, handover: Handover, go_on: GoOn) -> str:
    """Take one handover as far as it goes now: given, or back if its job has left the stage.

    Why the job's file can not be given ever, in words; empty when nothing is wrong with it. May be
    cut off anywhere and repeated. Raises FloorError while a folder can not be used.
    """
    job = shop.store.jobs.get(handover.job_id)
    hatch = Hatch(Path(device.folder), Path(device.input), handover.token)
    if handover.state is HandoverState.RECALLED or not stands(job, handover, device.stage):
        _take_back(shop, device, handover, hatch)
        return ""
    if handover.state is HandoverState.DUE and job is not None:
        return _give(shop, device, handover, job, hatch, go_on)
    if handover.state is HandoverState.GIVING:
        if seat_of(Path(device.input)) != handover.seat:
            raise FloorError(
                f"{device.input} is not the folder that {handover.name} was to be put into when"
                " Hotfolder was cut off: is its share mounted?"
            )
        _enter(shop, device, handover, hatch)
    return ""


def _give(
    shop: Shop, device: Device, handover: Handover, job: Job, hatch: Hatch, go_on: GoOn
) -> str:
    if job.place is None or not is_there(shop, job):
        return ""
    folder = shop.floor.job_path(job.place.stage, job.place.folder)
    if handover.source and not (folder / handover.source).is_file():
        missing = f"its file {handover.source} is not in the job folder"
        return missing if is_there(shop, job) else ""
    if handover.name in names_in(Path(device.input)):
        return f"{handover.name} is in its input already, from an earlier time: remove it there"
    try:
        hatch.clear()
        _make_ready(device, handover, folder, hatch, go_on)
    except Changing:
        return ""
    if not is_there(shop, job):
        return ""
    seat, now = seat_of(Path(device.input)), shop.clock.now()
    with shop.store.transaction():
        is_ours = stands(shop.store.jobs.get(job.id), handover, device.stage)
        is_ours = is_ours and shop.store.handovers.giving(handover, now, seat)
    if is_ours:
        # from here on what lies ready tells whether it was renamed
        _enter(shop, device, replace(handover, state=HandoverState.GIVING, seat=seat), hatch)
    return ""


def is_there(shop: Shop, job: Job) -> bool:
    """False when its folder was moved and that is not noted yet. Raises FloorError."""
    place, floor = job.place, shop.floor
    if place is None:
        return False
    floor.check_marker(place.stage)
    inode = floor.inode(place.stage, place.folder)
    if inode is None or place.inode:
        return inode == place.inode
    # folders have no lasting number there
    try:
        text = floor.ticket_text(place.stage, place.folder) or ""
        return ticket_json.read(text).ticket_id == job.ticket_id
    except NotUnderstood:
        return False


def _make_ready(
    device: Device, handover: Handover, folder: Path, hatch: Hatch, go_on: GoOn
) -> None:
    if device.gives is Gives.JOB_FOLDER:
        hatch.put_folder(folder, handover.name, device.result_folder, go_on)
    else:
        hatch.put_file(folder / handover.source, handover.name, go_on)
    for beside in names_given(device, handover)[1:]:
        hatch.put_file(folder / TICKET_NAME, beside, go_on)
    hatch.seal()


def names_given(device: Device, handover: Handover) -> list[str]:
    """What of a handover lies in the input, itself first."""
    beside = [f"{handover.names()['stem']}.json"] if device.gives is Gives.PDF_AND_TICKET else []
    return [handover.name, *beside]


def tidy_input(device: Device, handover: Handover) -> None:
    """A ticket that the device did not take is in its input no more. Raises FloorError."""
    beside = names_given(device, handover)[1:]
    if beside:
        Hatch(Path(device.folder), Path(device.input), handover.token).take_back(beside)


def _enter(shop: Shop, device: Device, handover: Handover, hatch: Hatch) -> None:
    if hatch.is_ready():
        hatch.enter(handover.name)
    now = shop.clock.now()
    with shop.store.transaction():
        if shop.store.handovers.given(handover, now, now + device.limit):
            write_line(shop, handover, Action.DEVICE_GIVEN)
    logger.bind(device=device.name).info("given to device: {}", handover.name)


def _take_back(shop: Shop, device: Device, handover: Handover, hatch: Hatch) -> None:
    was_there = handover.state is not HandoverState.DUE
    untouched = hatch.take_back(names_given(device, handover))
    late = was_there and not untouched and handover.given_at is not None
    words = "; ".join(
        part for part in (handover.words or NOT_HERE, TOO_LATE if late else "") if part
    )
    now = shop.clock.now()
    with shop.store.transaction():
        if shop.store.handovers.change(handover, HandoverState.WITHDRAWN, now, words) and was_there:
            write_line(shop, handover, Action.DEVICE_BACK, words)
    if was_there:
        logger.bind(device=device.name).info("taken back from device: {}", handover.name)


def write_line(shop: Shop, handover: Handover, action: Action, words: str = "") -> None:
    """What happened to a handover, in the journal; belongs into the transaction that does it."""
    job = shop.store.jobs.get(handover.job_id)
    if job is None:
        return
    detail = {
        "device": handover.device,
        "file": handover.source,
        "name": handover.name,
        "words": words,
    }
    line = Line(
        at=shop.clock.now(),
        order_id=job.order_id,
        item_id=job.item_id,
        action=action,
        detail={name: value for name, value in detail.items() if value},
    )
    shop.store.journal.write([line])
