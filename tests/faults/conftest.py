from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bed import Bed, made_bed


@pytest.fixture
def bed(tmp_path: Path, logged: list[str]) -> Iterator[Bed]:
    with made_bed(tmp_path, logged) as made:
        yield made
