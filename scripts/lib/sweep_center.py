"""The receiver of runs without a shop: a test center that takes signals of any order."""

import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outbox_worker import KEY
from programs import Programs, Trouble

START_SECONDS = 30.0
TOLD = "signals go to "


@dataclass(frozen=True, kw_only=True, slots=True)
class Center:
    """Where signals go, and the file in which each accepted one is a line."""

    signal_url: str
    account: Path

    def set_fault(self, fault: Mapping[str, Any]) -> None:
        """Let it fail this way; an empty fault ends that."""
        base = "/".join(self.signal_url.split("/")[:3])
        request = urllib.request.Request(
            f"{base}/faults",
            data=json.dumps(fault).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            answer.read()


def start_center(programs: Programs, folder: Path, fault: Mapping[str, Any]) -> Center:
    """It runs when this returns, and fails in this way. Raises Trouble."""
    account, log = folder / "account.jsonl", folder / "center.log"
    options = ["--port", "0", "--no-strict-orders", "--signal-key", KEY]
    options += ["--fault", json.dumps(fault), "--account", str(account)]
    center = programs.start("test-center", ["test-center", *options], log)
    end = time.monotonic() + START_SECONDS
    while TOLD not in (text := log.read_text("utf-8") if log.exists() else ""):
        if center.exit_code is not None or time.monotonic() > end:
            raise Trouble(f"the test center did not start:\n{center.last_words()}")
        time.sleep(0.05)
    return Center(signal_url=text.partition(TOLD)[2].split()[0], account=account)
