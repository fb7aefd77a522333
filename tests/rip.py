"""scripts/rip as its own process: a RIP that does not know who gives it files."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.waiting import wait_until

SCRIPT = Path(__file__).parents[1] / "scripts" / "rip"
START_SECONDS = 20.0
needs_ghostscript = pytest.mark.skipif(
    shutil.which("gs") is None, reason="no gs on this machine: apt-get install ghostscript"
)
BROKEN = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nthis is no PDF any more\n%%EOF\n"


class Rip:
    """One folder with a RIP on it."""

    def __init__(self, folder: Path, *options: object) -> None:
        self.folder = folder
        self.log = folder.with_name(f"{folder.name}.log")
        self._options = ["--dpi", "20", "--quiet", "0", "--poll", "0.05", *map(str, options)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """It looks into its input when this returns."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [SCRIPT, self.folder, *self._options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: "looks into" in self.text(), START_SECONDS, "the RIP runs")

    def text(self) -> str:
        return self.log.read_text()

    def names(self, folder: str) -> list[str]:
        """What lies in one of its folders."""
        return sorted(path.name for path in (self.folder / folder).iterdir())

    def wait(self, seconds: float) -> None:
        """So much time passes for the RIP; it must not end meanwhile."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(seconds)
            pytest.fail(f"the RIP has ended with {code}")

    def stop(self) -> int:
        """Asked to stop; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(START_SECONDS)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(START_SECONDS)


@contextmanager
def running_rip(folder: Path, *options: object) -> Iterator[Rip]:
    """A RIP that runs until the block ends."""
    rip = Rip(folder, *options)
    rip.start()
    try:
        yield rip
    finally:
        rip.kill()


def endless_pdf() -> bytes:
    """A valid PDF of one page that no RIP will ever have drawn: forms in forms in forms."""
    depth, times = 12, 30
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R"
    page += b" /Resources << /XObject << /F 5 0 R >> >> >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length 5 >>\nstream\n/F Do\nendstream",
    ]
    for number in range(depth):
        body = b"/F Do " * times if number < depth - 1 else b"0 0 1 1 re f"
        head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 200] /Length %d" % len(body)
        if number < depth - 1:
            head += b" /Resources << /XObject << /F %d 0 R >> >>" % (6 + number)
        parts.append(head + b" >>\nstream\n" + body + b"\nendstream")
    text, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(parts) + 1
    return (
        text
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(text))
    )
