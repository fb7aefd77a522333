"""A shop with an archive, and jobs that are finished."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hotfolder.domain.job import Job
from hotfolder.domain.retention import ArchiveForm, Keep
from hotfolder.files.archive_place import ArchivePlace
from hotfolder.files.contents import RECORD_NAME
from hotfolder.services.archive_jobs import Archive, Archiving
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.steps import again, folder_of, job_on_floor, note, send_all

AFTER = timedelta(days=30)
DAY = 24 * 3600.0
PARCEL = Parcel(tracking="JD1", shipping_option="dhl")


def an_archive(path: Path, form: ArchiveForm = ArchiveForm.ZIP) -> Archive:
    """Prepared, as `hotfolder prepare` does it."""
    place = ArchivePlace(path, "floor-of-the-tests")
    place.prepare()
    return Archive(keep=Keep(after=AFTER, form=form), place=place)


def finished_job(shop: Shop, clock: ManualClock, number: int = 1) -> Job:
    """A job in its last stage whose every signal was delivered."""
    job = job_on_floor(shop, number)
    note(shop, job, "shipped")
    give_tracking(shop, again(shop, job), PARCEL)
    clock.turn(60)
    send_all(shop)
    return again(shop, job)


def archive_all(
    shop: Shop, archive: Archive, step: Callable[[str], None] = lambda _: None
) -> list[Path]:
    """What one run of a new daemon archives."""
    return Archiving(shop, archive, step).run()


def archived_path(shop: Shop, job: Job) -> Path | None:
    """Where the journal says that the archive of the job lies."""
    found = [
        line.detail["path"]
        for line in shop.store.journal.of_order(job.order_id)
        if line.action == "job archived"
    ]
    assert len(found) <= 1
    return Path(found[0]) if found else None


def files_below(folder: Path) -> dict[str, str]:
    """Each file below a folder with its SHA-256."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def files_in(archive: Path) -> dict[str, str]:
    """Each file of an archived job with its SHA-256, the record left out."""
    if archive.is_dir():
        found = files_below(archive)
    else:
        with zipfile.ZipFile(archive) as file:
            assert file.testzip() is None
            found = {
                name: hashlib.sha256(file.read(name)).hexdigest()
                for name in file.namelist()
                if not name.endswith("/")
            }
    assert found.pop(RECORD_NAME)
    return found


def record_of(archive: Path) -> dict[str, Any]:
    if archive.is_dir():
        text = (archive / RECORD_NAME).read_bytes()
    else:
        with zipfile.ZipFile(archive) as file:
            text = file.read(RECORD_NAME)
    found: dict[str, Any] = json.loads(text)
    return found


def whereabouts(shop: Shop, archive: Archive, job: Job, name: str) -> list[Path]:
    """Every place where the job's folder, or a finished archive of it, lies now."""
    places = [shop.floor.job_path(stage, name) for stage in shop.floor.stages]
    places += [shop.spool.path / f"archive-{job.id}"]
    months = sorted(archive.place.path.glob("*/*"))
    places += [path for path in months if path.name.startswith(name)]
    return [path for path in places if path.exists()]


def name_of(shop: Shop, job: Job) -> str:
    return folder_of(shop, job).name
