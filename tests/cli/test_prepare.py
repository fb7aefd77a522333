"""hotfolder prepare: makes what is missing on the floor, and touches nothing else."""

import shutil
from pathlib import Path

from hotfolder.config.check import Loaded
from tests.cli.conftest import Call
from tests.cli.shop_files import everything


def test_prepare_makes_what_check_misses_and_says_so(
    call: Call, config: Path, loaded: Loaded
) -> None:
    shutil.rmtree(loaded.floor_path)
    assert call("check", "--config", config).code == 4

    made = call("prepare", "--config", config)

    assert made.code == 0
    paths = [line.rpartition("/floor/")[2] for line in made.out.splitlines()]
    assert [path for path in paths if "/" not in path] == [
        "10-new",
        "20-print",
        "30-produced",
        "40-packed",
        "50-shipped",
        "90-hold",
        "91-delayed",
        "92-canceled",
        "99-archive",
    ]
    assert sum(path.startswith("91-delayed/") for path in paths) == 4
    assert sum(path.startswith("92-canceled/Cancel") for path in paths) == 21
    assert call("check", "--config", config).code == 0
    assert call("prepare", "--config", config).out == "every stage folder is there\n"


def test_prepare_leaves_jobs_and_markers_alone(call: Call, config: Path, loaded: Loaded) -> None:
    job = loaded.floor_path / "20-print" / "a job"
    job.mkdir()
    (job / "job-ticket.json").write_text("{}")
    before = everything(loaded.floor_path)

    call("prepare", "--config", config)

    assert everything(loaded.floor_path) == before


def test_prepare_that_can_not_make_a_folder_says_which(
    call: Call, config: Path, loaded: Loaded
) -> None:
    shutil.rmtree(loaded.floor_path / "20-print")
    (loaded.floor_path / "20-print").write_text("in the way")

    done = call("prepare", "--config", config)
    assert done.code == 4
    assert "20-print" in done.err
