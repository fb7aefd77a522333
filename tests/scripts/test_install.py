"""scripts/install: how it is called, and what it asks of a shop; scripts/tour shows all of it."""

import json
import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import apsw
import pytest
from click.testing import CliRunner

from hotfolder.cli.main import program
from hotfolder.config.check import Loaded, load_shop
from hotfolder.files.lock import Lock
from hotfolder.shopfront import database_path, lock_paths
from hotfolder.store.backup import back_up
from hotfolder.web.health import health_routes
from hotfolder.web.server import Door, Server, make_app
from tests.scripts.running import LIB, ROOT

DOCUMENT = (
    "INSERT INTO document"
    " (received_at, interface, content_type, body, key_at, verdict, reason, digest, sha256)"
    " VALUES (1, '', '', x'00', '[]', 'refused', '', '', '')"
)
SIGNAL = (
    "INSERT INTO outbox (order_id, item_id, job_id, type, stage, inferred, fields, at, due,"
    " deadline, state, attempts, last_answer, alone, claim, warned, asked_at, destination)"
    " VALUES ('1', '1', 1, 'ItemProduce', '', 0, '', 1, 1, 1, '{}', 0, '', 0, '', 0, 0, '')"
)
NEWER = "INSERT INTO schema_migration (name, applied) VALUES ('9999_newer', '2026-03-02')"


@pytest.fixture(scope="module")
def installed() -> ModuleType:
    spec = spec_from_file_location("installed", LIB / "installed.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    made = CliRunner().invoke(
        program, ["init", str(tmp_path / "shop"), "--port", "0", "--house-port", "0"]
    )
    assert made.exit_code == 0, made.output
    return load_shop(tmp_path / "shop" / "config.yaml", None)


def change(database: Path, statement: str) -> None:
    connection = apsw.Connection(str(database))
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("words", [["--help"], ["--uninstall", "now"], ["--port", "1"], ["now"]])
def test_a_wrong_call_is_told_how_to_call_it_and_changes_nothing(words: list[str]) -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "install", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == 2
    assert "usage: scripts/install" in done.stderr


def test_places_that_the_unit_does_not_know_are_opened_each_once(
    installed: ModuleType, loaded: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installed.places(loaded) == 0

    lines = capsys.readouterr().out.splitlines()
    shop = loaded.floor_path.parent
    assert lines[1:] == [
        "[Service]",
        f'ReadWritePaths="-{shop / "archive"}"',
        f'ReadWritePaths="-{shop / "days"}"',
        f'ReadWritePaths="-{shop / "floor"}"',
        f'ReadWritePaths="-{shop / "state"}"',
    ]


def test_all_that_the_service_writes_is_opened_wherever_the_configuration_has_it(
    installed: ModuleType, loaded: Loaded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label = "{name: ups, like: generic-csv, request: {folder: /l/asked}, reply: {folder: /l/told}}"
    device = "{name: rip, like: hot-folder, stage: print, folder: /rip}"
    text = loaded.config_path.read_text("utf-8")
    for before, after in (
        ("  lists: days", f"  lists: {tmp_path / 'lists'}"),
        ("  manifest: null", "  manifest: /l/manifests"),
        ("  folder: null", "  folder: /mnt/backups"),
        ("  file: null", "  file: /var/log/shop/hotfolder.log"),
        ("labels: []", f"labels: [{label}]"),
        ("devices: []", f"devices: [{device}]"),
    ):
        assert text.count(before) == 1
        text = text.replace(before, after)
    loaded.config_path.write_text(text, "utf-8")

    assert installed.places(load_shop(loaded.config_path, None)) == 0
    told = capsys.readouterr().out
    opened = {line.partition('"-')[2].rstrip('"') for line in told.splitlines()[2:]}
    assert opened >= {
        "/l/asked",
        "/l/told",
        "/l/manifests",
        "/mnt/backups",
        "/var/log/shop",
        "/rip",
    }
    assert str(tmp_path / "lists") in opened
    assert (tmp_path / "lists").is_dir()


def test_a_database_of_a_newer_release_is_not_opened(
    installed: ModuleType, loaded: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installed.opens(loaded) == 0
    change(database_path(loaded), NEWER)
    assert installed.opens(loaded) == 1
    assert "9999_newer" in capsys.readouterr().err


def test_a_backup_takes_the_place_of_a_database_in_which_nothing_has_happened_since(
    installed: ModuleType, loaded: Loaded, tmp_path: Path
) -> None:
    backup = back_up(database_path(loaded), tmp_path / "backup").path
    change(database_path(loaded), NEWER)
    change(database_path(loaded), SIGNAL.format("waiting"))

    assert installed.put_back(loaded, str(backup)) == 0
    assert database_path(loaded).read_bytes() == backup.read_bytes()
    assert installed.opens(loaded) == 0


@pytest.mark.parametrize("happened", [DOCUMENT, SIGNAL.format("sent"), SIGNAL.format("sending")])
def test_a_database_in_which_something_has_happened_is_left_to_the_way_that_asks_people(
    installed: ModuleType, loaded: Loaded, tmp_path: Path, happened: str
) -> None:
    backup = back_up(database_path(loaded), tmp_path / "backup").path
    change(database_path(loaded), happened)
    before = database_path(loaded).read_bytes()

    assert installed.put_back(loaded, str(backup)) == 1
    assert database_path(loaded).read_bytes() == before


def test_a_daemon_that_says_it_is_ready_is_healthy(installed: ModuleType, loaded: Loaded) -> None:
    server = Server(Door(app=make_app(*health_routes(list)), host="127.0.0.1", port=0))
    server.start()
    told = {"health": f"http://127.0.0.1:{server.ports[0]}/health/ready"}
    lock = Lock.take(lock_paths(loaded)[0], json.dumps(told))
    assert lock is not None
    try:
        assert installed.healthy(loaded) == 0
    finally:
        lock.release()
        server.stop()
