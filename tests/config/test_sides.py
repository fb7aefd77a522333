"""The stages beside the flows."""

from pathlib import Path

import pytest

from hotfolder.config.sides import Sides, side_stages
from hotfolder.config.values import stage_folder
from hotfolder.domain.cause import CANCEL_CAUSES
from hotfolder.domain.flow import StageKind
from hotfolder.domain.signal import SignalType
from tests.config.checking import GOOD, a_shop, shop_problems


def test_there_is_a_folder_for_each_of_the_21_causes_named_by_code_and_words() -> None:
    found = [stage for stage in side_stages(Sides()) if stage.cause]
    assert [stage.cause for stage in found] == list(CANCEL_CAUSES)
    assert len(found) == 21
    for stage in found:
        assert stage.folder == f"92-canceled/{stage.cause} - {CANCEL_CAUSES[stage.cause].words}"
        assert (stage.signal, stage.kind) == (SignalType.CANCELED, StageKind.CANCELED)


def test_there_is_a_folder_for_each_delay() -> None:
    found = [stage for stage in side_stages(Sides()) if stage.hours]
    assert [(stage.folder, stage.hours) for stage in found] == [
        ("91-delayed/4h", 4),
        ("91-delayed/24h", 24),
        ("91-delayed/48h", 48),
        ("91-delayed/72h", 72),
    ]
    assert {stage.signal for stage in found} == {SignalType.DELAY}


def test_every_folder_is_one_that_each_client_of_a_share_can_show() -> None:
    for stage in side_stages(Sides()):
        assert stage_folder(stage.folder) == stage.folder


def test_the_undo_time_is_that_of_cancellations_and_delays_alone() -> None:
    waits = {stage.undo_seconds for stage in side_stages(Sides(undo_seconds=5)) if stage.signal}
    others = {stage.undo_seconds for stage in side_stages(Sides()) if not stage.signal}
    assert (waits, others) == ({5}, {0})


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("hold", "20-print"),
        ("delayed", "20-print/in"),
        ("canceled", "90-hold/in"),
        ("archive", "92-canceled"),
    ],
)
def test_a_folder_that_is_or_lies_in_another_stage_is_refused(
    tmp_path: Path, name: str, folder: str
) -> None:
    path = a_shop(tmp_path, f"{GOOD}beside:\n  {name}: {folder}\n")
    assert [(one.where, one.what) for one in shop_problems(path)] == [
        (f"config.yaml:9 beside.{name}", "is, holds or lies in another stage folder")
    ]
