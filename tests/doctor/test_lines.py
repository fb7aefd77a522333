"""What the doctor says of single things."""

import socket
import ssl
from datetime import date, timedelta
from pathlib import Path

import pytest

from hotfolder.doctor import doors, machine, memory, places
from hotfolder.doctor.line import Level, Line
from hotfolder.doctor.samba import samba
from hotfolder.domain.answer import Answer, Fault
from tests.builders import NOON
from tests.store.backups import a_damaged_file

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def levels(lines: list[Line]) -> dict[str, str]:
    return {line.topic: line.level.value for line in lines}


@pytest.mark.parametrize(
    ("python", "sqlite", "wanted"),
    [
        ((3, 11, 9, "final"), (3, 51, 3), ("ok", "ok")),
        ((3, 11, 9, "final"), (3, 40, 1), ("ok", "fail")),
        ((3, 15, 0, "candidate"), (3, 6, 9), ("warn", "ok")),
    ],
)
def test_versions_with_known_faults_are_named(
    python: tuple[int, int, int, str], sqlite: tuple[int, ...], wanted: tuple[str, str]
) -> None:
    found = levels([*machine.versions(python, sqlite, TODAY)])
    assert (found["python"], found["sqlite"]) == wanted


def test_a_python_without_fixes_is_named_from_its_last_day_on() -> None:
    [line, _] = machine.versions((3, 11, 9, "final"), (3, 51, 3), date(2027, 11, 1))
    assert (line.level, "no security fixes" in line.words) == (Level.WARN, True)


@pytest.mark.parametrize(
    ("behind", "state", "level"),
    [(0, 0, "ok"), (0, 5, "warn"), (0, -1, "warn"), (0, None, "warn"), (3600, 0, "fail")],
)
def test_the_clock_is_judged_by_its_server_and_by_the_store(
    behind: int, state: int | None, level: str
) -> None:
    written = NOON + timedelta(seconds=behind)
    [line] = machine.clock(NOON, written, state)
    assert line.level.value == level


def test_a_state_folder_on_a_share_or_in_memory_fails(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    for kind, level in (("nfs4", "fail"), ("tmpfs", "fail"), ("overlay", "warn"), ("ext4", "ok")):
        mounts.write_text(f"1 1 0:1 / / rw - {kind} x rw\n")
        first = next(places.disks({"state": tmp_path}, mounts))
        assert (kind, first.level.value) == (kind, level)


def test_folders_that_the_group_can_not_use_are_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    closed, loose = places._for_group([tmp_path])
    assert "can not move jobs" in closed.words
    assert "chmod g+s" in loose.hint
    tmp_path.chmod(0o2775)
    [line] = places._for_group([tmp_path])
    assert line.level is Level.OK


def test_secrets_that_everybody_can_read_are_named(tmp_path: Path) -> None:
    config, state = tmp_path / "config.yaml", tmp_path / "state"
    for path in (config, state):
        path.write_text("x")
        path.chmod(0o644)
    [first, second] = places.secrets(config, [], state)
    assert "keys" in first.words
    assert "addresses" in second.words
    config.chmod(0o600)
    state.chmod(0o600)
    assert levels([*places.secrets(config, [], state)]) == {"secrets": "ok"}


def judged(tmp_path: Path, *settings: str) -> list[str]:
    conf, floor = tmp_path / "smb.conf", tmp_path / "floor"
    (floor / "10-new").mkdir(parents=True, exist_ok=True)
    body = "\n".join(["oplocks = no", "read only = no", *settings])
    conf.write_text(f"[global]\nworkgroup = SHOP\n[print]\npath = {floor}\n{body}\n")
    found = samba(floor, [floor / "10-new"], conf)
    return [f"{line.level.value} {line.words}" for line in found]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("fake oplocks = yes", "fail fake oplocks = "),
        ("preserve case = no", "fail preserve case = "),
        ("read only = yes", "fail it can only be read"),
        ("veto files = /*.pdf/", "fail veto files hides docket.pdf"),
        ("veto files = /.DS_Store/", "warn veto files without delete veto files"),
        ("vfs objects = recycle", "warn vfs objects has recycle"),
        ("directory mask = 0700", "warn directory mask = 0700"),
    ],
)
def test_each_setting_of_samba_that_hurts_is_named(
    tmp_path: Path, setting: str, words: str
) -> None:
    found = judged(tmp_path, setting)
    assert any(line.startswith(words) for line in found), found


def test_a_share_as_we_recommend_it_has_nothing_that_hurts(tmp_path: Path) -> None:
    ours = (Path(__file__).parents[2] / "systemd" / "samba.conf").read_text()
    conf, floor = tmp_path / "smb.conf", tmp_path / "floor"
    floor.mkdir()
    conf.write_text(ours.replace("/srv/hotfolder/floor", str(floor)))
    assert [line.level for line in samba(floor, [], conf)] == [Level.OK]


def test_stages_shared_one_by_one_are_named(tmp_path: Path) -> None:
    stage = tmp_path / "floor" / "10-new"
    stage.mkdir(parents=True)
    conf = tmp_path / "smb.conf"
    conf.write_text(f"[new]\npath = {stage}\nread only = no\n")
    [line] = samba(tmp_path / "floor", [stage], conf)
    assert "a drag is a copy" in line.hint


def test_a_share_above_the_floor_counts_and_a_file_nobody_understands_does_no_harm(
    tmp_path: Path,
) -> None:
    (tmp_path / "floor").mkdir()
    conf = tmp_path / "smb.conf"
    conf.write_text(f"[all]\npath = {tmp_path}\nread only = no\nfake oplocks = yes\n")
    assert any(line.level is Level.FAIL for line in samba(tmp_path / "floor", [], conf))
    conf.write_bytes(b"\x00 no settings \xff")
    assert [line.level for line in samba(tmp_path / "floor", [], conf)] == [Level.OK]


def test_a_damaged_database_fails(tmp_path: Path) -> None:
    path = tmp_path / "x" / "hotfolder.sqlite"
    a_damaged_file(path)
    [line] = memory.database(path)
    assert (line.level, "hotfolder restore" in line.hint) == (Level.FAIL, True)


def test_a_backup_that_is_too_old_fails(tmp_path: Path) -> None:
    database, folder = tmp_path / "hotfolder.sqlite", tmp_path / "backups"
    folder.mkdir()
    (folder / "hotfolder-20260301T120000Z.sqlite").touch()
    for every, level in ((20, "ok"), (11, "fail"), (0, "warn")):
        hours = timedelta(hours=every)
        line, same = memory.backups(folder, hours, NOON, database, own=True)
        assert (every, line.level.value) == (every, level)
        assert "takes them along" in same.words
    [gone] = memory.backups(tmp_path / "away", DAY, NOON, database, own=False)
    assert gone.level is Level.FAIL


def test_a_port_is_free_taken_or_answers() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        number = server.getsockname()[1]
        found = [*doors.port("orders", "127.0.0.1", number, running=False)]
        found += doors.port("orders", "127.0.0.1", number, running=True)
    found += doors.port("orders", "127.0.0.1", number, running=True)
    found += doors.port("orders", "127.0.0.1", number, running=False)
    assert [line.level.value for line in found] == ["fail", "ok", "fail", "ok"]


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        (Answer(status=200), "ok"),
        (Answer(status=400, words="unknown order"), "ok"),
        (Answer(status=401), "fail"),
        (Answer(status=404), "fail"),
        (Answer(status=200, is_page=True), "fail"),
        (Answer(fault=Fault.NO_NAME), "fail"),
    ],
)
def test_a_test_signal_tells_whether_the_way_the_address_and_the_key_are_right(
    answer: Answer, level: str
) -> None:
    [line] = doors.receiver("x", lambda: answer)
    assert line.level.value == level


def test_a_file_that_is_no_certificate_fails(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("no certificate")
    for path in (tmp_path / "x.pem", tmp_path / "none.pem"):
        [line] = doors.certificate_file(path, NOON)
        assert line.level is Level.FAIL


@pytest.mark.parametrize(("days", "level"), [(-1, "fail"), (20, "warn"), (90, "ok")])
def test_a_certificate_is_judged_by_its_days_left(days: int, level: str) -> None:
    assert doors._lasts("certificate", "x.pem", NOON + days * DAY, NOON).level.value == level


def test_the_certificates_that_python_trusts_can_be_read(tmp_path: Path) -> None:
    bundle = ssl.get_default_verify_paths().cafile
    if bundle is None or not Path(bundle).is_file():
        pytest.skip("no bundle of certificates on this machine: apt-get install ca-certificates")
    [line] = doors.certificate_file(Path(bundle), NOON)
    assert "good for" in line.words or "ended on" in line.words


def test_an_address_that_somebody_tells_is_named_and_silence_is_told() -> None:
    def nobody() -> str:
        raise ValueError("no address")

    assert "192.0.2.7" in next(doors.outgoing(lambda: "192.0.2.7")).words
    assert next(doors.outgoing(nobody)).level is Level.WARN
    [line] = doors.way_out({"here": "http://127.0.0.1:9/"})
    assert "by our address 127.0.0.1" in line.words
