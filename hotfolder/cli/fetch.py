"""hotfolder fetch: get the files of a job again."""

import sys
import time
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from hotfolder.cli.common import config_option, load, say, shown, told
from hotfolder.domain.job import Job, JobState
from hotfolder.files.lock import told_by_holder
from hotfolder.services.fetch_files import fetch_again
from hotfolder.services.fetch_progress import fetch_progress
from hotfolder.services.jobs_meant import jobs_of
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop, lock_paths

LOOK_SECONDS = 0.2


@click.command
@click.argument("order")
@click.argument("item")
@config_option
def fetch(config: Path, order: str, item: str) -> None:
    """Fetch the files of a job on hold or still without them; it goes on with them as ordered."""
    loaded = load(config)
    with told():
        shop = build_shop(loaded)
        [job] = jobs_of(shop, order, item)
        fetch_again(shop, job)
        say("the files are fetched again")
        if told_by_holder(lock_paths(loaded)[0]) is None:
            say("as soon as the daemon runs: it does not now")
        elif sys.stdout.isatty():
            say(_outcome(_follow(shop, job)))


def _follow(shop: Shop, job: Job) -> Job:
    """The job once it waits for its files no more; a bar shows how far they are until then."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
    )
    with Progress(*columns) as bar:
        task = bar.add_task(job.item_id, total=None)
        trouble = ""
        while True:
            now = shop.store.jobs.get(job.id) or job
            found = fetch_progress(shop, now)
            if found is None:
                return now
            bar.update(task, completed=found.here, total=found.whole)
            if found.trouble not in ("", trouble):
                trouble = found.trouble
                bar.print(shown(trouble), markup=False)
            time.sleep(LOOK_SECONDS)


def _outcome(job: Job) -> str:
    if job.state is JobState.HELD:
        return f"on hold again: {job.reason}"
    stage = job.place.stage if job.place else job.state.value
    return f"the files are as ordered, the job is in stage {stage}"
