"""The program as a whole: its commands, its version, its words for a wrong command line."""

import pytest

from hotfolder import __version__
from tests.cli.conftest import Call

COMMANDS = [
    "init", "run", "check", "prepare", "status", "orders", "order", "jobs", "signals", "ship",
    "delay", "cancel", "documents", "document", "decide", "import", "archive", "backup",
    "restore", "test-center",
]  # fmt: skip


def test_the_version_is_told(call: Call) -> None:
    done = call("--version")

    assert (done.code, done.out) == (0, f"hotfolder {__version__}\n")


def test_the_help_names_every_command_and_the_exit_codes(call: Call) -> None:
    done = call("--help")

    assert done.code == 0
    assert [command for command in COMMANDS if command not in done.out] == []
    assert "5 another daemon runs" in " ".join(done.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(call: Call, command: str) -> None:
    done = call(command, "--help")

    assert done.code == 0
    assert len(done.out.splitlines()) > 5


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["status", "--nonsense"]])
def test_a_wrong_command_line_is_2_and_no_traceback(call: Call, arguments: list[str]) -> None:
    done = call(*arguments)

    assert done.code == 2
    assert "Traceback" not in done.err
