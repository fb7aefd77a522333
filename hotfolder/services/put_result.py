"""A result of a device goes where its profile says: into the job folder, or into an archive."""

from collections.abc import Callable
from pathlib import Path

from hotfolder.domain.device import Device, ResultGoes
from hotfolder.domain.handover import Handover, numbers_in
from hotfolder.errors import FloorError
from hotfolder.files.device_folder import names_in
from hotfolder.files.handing import bring
from hotfolder.services.hand_over import is_there
from hotfolder.services.shop import Shop

GoOn = Callable[[], None]
EARLIER = "earlier"


def put_result(shop: Shop, device: Device, handover: Handover, path: Path, go_on: GoOn) -> bool:
    """Bring it there; may be cut off and repeated. False when its job folder is nowhere any more.

    Raises FloorError.
    """
    if device.result is ResultGoes.ARCHIVE:
        month = f"{shop.clock.now():%Y-%m}"
        bring(path, Path(device.archive) / month, go_on)
        return True
    target = _result_folder(shop, device, handover, go_on)
    if target is None:
        return False
    bring(path, target, go_on)
    return True


def _result_folder(shop: Shop, device: Device, handover: Handover, go_on: GoOn) -> Path | None:
    """The folder in the job folder; None when the job is not on the floor any more.

    What lies there of earlier visits is put apart, or this when it is earlier itself. Raises
    FloorError when the job was moved, and the round has not noted that yet.
    """
    job = shop.store.jobs.get(handover.job_id)
    if job is None or job.place is None:
        return None
    folder = shop.floor.job_path(job.place.stage, job.place.folder)
    if not is_there(shop, job):
        raise FloorError(f"{folder} is not there: its results wait until it is seen")
    target = folder / device.result_folder
    visit = shop.store.handovers.of_visit(handover.job_id, handover.visit)
    numbers = {one.id for one in visit} | {handover.id}
    for name in names_in(target) if target.is_dir() else ():
        found = numbers_in(name)
        if found and min(found) > max(numbers):
            return target / EARLIER
        if found and max(found) < min(numbers):
            bring(target / name, target / EARLIER, go_on)
    return target
