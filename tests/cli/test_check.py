"""hotfolder check: every mistake at once with its line, then the world; nothing is changed."""

import shutil
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hotfolder.config.check import Loaded
from hotfolder.daemon import take_locks
from hotfolder.shopfront import build_floor
from tests.cli.conftest import Call


def change(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text)


def line_of(path: Path, text: str) -> int:
    return next(
        number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line
    )


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_shop_in_order_is_told_so(call: Call, config: Path) -> None:
    done = call("check", "--config", config)

    assert (done.code, done.err) == (0, "")
    assert "34 stage folders" in done.out  # five of the flow, four beside it, 25 in these


def test_five_different_mistakes_are_named_at_once_each_with_its_line(
    call: Call, config: Path
) -> None:
    flow = config.parent / "flows" / "default.yaml"
    change(
        config,
        ("  port: 0", "  port: 99999"),
        ("  look_every_seconds: 5", "  look_evry_seconds: 5"),
        ("  bundle_limit: 50", "  bundle_limit: many"),
    )
    change(
        flow, ("signal: ItemPacked", "signal: ItemPackt"), ("folder: 20-print", "folder: ../print")
    )

    done = call("check", "--config", config)

    assert done.code == 2
    for path, text, key in (
        (config, "port: 99999", "intake.port"),
        (config, "look_evry_seconds", "floor.look_evry_seconds"),
        (config, "bundle_limit: many", "signals.bundle_limit"),
        (flow, "ItemPackt", "stages.3.signal"),
        (flow, "../print", "stages.1.folder"),
    ):
        place = f"{path.name}:{line_of(path, text)}"
        found = [line for line in done.err.splitlines() if place in line]
        assert found, f"{place} is not among\n{done.err}"
        assert key.rpartition(".")[2] in found[0]
    assert "Traceback" not in done.err


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "\x00", "shop: {name: 1, name: 2}"])
def test_a_file_that_is_no_configuration_is_told_in_words(
    call: Call, config: Path, text: str
) -> None:
    config.write_text(text)

    done = call("check", "--config", config)
    assert done.code == 2
    assert str(config.name) in done.err


def test_a_configuration_that_is_not_there_is_named(call: Call, tmp_path: Path) -> None:
    done = call("check", "--config", tmp_path / "none.yaml")

    assert done.code == 2
    assert str(tmp_path / "none.yaml") in done.err


def test_no_key_is_shown_whatever_is_wrong(call: Call, config: Path) -> None:
    secret = "5ec3e7" * 5
    change(config, ("key: aaaaaaaaaaaaaaaaaaaaaaaaaaaa0001", f"key: [{secret}]"))

    done = call("check", "--config", config)
    assert done.code == 2
    assert secret not in done.out + done.err


def test_a_stage_without_its_marker_is_a_problem_of_the_floor(
    call: Call, config: Path, loaded: Loaded
) -> None:
    (loaded.floor_path / "20-print" / ".hotfolder-stage").unlink()
    shutil.rmtree(loaded.floor_path / "30-produced")
    before = everything(config.parent)

    done = call("check", "--config", config)

    assert done.code == 4
    assert "stage print" in done.err
    assert "no marker file" in done.err
    assert "stage produced" in done.err
    assert "is not there" in done.err
    assert "hotfolder prepare" in done.err
    assert everything(config.parent) == before


def test_a_stage_of_another_floor_is_a_problem_of_the_floor(
    call: Call, config: Path, tmp_path: Path, loaded: Loaded
) -> None:
    call("init", tmp_path / "other")
    shutil.rmtree(loaded.floor_path / "20-print")
    shutil.copytree(tmp_path / "other" / "floor" / "20-print", loaded.floor_path / "20-print")

    done = call("check", "--config", config)
    assert done.code == 4
    assert "another floor" in done.err


def test_a_spool_that_is_missing_is_a_problem_of_the_floor(
    call: Call, config: Path, loaded: Loaded
) -> None:
    loaded.spool_path.rmdir()

    done = call("check", "--config", config)
    assert done.code == 4
    assert "floor.spool" in done.err


def test_a_port_in_use_is_named(call: Call, config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        change(config, ("  port: 0", f"  port: {port}"))
        done = call("check", "--config", config)

    assert done.code == 1
    assert f"intake.port: port {port} of 127.0.0.1" in done.err
    assert call("check", "--config", config).code == 0


def test_the_port_of_our_own_running_daemon_is_no_problem(
    call: Call, config: Path, loaded: Loaded
) -> None:
    locks = take_locks(loaded)
    try:
        with socket.create_server(("127.0.0.1", 0)) as ours:
            change(config, ("  port: 0", f"  port: {ours.getsockname()[1]}"))
            assert call("check", "--config", config).code == 0
    finally:
        for lock in locks:
            lock.release()


def test_a_broken_database_is_a_problem_of_the_store(
    call: Call, config: Path, loaded: Loaded
) -> None:
    database = loaded.state_path / "hotfolder.sqlite"
    database.write_bytes(b"this is no database" * 100)
    before = database.read_bytes()

    done = call("check", "--config", config)

    assert done.code == 3
    assert "state.path" in done.err
    assert "not a database" in done.err
    assert database.read_bytes() == before


def test_a_database_that_is_not_made_yet_is_no_problem_and_is_not_made(
    call: Call, config: Path, loaded: Loaded
) -> None:
    shutil.rmtree(loaded.state_path)

    assert call("check", "--config", config).code == 0
    assert not loaded.state_path.exists()


def test_problems_of_floor_store_and_port_are_all_told(
    call: Call, config: Path, loaded: Loaded
) -> None:
    (loaded.floor_path / "20-print" / ".hotfolder-stage").unlink()
    (loaded.state_path / "hotfolder.sqlite").write_bytes(b"x" * 4096)
    with socket.create_server(("127.0.0.1", 0)) as other:
        change(config, ("  port: 0", f"  port: {other.getsockname()[1]}"))
        done = call("check", "--config", config)

    assert done.code == 4
    assert [word in done.err for word in ("stage print", "state.path", "intake.port")] == [True] * 3


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


def test_a_folder_that_is_away_is_told_once_and_not_for_each_folder_in_it(
    call: Call, config: Path, loaded: Loaded
) -> None:
    def told() -> list[str]:
        found = call("check", "--config", config).err.splitlines()
        return [line.partition(":")[0] for line in found if line[0] != " "]

    shutil.rmtree(loaded.floor_path / "92-canceled")
    assert told() == ["stage canceled"]
    loaded.floor_path.rename(loaded.floor_path.with_name("away"))
    assert told() == ["floor.path", "floor.spool"]


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


def test_mistakes_in_a_template_of_its_own_are_named_with_the_file(
    call: Call, config: Path
) -> None:
    template = config.parent / "docket.yaml"
    template.write_text("page: A5\nelements:\n  - {kind: text, at: [0, 0], size: [10, 1]}\n")
    text = config.read_text().replace("template: null", "template: docket.yaml")
    config.write_text(text)

    done = call("check", "--config", config)

    assert done.code == 2
    assert f"{template} elements[0]" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("stage", ["new", "hold"])
def test_a_stage_where_jobs_appear_on_another_volume_than_the_spool_is_told(
    call: Call, config: Path, loaded: Loaded, stage: str
) -> None:
    folder = build_floor(loaded).stage_path(stage)
    with TemporaryDirectory(dir="/dev/shm") as other:
        if Path(other).stat().st_dev == folder.stat().st_dev:
            pytest.skip("this machine has one volume")
        elsewhere = Path(shutil.copytree(folder, Path(other) / "stage"))
        shutil.rmtree(folder)
        folder.symlink_to(elsewhere)
        done = call("check", "--config", config)

    assert done.code == 4
    assert f"is not on the volume of stage {stage}" in done.err


def test_a_later_stage_may_lie_on_another_volume(call: Call, config: Path, loaded: Loaded) -> None:
    folder = build_floor(loaded).stage_path("print")
    with TemporaryDirectory(dir="/dev/shm") as other:
        elsewhere = Path(shutil.copytree(folder, Path(other) / "stage"))
        shutil.rmtree(folder)
        folder.symlink_to(elsewhere)
        assert call("check", "--config", config).code == 0


def test_the_port_of_the_house_is_looked_at_too(call: Call, config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        text = config.read_text()
        start = text.index("house:")
        config.write_text(text[:start] + text[start:].replace("port: 0", f"port: {port}", 1))
        done = call("check", "--config", config)

    assert done.code == 1
    assert f"house.port: port {port} of 127.0.0.1" in done.err


def test_a_certificate_that_can_not_be_used_is_named(call: Call, config: Path) -> None:
    files = ("tls_certificate: missing.pem", "tls_key: missing.key")
    change(config, *((f"{one.split()[0]} null", one) for one in files))
    done = call("check", "--config", config)

    assert done.code == 2
    assert "intake.tls_certificate" in done.err
    assert f"{config.parent / 'missing.pem'} can not be read" in done.err


def test_a_folder_for_manifests_that_is_not_there_is_named(call: Call, config: Path) -> None:
    change(config, ("  manifest: null", "  manifest: manifest"))
    done = call("check", "--config", config)
    assert done.code == 4
    assert f"day.manifest: {config.parent / 'manifest'} is not there" in done.err
    (config.parent / "manifest").mkdir()
    assert call("check", "--config", config).code == 0
