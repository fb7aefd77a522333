"""Label programs are asked for labels: one request for each parcel, once.

A request lies hidden beside its place before the store says that it was asked for, and appears
after that: so a kill in between neither loses nor repeats it.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.job import Job, JobState, newest
from hotfolder.domain.label import (
    LabeledParcel,
    ParcelState,
    expected_by,
)
from hotfolder.domain.label_form import LabelProgram, Per
from hotfolder.domain.label_request import file_name, label_request
from hotfolder.errors import FloorError
from hotfolder.files.appear import appear, forget_hidden, write_hidden
from hotfolder.formats.drop_file import drop_file
from hotfolder.services.gather_parcels import gather_parcels, jobs_of_parcel, order_of
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line


def ask_labels(shop: Shop) -> dict[str, str]:
    """Ask for what is to be asked for now; by label program, why its folder can not be used."""
    troubles: dict[str, str] = {}
    for program in shop.labels:
        standing = gather_parcels(shop, program)
        waiting = [
            parcel
            for parcel in shop.store.parcels.in_states([ParcelState.WAITING])
            if parcel.program == program.name
        ]
        for parcel in waiting:
            try:
                _mind(shop, program, parcel, standing)
            except FloorError as error:  # of this one's file, it may be; the others go on
                troubles.setdefault(program.name, str(error))
        if stuck := _finish(shop, program):
            troubles.setdefault(program.name, stuck)
    return troubles


def _finish(shop: Shop, program: LabelProgram) -> str:
    """Requests that were promised appear. Why one of them can not yet, or empty."""
    trouble = ""
    for parcel in shop.store.parcels.to_rename():
        if parcel.program != program.name:
            continue
        try:
            appear(Path(program.request_folder) / parcel.file)
        except FloorError as error:
            trouble = str(error)
            continue
        with shop.store.transaction():
            now = shop.store.parcels.get(parcel.id)
            if now is not None:
                shop.store.parcels.keep(replace(now, rename_due=False))
    return trouble


def _mind(
    shop: Shop, program: LabelProgram, parcel: LabeledParcel, standing: Collection[int]
) -> None:
    """Ask for a waiting parcel, unless it waits for more or nothing of it is there any more."""
    jobs = jobs_of_parcel(shop, parcel)
    here = [job for job in jobs if job.id in standing]
    if not here and parcel.former:
        return  # asked again: its codes that do not count any more are remembered
    if len(here) < len(jobs):  # dragged back before it was asked for, canceled, or given a code
        with shop.store.transaction():
            for job in jobs:
                if job.id not in standing:
                    shop.store.parcels.take_out(job.id)
            if not here:
                shop.store.parcels.drop(parcel)
        return
    now = shop.clock.now()
    missing = _missing(shop, program, parcel, jobs)
    patience = timedelta(hours=program.wait_hours)
    if missing and now < parcel.since + patience:
        return
    notes = []
    if missing:
        notes.append(f"asked without {', '.join(missing)}, after {program.wait_hours:g} hours")
    _ask(shop, program, parcel, jobs, notes)


def _missing(
    shop: Shop, program: LabelProgram, parcel: LabeledParcel, jobs: Iterable[Job]
) -> list[str]:
    """The other items of the order that belong into this parcel and are not there yet."""
    if program.parcel is Per.ITEM:
        return []
    here = {job.item_id for job in jobs}
    flows = {flow.name: flow.label_stage for flow in shop.flows}
    others = []
    for job in newest(shop.store.jobs.of_order(parcel.order_id)).values():
        stage = flows.get(job.flow)
        asks_here = stage is not None and stage.ask_label == program.name
        gone = job.state in (JobState.CANCELED, JobState.DONE)
        if job.item_id in here or not asks_here or gone or job.tracking:
            continue
        found = shop.store.parcels.of_job(job)
        if found is None or found.id == parcel.id:
            others.append(job.item_id)
    return others


def _ask(
    shop: Shop,
    program: LabelProgram,
    parcel: LabeledParcel,
    jobs: Collection[Job],
    notes: list[str],
) -> None:
    """Write the request, or hold the parcel where it can not be written. Raises FloorError."""
    now = shop.clock.now()
    local = now.astimezone(shop.day.zone)  # the program is told and asked by the clock of the shop
    order = order_of(shop, parcel.order_id)
    if order is None:
        return
    items = [job.item_id for job in jobs]
    request = label_request(program, order, items, parcel.reference, local)
    drop = drop_file(request, program.request)
    if troubles := (*request.troubles, *drop.troubles):
        _keep(shop, replace(parcel, state=ParcelState.HELD, words="; ".join(troubles)), jobs, now)
        return
    name = file_name(program.request.file, request.values)
    path = Path(program.request_folder) / name
    _name(shop, parcel, path)
    write_hidden(path, drop.data)
    asked = replace(
        parcel,
        state=ParcelState.ASKED,
        file=name,
        rename_due=True,
        asked_at=now,
        expected_by=expected_by(local, program.expect_minutes, program.replies_after),
        words="; ".join((*notes, *drop.notes)),
    )
    if not _keep(shop, asked, jobs, now):
        forget_hidden(path)


def _name(shop: Shop, parcel: LabeledParcel, path: Path) -> None:
    """The name is known before anything lies there, so that nothing is left of a try cut off."""
    if parcel.file == path.name:
        return
    if parcel.file:
        forget_hidden(path.with_name(parcel.file))
    with shop.store.passing_transaction():
        shop.store.parcels.keep(replace(parcel, file=path.name))


def _keep(shop: Shop, parcel: LabeledParcel, jobs: Iterable[Job], now: datetime) -> bool:
    """False when the parcel does not wait any more: somebody was first."""
    held = parcel.state is ParcelState.HELD
    detail: dict[str, object] = {"program": parcel.program, "reference": parcel.reference}
    detail |= {"words": parcel.words} if held else {"file": parcel.file, "notes": parcel.words}
    action = Action.LABEL_HELD if held else Action.LABEL_ASKED
    with shop.store.transaction():
        known = shop.store.parcels.get(parcel.id)
        if known is None or known.state is not ParcelState.WAITING:
            return False
        shop.store.parcels.keep(parcel)
        shop.store.journal.write(
            Line(at=now, order_id=job.order_id, item_id=job.item_id, action=action, detail=detail)
            for job in jobs
        )
    words = "label held" if held else "label asked for"
    logger.bind(order=parcel.order_id, parcel=parcel.reference).info(words)
    return True
