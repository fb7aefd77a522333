"""The shell completes commands and options, and does not wait for it."""

import os
import subprocess
import sys

import pytest

from hotfolder.cli.main import COMMANDS, SECTIONS
from tests.cli.conftest import Call


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_what_it_needs(call: Call, shell: str) -> None:
    done = call("completion", shell)
    assert done.code == 0
    assert f"_HOTFOLDER_COMPLETE={shell}_complete" in done.out


def completed(words: str) -> list[str]:
    """What bash is given for a line that ends in the middle of its last word."""
    environ = {**os.environ, "_HOTFOLDER_COMPLETE": "bash_complete", "COMP_WORDS": words}
    environ["COMP_CWORD"] = str(len(words.split(" ")) - 1)
    done = subprocess.run(
        [sys.executable, "-m", "hotfolder"], capture_output=True, text=True, env=environ, check=True
    )
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_commands_their_commands_and_options_are_completed() -> None:
    assert completed("hotfolder do") == ["doctor", "documents", "document", "doubts"]
    assert completed("hotfolder doubts t") == ["told"]
    assert "--watch" in completed("hotfolder status --w")


def test_each_command_stands_under_one_heading_of_the_help(call: Call) -> None:
    named = [name for names in SECTIONS.values() for name in names]
    assert len(named) == len(set(named))
    assert set(named) <= set(COMMANDS)
    text = call("--help").out
    for heading in (*SECTIONS, "More"):
        assert f"{heading}:" in text
