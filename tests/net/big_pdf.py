"""A real PDF of any size that is never in memory: one page, one long attached stream."""

import random
from dataclasses import dataclass, field

# no divisor of it is round, so that bytes from a wrong place are other bytes
BLOCK = random.Random(7).randbytes(65_521)


@dataclass(frozen=True, slots=True)
class BigPdf:
    """The bytes of a PDF of exactly `size` bytes, from any place."""

    size: int
    _head: bytes = field(init=False)
    _tail: bytes = field(init=False)

    def __post_init__(self) -> None:
        head, tail = _ends(0)
        for _ in range(3):  # the length of the numbers changes the length of the ends
            head, tail = _ends(self.size - len(head) - len(tail))
        assert len(head) + len(tail) < self.size
        object.__setattr__(self, "_head", head)
        object.__setattr__(self, "_tail", tail)

    def at(self, start: int, stop: int) -> bytes:
        """These bytes of it."""
        parts = []
        tail_at = self.size - len(self._tail)
        if start < len(self._head):
            parts.append(self._head[start:stop])
        low, high = max(start, len(self._head)), min(stop, tail_at)
        if low < high:
            offset = (low - len(self._head)) % len(BLOCK)
            count = (offset + high - low) // len(BLOCK) + 1
            parts.append((BLOCK * count)[offset : offset + high - low])
        if stop > tail_at:
            parts.append(self._tail[max(start - tail_at, 0) : stop - tail_at])
        return b"".join(parts)


def _ends(filling: int) -> tuple[bytes, bytes]:
    objects = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Extra 4 0 R >>\nendobj\n",
        b"4 0 obj\n<< /Length %d >>\nstream\n" % filling,
    ]
    head, places = b"%PDF-1.7\n", []
    for one in objects:
        places.append(len(head))
        head += one
    end = b"\nendstream\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 5\n0000000000 65535 f \n" + table
    trailer = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return head, end + table + trailer % (len(head) + filling + len(end))
