"""The signals of stages in flow files: which may stand where, and in which order."""

from pathlib import Path

import pytest

from tests.config.flow_files import NEW, PACKED, PRINT, a_flow, only_problem, problems_of


def test_item_registered_is_refused_with_the_reason(tmp_path: Path) -> None:
    stage = "key: print, folder: 20-print, signal: ItemRegistered"
    problem = only_problem(tmp_path, default=a_flow(NEW, stage))
    assert problem.where == "flows/default.yaml:4 stages[1].signal"
    assert problem.what.startswith("is sent when an order is taken in; a stage sends one of Item")


@pytest.mark.parametrize("signal", ["ItemDelay", "ItemCanceled"])
def test_a_signal_with_a_cause_is_refused_with_the_reason(tmp_path: Path, signal: str) -> None:
    stage = f"key: print, folder: 20-print, signal: {signal}"
    problem = only_problem(tmp_path, default=a_flow(NEW, stage))
    assert problem.what.startswith("needs a cause that no folder can give")


@pytest.mark.parametrize("signal", ["itemproduce", "Printed", "''", "[ItemProduce]"])
def test_a_signal_that_is_not_known_is_refused(tmp_path: Path, signal: str) -> None:
    stage = f"key: print, folder: 20-print, signal: {signal}"
    assert only_problem(tmp_path, default=a_flow(NEW, stage)).what.startswith("must be ")


def test_the_first_stage_sends_no_signal(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, default=a_flow(NEW + ", signal: ItemProduce", PACKED))
    assert problem.where == "flows/default.yaml:3 stages[0].signal"
    assert problem.what == "the first stage sends no signal: Hotfolder itself puts jobs there"


def test_signals_stand_in_the_order_in_which_an_item_passes_them(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, default=a_flow(NEW, PACKED, PRINT))
    assert problem.where == "flows/default.yaml:5 stages[2].signal"
    assert problem.what == "stands after ItemPacked of stages[1]"
    assert problem.hint == "the order is ItemProduce, ItemProduced, ItemPacked, ItemShipped"


def test_every_signal_that_comes_too_late_is_named(tmp_path: Path) -> None:
    produced = "key: produced, folder: 30-produced, signal: ItemProduced"
    problems = problems_of(tmp_path, default=a_flow(NEW, PACKED, PRINT, produced))
    assert [problem.where for problem in problems] == [
        "flows/default.yaml:5 stages[2].signal",
        "flows/default.yaml:6 stages[3].signal",
    ]


def test_a_signal_is_sent_by_one_stage_only(tmp_path: Path) -> None:
    again = "key: again, folder: 25-again, signal: ItemProduce"
    problem = only_problem(tmp_path, default=a_flow(NEW, PRINT, again))
    assert problem.where == "flows/default.yaml:5 stages[2].signal"
    assert problem.what == "is sent by stages[1] already"
