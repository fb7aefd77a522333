"""scripts/soak --actors: a short run, one that must fail, and its judge by made-up accounts."""

import importlib
import json
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hotfolder.test_center.records import Accepted
from tests.scripts.running import LIB, Script, left_running

BEGIN = 1_800_000_000.0
SETTLE = 6.0


@pytest.fixture
def lib(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The modules of the scripts, as the scripts import them."""
    monkeypatch.syspath_prepend(str(LIB))
    return importlib.import_module


class Accounts:
    """One job that goes to print after 10 seconds and to produced after 20, all of it told."""

    def __init__(self, lib: Any) -> None:
        self.judging, truth = lib("actors_judge"), lib("truth")
        ways = [("new", 0.0), ("print", 10.0), ("produced", 20.0)]
        stays = [truth.Stay(stage=stage, began=BEGIN + at, there=BEGIN + at) for stage, at in ways]
        for stay, after in pairwise(stays):
            stay.ended = after.began
        self.life = truth.Life(order="1", item="i", path=Path("i"), stays=stays)
        self.uptimes = truth.Uptimes()
        self.uptimes.up(BEGIN)
        self.uptimes.down(BEGIN + 30)
        self.lines = [
            self.line(11, "new", "print", ["ItemProduce"]),
            self.line(21, "print", "produced", ["ItemProduced"]),
        ]
        self.accepted = [
            self.signal(1, 0, "ItemRegistered"),
            self.signal(2, 11, "ItemProduce"),
            self.signal(3, 21, "ItemProduced"),
        ]

    def line(self, at: float, start: str, to: str, signals: Sequence[str], **more: Any) -> Any:
        detail = {"from": start, "to": to, "signals": list(signals), **more}
        return self.judging.Line(at=BEGIN + at, action="job moved", detail=detail)

    def signal(self, seq: int, at: float, kind: str) -> Accepted:
        told = time.strftime("%Y-%m-%d %H:%M:%S GMT", time.gmtime(BEGIN + at))
        return Accepted(
            seq=seq, at=BEGIN + at, type=kind, order="1", item="i", datetime=told, fields={}
        )

    def judged(self, kills: Sequence[float] = ()) -> tuple[list[str], list[str], int]:
        judge = self.judging.Judge(self.uptimes, SETTLE, [BEGIN + at for at in kills])
        told = judge.judge([self.life], {"i": self.lines}, self.accepted)
        return told.missed, told.extra, told.doubles


@pytest.fixture
def accounts(lib: Any) -> Accounts:
    return Accounts(lib)


def test_accounts_that_agree_are_fine(accounts: Accounts) -> None:
    assert accounts.judged() == ([], [], 0)


def test_a_stay_that_was_long_enough_and_not_noted_is_missed(accounts: Accounts) -> None:
    accounts.lines = [accounts.line(21, "new", "produced", ["ItemProduce", "ItemProduced"])]
    accounts.accepted[1] = accounts.signal(2, 21, "ItemProduce")
    (stay, signal), extra, _ = accounts.judged()
    assert "in print" in stay
    assert "was not noted, but new" in stay
    assert "ItemProduce for in print" in signal
    assert extra == []


def test_a_stay_during_which_the_daemon_was_down_may_be_missed(accounts: Accounts) -> None:
    accounts.uptimes = type(accounts.uptimes)()
    accounts.uptimes.up(BEGIN)
    accounts.uptimes.down(BEGIN + 12)
    accounts.uptimes.up(BEGIN + 18)
    accounts.lines = [accounts.line(21, "new", "produced", ["ItemProduce", "ItemProduced"])]
    accounts.accepted[1] = accounts.signal(2, 21, "ItemProduce")
    assert accounts.judged() == ([], [], 0)


def test_a_move_to_where_the_job_was_not_is_extra(accounts: Accounts) -> None:
    accounts.lines.insert(1, accounts.line(15, "print", "hold", []))
    accounts.lines[2] = accounts.line(21, "hold", "produced", ["ItemProduced"])
    missed, extra, _ = accounts.judged()
    assert any("was noted in hold" in words for words in extra)
    assert any("was not noted, but hold" in words for words in missed)


def test_a_signal_that_the_journal_should_have_told_is_missed(accounts: Accounts) -> None:
    accounts.lines[1] = accounts.line(21, "print", "produced", [])
    del accounts.accepted[2]
    missed, _, _ = accounts.judged()
    assert any("says [], not ['ItemProduced']" in words for words in missed)
    assert any("ItemProduced for in produced" in words for words in missed)


def test_a_promised_signal_that_never_arrived_is_missed(accounts: Accounts) -> None:
    del accounts.accepted[1]
    missed, extra, _ = accounts.judged()
    assert any("ItemProduce of" in words for words in missed)
    assert any("came after ItemRegistered, unasked" in words for words in extra)


def test_a_signal_of_a_stage_where_the_job_never_was_is_extra(accounts: Accounts) -> None:
    accounts.accepted.append(accounts.signal(4, 25, "ItemPacked"))
    _, extra, _ = accounts.judged()
    assert any("ItemPacked" in words and "unasked" in words for words in extra)
    assert any("in no stage that says so" in words for words in extra)


def test_a_double_is_excused_by_a_kill_and_by_nothing_else(accounts: Accounts) -> None:
    accounts.accepted.append(accounts.signal(4, 21, "ItemProduced"))
    assert accounts.judged([21.5]) == ([], [], 1)
    _, (words,), doubles = accounts.judged()
    assert "came twice, and no kill excuses it" in words
    assert doubles == 0


def short_run(
    folder: Path, *more: object, actors: int, minutes: float
) -> tuple[int, dict[str, Any]]:
    arguments = ["--actors", actors, "--minutes", minutes, "--settle", 2, "--json", *more]
    script = Script("actors_soak.py", *arguments, temporary=folder)
    code = script.wait()
    assert left_running(folder) == []
    text = script.text()  # what is said beside the report may come before or after it
    return code, json.loads(text[text.index("{") : text.rindex("}") + 1])


@pytest.mark.slow
@pytest.mark.end_to_end
def test_a_short_run_with_a_kill_misses_nothing_and_tells_nothing_extra(tmp_path: Path) -> None:
    code, told = short_run(tmp_path, "--kills", 1, "--seed", 2, actors=6, minutes=0.2)

    assert code == 0, told["problems"]
    counts = told["counts"]
    assert (counts["actors"], counts["jobs"], counts["kill -9"]) == (6, 12, 1)
    assert counts["missed"] == counts["extra"] == 0
    assert counts["of these long enough to be noted"] >= 12
    assert counts["signals arrived"] >= counts["jobs"]
    assert told["moves"]
    assert [path.name for path in tmp_path.iterdir()] == ["output.txt"]


@pytest.mark.slow
@pytest.mark.end_to_end
def test_a_signal_that_is_given_up_fails_the_run(tmp_path: Path) -> None:
    fault = '{"status": 400, "type": "ItemProduce", "times": 1}'
    code, told = short_run(tmp_path, "--kills", 0, "--fault", fault, actors=3, minutes=0.1)

    assert code == 1
    assert told["counts"]["missed"] >= 1
    assert any("ItemProduce" in words and "never arrived" in words for words in told["problems"])
