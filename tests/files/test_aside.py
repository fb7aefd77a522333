"""Folders on their way to the archive: out of reach, and removed only when they may be."""

from pathlib import Path

import pytest

from hotfolder.errors import FloorError
from hotfolder.files.aside import Aside
from tests.rights import without_power


@pytest.fixture
def aside(tmp_path: Path) -> Aside:
    for name in ("archive-12", "archive-3", "job-5", "archive-x", "archived-7"):
        (tmp_path / name / "in").mkdir(parents=True)
        (tmp_path / name / "in" / "file").touch()
    return Aside(tmp_path)


def names(aside: Aside) -> list[str]:
    return sorted(path.name for path in aside.path.iterdir())


def test_those_on_their_way_are_found_in_order(aside: Aside) -> None:
    assert aside.begun() == [3, 12]


def test_only_what_is_archived_is_removed_also_what_an_earlier_run_began_to_remove(
    aside: Aside,
) -> None:
    aside.done(3)
    assert names(aside) == ["archive-12", "archive-x", "archived-3", "archived-7", "job-5"]
    aside.sweep()
    assert names(aside) == ["archive-12", "archive-x", "job-5"]
    aside.done(3)  # as after a kill
    aside.sweep()
    assert names(aside) == ["archive-12", "archive-x", "job-5"]


def test_what_can_not_be_removed_is_told(aside: Aside) -> None:
    (aside.path / "archived-7" / "in").chmod(0o555)
    with pytest.raises(FloorError, match="archived-7 is archived but can not be removed"):
        without_power(aside.sweep)
    (aside.path / "archived-7" / "in").chmod(0o755)
    aside.sweep()
    assert not (aside.path / "archived-7").exists()
