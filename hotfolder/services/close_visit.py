"""All that devices had of a job has come to an end: the job goes on, or to hold."""

from collections.abc import Mapping

from hotfolder.domain.device import Device
from hotfolder.domain.handover import Handover, HandoverState, stands
from hotfolder.domain.job import Job
from hotfolder.formats.why_text import device_text
from hotfolder.services.hand_over import ordered
from hotfolder.services.shop import Shop
from hotfolder.store.own_moves import OwnMove


def close_visit(shop: Shop, handover: Handover) -> None:
    """A job goes on when all of it is done, and to hold as soon as something failed.

    Belongs into the transaction that ends the handover, or says that its results are put away;
    before that nothing happens. The move itself comes later.
    """
    job = shop.store.jobs.get(handover.job_id)
    devices: Mapping[str, Device] = {device.name: device for device in shop.devices}
    device = devices.get(handover.device)
    if job is None or device is None or not stands(job, handover, device.stage):
        return
    all_of_it = shop.store.handovers.of_visit(handover.job_id, handover.visit)
    failed = [one for one in all_of_it if one.state is HandoverState.FAILED]
    if failed:
        if not any(one.results_due for one in failed):
            first = failed[0]
            shop.store.own_moves.plan(_to_hold(shop, job, first, devices.get(first.device, device)))
        return
    done = all(one.state is HandoverState.DONE and not one.results_due for one in all_of_it)
    target = next((devices[one.device].on_done for one in all_of_it if one.device in devices), "")
    if done and target:
        by = f"the device {device.name}"
        shop.store.own_moves.plan(OwnMove(job_id=job.id, visit=job.moves, stage=target, by=by))


def _to_hold(shop: Shop, job: Job, failed: Handover, device: Device) -> OwnMove:
    file = failed.source or "the job folder"
    found = ordered(shop, job)
    told = f"{file}: {failed.words}"
    return OwnMove(
        job_id=job.id,
        visit=job.moves,
        stage=device.on_failed,
        by=f"the device {device.name}",
        words=f"the device {device.name} could not make {file}: {failed.words}",
        note=device_text(device.name, told, found[1], found[0]) if found else "",
    )
