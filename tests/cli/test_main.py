"""The program as a whole: its commands, its version, its words for a wrong command line."""

from pathlib import Path

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


def test_the_configuration_may_stand_behind_a_command_of_a_group(
    call: Call, config: Path, tmp_path: Path
) -> None:
    for arguments in (
        ["signals", "show", 7, "--config", config],
        ["signals", "--config", config, "show", 7],
        ["signals", "--config", tmp_path / "other.yaml", "show", 7, "--config", config],
    ):
        done = call(*arguments, environ={"HOTFOLDER_CONFIG": str(tmp_path / "third.yaml")})
        assert (done.code, done.err) == (1, "hotfolder: there is no signal 7\n")
    done = call("signals", "show", 7, environ={"HOTFOLDER_CONFIG": str(config)})
    assert "there is no signal 7" in done.err


@pytest.mark.parametrize("arguments", [["signals"], ["signals", "show", 7]])
def test_a_configuration_that_is_not_given_is_asked_for(
    call: Call, arguments: list[object]
) -> None:
    done = call(*arguments)
    assert done.code == 2
    assert "Missing option '--config'" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["document", 10**20],
        ["decide", "1", "--take", "--document", 10**20],
        ["signals", "show", 10**20],
        ["signals", "resend", 10**20],
        ["signals", "--limit", 10**20],
    ],
)
def test_a_number_that_is_too_large_is_told_in_words(
    call: Call, config: Path, arguments: list[object]
) -> None:
    done = call(*arguments, environ={"HOTFOLDER_CONFIG": str(config)})
    assert done.code == 2
    assert "is not in the range" in done.err
