"""Idle: what the daemon costs while nothing happens."""

import os
import time
from pathlib import Path

from scripts.benchmarks.intake import wait_until_done
from scripts.benchmarks.sizes import Lines, Measured, Sizes
from scripts.benchmarks.stand import Stand

MB = 1_000_000
KIB = 1024


def idle(stand: Stand, sizes: Sizes) -> Lines:
    """Memory (resident, MB of a million bytes) and percent of one core."""
    wait_until_done(stand)
    time.sleep(sizes.settle_seconds)
    share = processor_share(stand.pid, sizes.idle_seconds)
    return {
        "idle-memory": Measured(value=memory(stand.pid) / MB),
        "idle-cpu": Measured(value=share),
    }


def processor_share(pid: int, seconds: float) -> float:
    """Percent of one core that a process takes over so many seconds."""
    before, began = _processor_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return 100 * (_processor_seconds(pid) - before) / (time.monotonic() - began)


def memory(pid: int) -> int:
    """Bytes of a process that are in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(resident.split()[1]) * KIB


def _processor_seconds(pid: int) -> float:
    """User and system time of all threads (proc_pid_stat(5): fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
