"""Books of real size, fetched by a process of its own: little memory, and safe from a kill."""

import json
import signal
from pathlib import Path

import pikepdf
import pytest

from hotfolder.net.part import KEEP_BYTES, note_of
from tests.net.big_pdf import BigPdf
from tests.net.downloads import MIB, a_way
from tests.net.ranged import FileServer, facts_of
from tests.net.resuming import ranges
from tests.net.servers import serving
from tests.processes import line_of, other_process
from tests.waiting import wait_until

CHILD = """
import json, sys
from pathlib import Path
from hotfolder.net.download import Download, Limits

facts = Download(Limits(private=True, reserve_bytes=0)).fetch(sys.argv[1], Path(sys.argv[2]))
# not ru_maxrss: that begins with what the process was forked from
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0])
print(json.dumps([facts.size, facts.md5, peak]))
"""


@pytest.mark.slow
def test_200_mb_come_over_connections_of_20_mb_in_little_memory(target: Path) -> None:
    book = BigPdf(200 * 1000 * 1000)
    with (
        serving(FileServer(content=book, drop_after=20 * 1000 * 1000)) as server,
        other_process(CHILD, f"{server.url}/book.pdf", target) as child,
    ):
        size, md5, peak_kib = json.loads(line_of(child))
    assert (size, md5) == (book.size, facts_of(book).md5)
    assert ranges(server) == ["", *(f"bytes={n * 20_000_000}-" for n in range(1, 10))]
    assert server.sent == book.size
    assert peak_kib < 150 * 1024
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.slow
def test_after_a_kill_the_download_goes_on_from_what_was_safe(target: Path) -> None:
    book = BigPdf(KEEP_BYTES * 3)
    respond = FileServer(content=book, drop_after=KEEP_BYTES * 2 + MIB, hangs=True)
    with serving(respond) as server:
        with other_process(CHILD, server.url, target) as child:
            wait_until(lambda: noted(target) >= KEEP_BYTES * 2, 20, "two notes")
            child.send_signal(signal.SIGKILL)
            child.wait(20)
        respond.drop_after = None
        assert a_way().fetch(server.url, target) == facts_of(book)
    first, second = ranges(server)
    assert first == ""
    assert int(second.removeprefix("bytes=").removesuffix("-")) >= KEEP_BYTES * 2


def noted(target: Path) -> int:
    try:
        return int(json.loads(note_of(target).read_text())["size"])
    except OSError:
        return 0
