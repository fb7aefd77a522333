"""The unit file: systemd understands it, it gives little away, and each line says why."""

import shutil
import subprocess
from pathlib import Path

import pytest

from hotfolder.cli.common import Exit
from hotfolder.daemon import STOP_SECONDS

UNIT = Path(__file__).parents[2] / "systemd" / "hotfolder.service"
MOST_EXPOSURE = 25  # tenths, as systemd-analyze wants it
needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"),
    reason="no systemd-analyze on this machine: apt-get install systemd",
)


def options() -> dict[str, list[str]]:
    """All values by the name of the option."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if "=" in line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def analyze(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@needs_systemd
def test_systemd_has_nothing_to_say_against_it(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    program = options()["ExecStart"][0].partition(" ")[0]
    unit.write_text(UNIT.read_text("utf-8").replace(program, "/bin/true"))

    done = analyze("verify", "--man=no", unit)

    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_it_is_exposed_to_little() -> None:
    done = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSURE}", UNIT)

    assert done.returncode == 0, done.stdout


def test_every_line_of_the_sandbox_has_a_word_on_when_to_relax_it() -> None:
    text = UNIT.read_text("utf-8")
    sandbox = text[text.index("# --- What it may see") : text.index("[Install]")]
    bare = []
    words = False
    for line in sandbox.splitlines():
        if not line:
            words = False
        elif line.startswith("#"):
            words = True
        elif not words:
            bare.append(line)

    assert bare == []


def test_the_unit_and_the_daemon_agree() -> None:
    unit = options()

    assert float(unit["TimeoutStopSec"][0]) >= STOP_SECONDS + 5
    assert unit["Type"] == ["notify"]
    assert 0 < float(unit["WatchdogSec"][0]) <= 60
    forever = {int(Exit.CONFIGURATION), int(Exit.ALREADY_RUNNING)}
    assert set(map(int, unit["RestartPreventExitStatus"][0].split())) == forever
    assert unit["KillMode"] == ["mixed"], "or a stop ends a docket that is being drawn"
