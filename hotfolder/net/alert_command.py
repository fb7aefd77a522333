"""Messages to the admin through a program of the shop's own: SMS, siren, ticket system."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import Any

from hotfolder.net.words import one_line

SECONDS = 60.0
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME")  # others may hold keys
MOST_SAID = 2000
MOST_JSON = 100_000  # bytes; Linux takes 128 KiB in one variable


class AlertCommand:
    """The program runs once for each message, without a shell; 0 means that it was taken."""

    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        self._command = list(command)
        self._seconds = seconds

    def tell(self, message: Mapping[str, Any]) -> str:
        """Empty when it ended with 0, otherwise why not."""
        name = self._command[0]
        # files, as a pipe would be held open by what the program leaves running behind it
        with TemporaryFile() as text, TemporaryFile() as said:
            try:
                text.write(f"{message['text']}\n".encode())
                text.seek(0)
                process = subprocess.Popen(  # noqa: S603 (the shop's own choice, no shell)
                    self._command,
                    stdin=text,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    env=_environment(message),
                    start_new_session=True,
                )
            except OSError as error:
                return f"{name} can not be started: {error.strerror}"
            try:
                status = process.wait(self._seconds)
            except subprocess.TimeoutExpired:
                _end(process)
                return f"{name} did not end within {self._seconds:g} seconds"
            if status == 0:
                return ""
            said.seek(0)
            words = said.read(MOST_SAID).decode("utf-8", "replace")
            return one_line(f"{name} ended with {status}: {words}")


def _environment(message: Mapping[str, Any]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    facts = {name: value for name, value in message.items() if name != "text"}
    data = json.dumps(facts, ensure_ascii=False)
    if len(data.encode()) > MOST_JSON:
        short = {name: value for name, value in facts.items() if not isinstance(value, list)}
        data = json.dumps(short, ensure_ascii=False)
    subject = one_line(str(message["subject"]))
    return kept | {"HOTFOLDER_SUBJECT": subject, "HOTFOLDER_MESSAGE": data}


def _end(process: "subprocess.Popen[bytes]") -> None:
    """The program and whatever it has started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
