"""Messages to the admin through a program of the shop's own, really run."""

import json
from pathlib import Path

import pytest

from hotfolder.net.alert_command import AlertCommand

MESSAGE = {"subject": "[shop] one\nthing", "text": "NEW\n  - Gerät", "began": [{"kind": "held"}]}


def test_the_program_gets_text_subject_and_all_as_json_and_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTFOLDER_ORDER_KEY", "secret")
    script = 'cat > "$1/text"; env > "$1/env"; printf %s "$HOTFOLDER_MESSAGE" > "$1/json"'
    assert AlertCommand(["sh", "-c", script, "sh", str(tmp_path)]).tell(MESSAGE) == ""
    assert (tmp_path / "text").read_text() == "NEW\n  - Gerät\n"
    environment = (tmp_path / "env").read_text()
    assert "HOTFOLDER_SUBJECT=[shop] one thing\n" in environment
    assert "HOTFOLDER_ORDER_KEY" not in environment
    told = {"subject": MESSAGE["subject"], "began": MESSAGE["began"]}
    assert json.loads((tmp_path / "json").read_text()) == told


def test_a_message_too_large_for_the_environment_comes_without_its_lists(tmp_path: Path) -> None:
    many = MESSAGE | {"began": [{"words": "x" * 1000}] * 200, "standing": 200}
    script = 'printf %s "$HOTFOLDER_MESSAGE" > "$1/json"'
    assert AlertCommand(["sh", "-c", script, "sh", str(tmp_path)]).tell(many) == ""
    assert json.loads((tmp_path / "json").read_text()) == {
        "subject": MESSAGE["subject"],
        "standing": 200,
    }


def test_nothing_of_it_is_read_by_a_shell(tmp_path: Path) -> None:
    target = tmp_path / "made"
    words = AlertCommand(["true", f"; touch {target}"]).tell(MESSAGE)
    assert (words, target.exists()) == ("", False)


def test_how_it_ended_is_told() -> None:
    assert AlertCommand(["sh", "-c", "echo no line >&2; exit 3"]).tell(MESSAGE) == (
        "sh ended with 3: no line"
    )
    words = AlertCommand(["/not/there"]).tell(MESSAGE)
    assert words == "/not/there can not be started: No such file or directory"


def test_one_that_hangs_is_ended_with_all_it_has_started() -> None:
    words = AlertCommand(["sh", "-c", "sleep 60 & wait"], seconds=0.3).tell(MESSAGE)
    assert words == "sh did not end within 0.3 seconds"


def test_one_that_does_not_read_is_no_trouble() -> None:
    assert AlertCommand(["true"]).tell(MESSAGE | {"text": "x" * 300_000}) == ""


def test_one_that_leaves_something_running_has_taken_it_when_it_ends_itself() -> None:
    script = "sleep 3 & exit 0"
    assert AlertCommand(["sh", "-c", script], seconds=1).tell(MESSAGE) == ""
