"""When a backup is due, and which ones may go."""

from datetime import timedelta

import pytest

from hotfolder.domain.backup_plan import backup_name, is_due, last_made, made_at, to_remove
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_a_name_tells_when_its_backup_was_made() -> None:
    assert backup_name(NOON) == "hotfolder-20260302T120000Z.sqlite"
    assert made_at(backup_name(NOON)) == NOON


@pytest.mark.parametrize(
    "name", ["hotfolder.sqlite", "hotfolder-20261399T120000Z.sqlite", "x", ".hotfolder-1.new"]
)
def test_other_files_are_no_backups(name: str) -> None:
    assert made_at(name) is None
    assert to_remove([name], "", keep=1) == []


@pytest.mark.parametrize(
    ("hours_ago", "due"), [([], True), ([7], True), ([5], False), ([7, 6], True), ([-3], True)]
)
def test_it_is_due_when_the_last_one_is_too_old(hours_ago: list[int], due: bool) -> None:
    names = [backup_name(NOON - hours * HOUR) for hours in hours_ago]
    assert is_due(last_made(names, NOON), NOON, 6 * HOUR) is due


def test_without_a_time_between_two_it_is_never_due() -> None:
    assert not is_due(None, NOON, timedelta())


def test_the_oldest_go_and_never_the_one_just_made() -> None:
    names = [backup_name(NOON + hours * HOUR) for hours in range(5)]
    assert to_remove(names, names[4], keep=3) == names[:2]
    assert to_remove(names, names[0], keep=2) == names[1:4], "the clock was set back"
    assert to_remove(names, names[0], keep=1) == names[1:]
    assert to_remove(names, names[4], keep=9) == []
