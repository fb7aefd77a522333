"""Five faults are planted in a machine, and the doctor names all five with what to do."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotfolder.cli.main import program
from hotfolder.config.check import load_shop
from hotfolder.doctor.examine import World, examine, worst
from hotfolder.doctor.line import Level, Line
from hotfolder.domain.noise import MARKER_NAME
from tests.volumes import other_volume

SIGNAL_URL = "http://127.0.0.1:9/cloudsignal"


def init(folder: Path) -> Path:
    """The configuration of a new shop that calls nobody."""
    words = ["init", str(folder), "--port", "0", "--house-port", "0", "--signal-url", SIGNAL_URL]
    assert CliRunner().invoke(program, words).exit_code == 0
    return folder / "config.yaml"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return init(tmp_path / "shop")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """What a machine with limits that suffice tells of itself."""
    folder = tmp_path / "proc"
    write_limits(folder, watches=65536, instances=512, events=16384)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another volume."""
    with other_volume(tmp_path) as folder:
        yield folder


def write_limits(proc: Path, watches: int, instances: int, events: int) -> None:
    folder = proc / "sys" / "fs" / "inotify"
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {"watches": watches, "instances": instances}
    for name, number in numbers.items():
        (folder / f"max_user_{name}").write_text(f"{number}\n")
    (folder / "max_queued_events").write_text(f"{events}\n")


def lines(config: Path, world: World) -> list[Line]:
    return examine(config, load_shop(config, {}), datetime.now(UTC), world)


def failed(found: list[Line]) -> set[str]:
    return {line.topic for line in found if line.level is Level.FAIL}


def test_a_machine_without_faults_has_none(config: Path, proc: Path, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n")
    found = lines(config, World(proc=proc, mounts=mounts, smb_conf=tmp_path / "none"))
    assert failed(found) == set()
    assert not any(line.hint for line in found if line.level is Level.OK)
    assert all(line.hint for line in found if line.level is not Level.OK)


def test_five_planted_faults_are_named_all_five(
    config: Path, proc: Path, elsewhere: Path, tmp_path: Path
) -> None:
    world = World(proc=proc, smb_conf=tmp_path / "smb.conf")
    with ExitStack() as stack:
        taken = stack.enter_context(socket.socket())
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        spool = elsewhere / "spool"
        spool.mkdir()
        text = config.read_text()
        assert "  port: 0\n" in text
        assert "  spool: null\n" in text
        text = text.replace("  port: 0\n", f"  port: {number}\n", 1)
        config.write_text(text.replace("  spool: null\n", f"  spool: {spool}\n"))
        write_limits(proc, watches=12, instances=512, events=16384)
        floor = config.parent / "floor"
        world.smb_conf.write_text(
            f"[print]\npath = {floor}\nread only = no\nveto files = /job-ticket.json/\n"
        )
        database = config.parent / "state" / "hotfolder.sqlite"
        tomorrow = datetime.now(UTC).timestamp() + 24 * 3600
        os.utime(database, (tomorrow, tomorrow))
        found = lines(config, world)
    assert failed(found) >= {"port of orders", "inotify", "samba share print", "clock", "rename"}
    told = {line.topic: f"{line.words} | {line.hint}" for line in found if line.level is Level.FAIL}
    assert str(number) in told["port of orders"]
    assert "sysctl -w fs.inotify.max_user_watches" in told["inotify"]
    assert "veto files hides job-ticket.json" in told["samba share print"]
    assert "set the clock" in told["clock"]
    assert "set floor.spool to a folder on the volume" in told["rename"]
    assert worst(found) is Level.FAIL
    assert not list(spool.iterdir()), "the probe leaves nothing"


def test_the_command_tells_each_line_and_ends_by_the_worst(config: Path) -> None:
    words = ["doctor", "--config", str(config), "--smb-conf", "/none", "--json"]
    done = CliRunner().invoke(program, words)
    found = json.loads(done.stdout)
    assert {line["level"] for line in found} <= {"ok", "warn", "fail"}
    assert (done.exit_code == 1) is any(line["level"] == "fail" for line in found)
    [receiver] = [line for line in found if line["topic"].startswith("test signal")]
    assert receiver["level"] == "ok"
    shown = CliRunner().invoke(program, words[:-1])
    assert "ok   sqlite: SQLite" in shown.stdout


def test_the_command_names_five_planted_faults_with_what_to_do(
    config: Path, tmp_path: Path
) -> None:
    floor, conf = config.parent / "floor", tmp_path / "smb.conf"
    conf.write_text(f"[print]\npath = {floor}\nread only = yes\n")
    (floor / "20-print" / MARKER_NAME).unlink()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "hotfolder-20260101T000000Z.sqlite").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        text = config.read_text().replace("folder: null\n", f"folder: {tmp_path / 'old'}\n", 1)
        before, _, after = text.rpartition("  port: 0\n")  # that of the house
        config.write_text(f"{before}  port: {taken.getsockname()[1]}\n{after}")
        words = ["doctor", "--config", str(config), "--smb-conf", str(conf), "--send", "--json"]
        done = CliRunner().invoke(program, words)
        shown = CliRunner().invoke(program, words[:-1])
    found = [line for line in json.loads(done.stdout) if line["level"] == "fail"]
    told = {line["topic"]: line["hint"] for line in found}
    own = {topic for topic in told if topic.startswith("disk of ")}  # /tmp may be memory
    assert told.keys() - own == {
        "stage print",
        "samba share print",
        "backup",
        "port of health and metrics",
        f"test signal to cloudsignal ({SIGNAL_URL})",
    }
    assert all(told.values()), "each with what to do"
    assert (done.exit_code, shown.exit_code) == (1, 1)
    assert all(f"fail {topic}: " in shown.stdout for topic in told)
    assert shown.stdout.endswith(f" {len(found)} fail\n")


def test_a_real_receiver_that_is_away_fails_only_when_asked(config: Path) -> None:
    words = ["doctor", "--config", str(config), "--smb-conf", "/none", "--json", "--send"]
    done = CliRunner().invoke(program, words)
    told = {line["topic"]: line["level"] for line in json.loads(done.stdout)}
    assert told[f"test signal to cloudsignal ({SIGNAL_URL})"] == "fail"
    assert done.exit_code == 1


def test_each_file_with_a_secret_that_everybody_can_read_is_named(
    config: Path, proc: Path, tmp_path: Path
) -> None:
    text = config.read_text()
    files = {
        "tls_key: null": "tls_key",
        "mail_password: ''": "mail_password_file",
        "webhook_url: null": "webhook_url_file",
        "basic_password: ''": "basic_password_file",
    }
    for before, option in files.items():
        assert f"  {before}\n" in text
        text = text.replace(f"  {before}\n", f"  {option}: {tmp_path / option}\n", 1)
        (tmp_path / option).write_text("https://127.0.0.1:9/secret")
        (tmp_path / option).chmod(0o644)
    text = text.replace("tls_certificate: null", f"tls_certificate: {tmp_path / 'cert'}")
    text = text.replace("mail_user: ''", "mail_user: me").replace("basic_user: ''", "basic_user: a")
    config.write_text(text)
    config.chmod(0o600)
    found = lines(config, World(proc=proc, smb_conf=tmp_path / "none"))
    told = " ".join(line.words for line in found if line.topic == "secrets")
    assert [option for option in files.values() if str(tmp_path / option) not in told] == []


def test_behind_a_proxy_only_the_proxy_is_to_be_reached(config: Path) -> None:
    text = config.read_text().replace(SIGNAL_URL, "https://receiver.invalid/cloudsignal")
    proxy = "http://somebody:secret@127.0.0.1:9"
    config.write_text(text.replace("  proxy: null\n", f"  proxy: {proxy}\n", 1))
    words = ["doctor", "--config", str(config), "--smb-conf", "/none", "--json", "--send"]
    done = CliRunner().invoke(program, words)
    told = {line["topic"]: line["level"] for line in json.loads(done.stdout)}
    assert told["way to the proxy"] == told["test signal to a simulated receiver"] == "ok"
    assert "way to cloudsignal" not in told
    assert "certificate of the receiver" not in told
    assert "secret" not in done.stdout.replace("secrets", "")
