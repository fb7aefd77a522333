"""The PDFs that the test orders name: real ones, with true size and md5."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A file of the folder `samples/`; `md5` as 32 lower-case hex digits."""

    name: str
    content: bytes = field(repr=False)
    md5: str

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content)


@cache
def samples() -> Mapping[str, Sample]:
    """All sample files by name; read once, as they are part of the program."""
    folder = resources.files("hotfolder.test_center") / "samples"
    found = {}
    for entry in folder.iterdir():
        if entry.name.endswith(".pdf"):
            content = entry.read_bytes()
            md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
            found[entry.name] = Sample(name=entry.name, content=content, md5=md5)
    return found
