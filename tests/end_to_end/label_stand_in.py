"""A label program for tests: takes its requests and writes slowly, in pieces, whatever it is told.

It knows nothing of Hotfolder but its folders and the format of its kind.
"""

from collections.abc import Mapping
from pathlib import Path

from tests.label_programs import REPLIES, reference_in

PIECES = 4
PAUSE = 2  # steps of two seconds between pieces: shorter than what counts as quiet


class LabelStandIn:
    """`asked` are the references of the requests that it has taken."""

    def __init__(self, like: str, requests: Path, replies: Path) -> None:
        self.asked: list[str] = []
        self._like = like
        self._requests = requests
        self._replies = replies
        self._answered: dict[str, str] = {}
        self._pieces: list[bytes] = []
        self._path = replies
        self._steps = 0
        self._files = 0

    def answer(self, codes: Mapping[str, str]) -> None:
        """From now on it writes these codes, each piece in a `step`."""
        name, write = REPLIES[self._like]
        data = write(codes)
        if self._like == "ups-worldship-csv":  # adds lines below those of its export
            data = data.split(b"\r\n", 1)[1] if self._answered else data
        elif self._like == "gls-csv":  # writes its list of the day anew
            (self._replies / name).unlink(missing_ok=True)
            data = write({**self._answered, **codes})
        else:
            self._files += 1
            name = f"{self._files}-{name}"
        self._answered |= codes
        self._path = self._replies / name
        size = len(data) // PIECES + 1
        self._pieces = [data[start : start + size] for start in range(0, len(data), size)]

    @property
    def writes(self) -> bool:
        """Whether it has not written all it was told."""
        return bool(self._pieces)

    def step(self) -> list[str]:
        """Takes what lies there, and now and then writes one more piece; `asked`."""
        for path in sorted(self._requests.glob("[!.]*")):
            if path.is_file() and path.suffix in (".csv", ".xml", ".json"):
                self.asked.append(reference_in(self._like, path.read_bytes()))
                path.unlink()
        self._steps += 1
        if self._pieces and self._steps % PAUSE == 0:
            with self._path.open("ab") as file:
                file.write(self._pieces.pop(0))
        return self.asked
