"""Where the daemon spends its time, recorded by py-spy (pip install py-spy) from outside."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.benchmarks.stand import BenchError

SAMPLES_A_SECOND = "500"
WRITE_SECONDS = 60.0


@contextmanager
def recorded(folder: Path | None, name: str, pid: int) -> Iterator[None]:
    """With a folder: NAME.txt in it, one line for each stack with the number of its samples."""
    if folder is None:
        yield
        return
    program = shutil.which("py-spy")
    if program is None:
        raise BenchError("--profile needs py-spy; install it with: pip install py-spy")
    folder.mkdir(parents=True, exist_ok=True)
    command = [program, "record", "--pid", str(pid), "--threads", "--format", "raw"]
    command += ["--rate", SAMPLES_A_SECOND, "--output", str(folder / f"{name}.txt")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as recorder:
        try:
            yield
        finally:
            recorder.send_signal(signal.SIGINT)
            recorder.wait(WRITE_SECONDS)
