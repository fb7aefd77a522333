"""hotfolder check: floor, store and ports that do not fit are named; nothing is changed."""

import shutil
import socket
from pathlib import Path

import pytest

from hotfolder.config.check import Loaded
from hotfolder.daemon import take_locks
from hotfolder.shopfront import build_floor
from tests.cli.conftest import Call
from tests.cli.shop_files import change, everything
from tests.volumes import other_volume


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


@pytest.mark.parametrize("stage", ["new", "hold"])
def test_a_stage_where_jobs_appear_on_another_volume_than_the_spool_is_told(
    call: Call, config: Path, loaded: Loaded, stage: str
) -> None:
    folder = build_floor(loaded).stage_path(stage)
    with other_volume(folder) as other:
        elsewhere = Path(shutil.copytree(folder, other / "stage"))
        shutil.rmtree(folder)
        folder.symlink_to(elsewhere)
        done = call("check", "--config", config)

    assert done.code == 4
    assert f"is not on the volume of stage {stage}" in done.err


def test_a_later_stage_may_lie_on_another_volume(call: Call, config: Path, loaded: Loaded) -> None:
    folder = build_floor(loaded).stage_path("print")
    with other_volume(folder) as other:
        elsewhere = Path(shutil.copytree(folder, other / "stage"))
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


def test_a_folder_for_manifests_that_is_not_there_is_named(call: Call, config: Path) -> None:
    change(config, ("  manifest: null", "  manifest: manifest"))
    done = call("check", "--config", config)
    assert done.code == 4
    assert f"day.manifest: {config.parent / 'manifest'} is not there" in done.err
    (config.parent / "manifest").mkdir()
    assert call("check", "--config", config).code == 0


@pytest.mark.parametrize("file", ["floor", "config.yaml/hotfolder.log"])
def test_a_log_file_that_can_not_be_written_is_named(call: Call, config: Path, file: str) -> None:
    change(config, ("  file: null", f"  file: {file}"))
    done = call("check", "--config", config)
    assert done.code == 1
    assert "log.file" in done.err


def test_a_log_file_whose_folder_is_made_with_it_is_no_problem(call: Call, config: Path) -> None:
    change(config, ("  file: null", "  file: logs/hotfolder.log"))
    assert call("check", "--config", config).code == 0
    assert not (config.parent / "logs").exists()


@pytest.mark.parametrize("option", ["  ca_file", "  mail_ca_file", "  webhook_ca_file"])
def test_a_file_of_certificates_that_can_not_be_used_is_named(
    call: Call, config: Path, option: str
) -> None:
    for file, why in (("away.pem", "No such file"), ("config.yaml", "NO_CERTIFICATE")):
        before = config.read_text()
        change(config, (f"\n{option}: null", f"\n{option}: {file}"))
        done = call("check", "--config", config)
        assert done.code == 2
        assert option.strip() in done.err
        assert why in done.err
        config.write_text(before)


def test_a_folder_for_backups_that_is_not_there_is_named(call: Call, config: Path) -> None:
    change(config, ("\n  folder: null", "\n  folder: away/backups"))
    done = call("check", "--config", config)
    assert done.code == 4
    assert "backup.folder" in done.err
    (config.parent / "away" / "backups").mkdir(parents=True)
    assert call("check", "--config", config).code == 0


def test_two_doors_with_one_port_are_named(call: Call, config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    change(config, ("\n  port: 0", f"\n  port: {port}"), ("\n  port: 0", f"\n  port: {port}"))
    done = call("check", "--config", config)
    assert done.code == 1
    assert f"house.port: port {port}" in done.err
