from pathlib import Path

import pytest


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a download puts what comes."""
    return tmp_path / ".cover.pdf.part"
