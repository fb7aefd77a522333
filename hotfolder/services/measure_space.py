"""The room on the disks of the shop, measured apart: a share that hangs must silence nobody."""

from collections.abc import Mapping
from pathlib import Path

from hotfolder.files.space import Space, space_at


class Disks:
    """What was measured last, by the names of the places; for any thread."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        self._places = places
        self._found: dict[str, Space] = {}

    def measure(self) -> None:
        """Look at all places; may take long."""
        for name, path in self._places.items():
            space = space_at(path)
            if space is None:
                self._found.pop(name, None)
            else:
                self._found[name] = space

    def by_place(self) -> dict[str, Space]:
        """What is known of each place."""
        return dict(self._found)

    def by_disk(self) -> dict[str, Space]:
        """The same once for each disk, under the names of all that lies on it."""
        names: dict[int, list[str]] = {}
        spaces: dict[int, Space] = {}
        for name, space in self.by_place().items():
            names.setdefault(space.disk, []).append(name)
            spaces[space.disk] = space
        return {", ".join(names[disk]): space for disk, space in spaces.items()}
