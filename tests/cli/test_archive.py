"""hotfolder archive: a preview that changes nothing, and --now for what is due."""

from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.config.check import Loaded, load_shop
from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from hotfolder.shopfront import build_archive, database_path
from tests.cli.conftest import Call, quiet
from tests.fakes import RecordingSender
from tests.processes import line_of, other_process
from tests.services.archiving import files_in
from tests.steps import again, fetch_all, folder_of, look_up, order_in, send_all, the_job

HOLD = (
    "import sys\nfrom pathlib import Path\nfrom hotfolder.files.lock import Lock\n"
    "lock = Lock.take(Path(sys.argv[1]), '{}')\nprint('held', flush=True)\ninput()\n"
)


@pytest.fixture
def config(config: Path, call: Call) -> Path:
    """A shop whose finished jobs are archived after 30 days."""
    text = config.read_text()
    assert "after_days: 0" in text
    config.write_text(text.replace("after_days: 0", "after_days: 30"))
    assert "archive" in call("prepare", "--config", config).out
    return config


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return quiet(shop, RecordingSender())


def canceled(shop: Shop, loaded: Loaded, number: int, days: float) -> Job:
    """A job that was canceled so many days ago."""
    job = the_job(shop, order_in(shop, number).order_id)
    fetch_all(shop)
    send_all(shop)
    cancel(shop, again(shop, job), "CancelMiscError", "no paper")
    send_all(shop)
    ago = int(timedelta(days=days) / timedelta(microseconds=1))
    database = database_path(loaded)
    look_up(database, "UPDATE job SET since = since - ? WHERE id = ?", ago, job.id)
    look_up(
        database, "UPDATE outbox SET accepted_at = accepted_at - ? WHERE job_id = ?", ago, job.id
    )
    return again(shop, job)


def test_the_preview_tells_what_goes_when_how_large_and_where_and_changes_nothing(
    call: Call, config: Path, loaded: Loaded, shop: Shop
) -> None:
    due, soon, _late = (canceled(shop, loaded, n, d) for n, d in ((1, 31), (2, 28), (3, 1)))
    folder = folder_of(shop, due)
    with (folder_of(shop, soon) / "more").open("wb") as file:
        file.write(b"x" * 3_000_000)
        told = call("archive", "--json", "--config", config).data
        words = call("archive", "--config", config)

    first, second = told["jobs"]
    assert (told["after_days"], told["form"], told["trouble"]) == (30, "zip", None)
    assert (first["order"], first["due"], first["in_the_way"]) == (due.order_id, True, None)
    assert first["folder"] == str(folder)
    assert first["size"] == sum(path.stat().st_size for path in folder.iterdir())
    assert first["target"] == f"{told['path']}/{due.since:%Y-%m}/{folder.name}.zip"
    assert (second["order"], second["due"]) == (soon.order_id, False)
    assert second["in_the_way"] == "a file in it is open for writing"
    assert second["size"] > 3_000_000
    assert words.code == 0
    assert "1 job" in words.out.splitlines()[-1]
    assert "1 job (2.9 MiB) within 7 days" in words.out.splitlines()[-1]
    assert folder.is_dir()


def test_now_archives_what_is_due_and_says_so(
    call: Call, config: Path, loaded: Loaded, shop: Shop
) -> None:
    job = canceled(shop, loaded, 1, 31)
    folder = folder_of(shop, job)
    done = call("archive", "--now", "--config", config)

    assert done.code == 0, done.err
    path = Path(done.out.strip().partition("archived and checked: ")[2])
    assert "job-ticket.json" in files_in(path)
    assert not folder.exists()
    again_done = call("archive", "--now", "--config", config)
    assert (again_done.code, again_done.out) == (0, "nothing is due\n")
    assert "archived" in call("order", job.order_id, "--config", config).out


def test_now_is_refused_while_the_daemon_runs_which_does_it_itself(
    call: Call, config: Path, loaded: Loaded
) -> None:
    with other_process(HOLD, loaded.state_path / "hotfolder.lock") as daemon:
        assert line_of(daemon) == "held"
        done = call("archive", "--now", "--config", config)
        assert call("archive", "--config", config).code == 0

    assert done.code == 5
    assert "it archives by itself" in done.err


def test_what_can_not_be_archived_is_told_and_shown_in_status(
    call: Call, config: Path, loaded: Loaded, shop: Shop
) -> None:
    job = canceled(shop, loaded, 1, 31)
    (config.parent / "archive" / ".hotfolder-archive").unlink()
    assert "is its disk or share mounted?" in call("archive", "--config", config).out
    assert "make it with `hotfolder prepare`" in call("check", "--config", config).err

    done = call("archive", "--now", "--config", config)
    assert done.code == 1
    assert "NOT archived" in done.out
    assert "is its disk or share mounted?" in call("status", "--config", config).out
    assert folder_of(shop, job).is_dir()


def test_a_shop_that_archives_nothing_is_told_so(call: Call, config: Path, loaded: Loaded) -> None:
    config.write_text(config.read_text().replace("after_days: 30", "after_days: 0"))
    done = call("archive", "--config", config)
    assert (done.code, done.out[:32]) == (0, "archive.after_days is 0: no job ")
    assert call("archive", "--now", "--config", config).code == 1
    assert build_archive(load_shop(config, {})).keep.after is None
    assert call("archive", "--json", "--config", config).data["jobs"] == []
