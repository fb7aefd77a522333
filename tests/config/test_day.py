"""The section `day`, and a flow with a day of its own."""

from datetime import UTC, date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotfolder.config import day as config_day
from hotfolder.config.check import load_shop
from hotfolder.config.day import machine_zone
from hotfolder.domain.day import DayRule, OwnDay
from hotfolder.domain.flow import Ships
from tests.config.checking import FLOW, GOOD, a_shop, checked, only_problem, shop_problems

DAY = """\
day:
  time: 9:05
  zone: America/New_York
  working_days: [Mon, saturday]
  holidays: [2026-12-24, 12-25]
"""
SHIPPING = """\
name: default
ships: end_of_day
stages:
  - {key: new, folder: 10-new}
  - {key: shipped, folder: 20-shipped, signal: ItemShipped}
"""


def test_a_shop_that_says_nothing_closes_its_days_by_command_only() -> None:
    config = checked(GOOD)
    assert config.day.rule() == DayRule(zone=machine_zone())
    assert config.day.lists == Path("/shop/days")
    assert config.day.manifest is None


def test_what_is_written_becomes_the_rule() -> None:
    assert checked(GOOD + DAY).day.rule() == DayRule(
        cutoff=time(9, 5),
        zone=ZoneInfo("America/New_York"),
        working_days=frozenset({0, 5}),
        holidays=frozenset({date(2026, 12, 24)}),
        yearly=frozenset({(12, 25)}),
    )


def test_utc_needs_no_table_of_zones() -> None:
    assert checked(f"{GOOD}day: {{zone: UTC}}").day.rule().zone is UTC


@pytest.mark.parametrize(
    ("line", "where", "words"),
    [
        ("time: 24:00", "day.time", "must be a time such as 17:30"),
        ("time: 17", "day.time", "must be a time such as 17:30"),
        ("zone: Berlin", "day.zone", "no time zone that this machine knows"),
        ("zone: ../../etc/passwd", "day.zone", "no time zone that this machine knows"),
        ("zone: Europe", "day.zone", "no time zone that this machine knows"),
        ("working_days: [mon, holiday]", "day.working_days[1]", "must be one of mon, tue"),
        ("holidays: [2026-02-29]", "day.holidays[0]", "must be a date such as"),
        ("holidays: [25.12.]", "day.holidays[0]", "must be a date such as"),
        ("lists: ''", "day.lists", "is empty"),
        ("at: 17:00", "day.at", "is not known here"),
    ],
)
def test_a_mistake_is_named_with_its_line(line: str, where: str, words: str) -> None:
    problem = only_problem(f"{GOOD}day:\n  {line}\n")
    assert problem.where == f"config.yaml:9 {where}"
    assert words in problem.what


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/usr/share/zoneinfo/Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ("/usr/share/zoneinfo/Nowhere/Land", UTC),
        ("/nothing/here", UTC),
    ],
)
def test_the_zone_of_the_machine_is_where_its_link_points_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, expected: object
) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(target)
    monkeypatch.setattr(config_day, "LOCAL_TIME", link)
    assert machine_zone() == expected


def test_lists_and_manifests_never_lie_in_a_stage(tmp_path: Path) -> None:
    config = f"{GOOD}day: {{lists: floor/20-print/days, manifest: floor/20-print}}\n"
    problems = shop_problems(a_shop(tmp_path, config))
    assert [one.where for one in problems] == [
        "config.yaml:8 day.lists",
        "config.yaml:8 day.manifest",
    ]


LABELS = """\
labels:
  - name: ups
    like: ups-worldship-csv
    request: {folder: labels/in}
    reply: {folder: labels/out}
"""


def test_a_manifest_is_written_as_the_replies_of_a_label_program_that_is_there() -> None:
    config = checked(f"{GOOD}{LABELS}day: {{manifest: manifests, manifest_from: ups}}")
    assert config.day.manifest_from == "ups"
    problem = only_problem(f"{GOOD}{LABELS}day: {{manifest: manifests, manifest_from: gls}}")
    assert "there is no label program 'gls'" in problem.what
    problem = only_problem(f"{GOOD}{LABELS}day: {{manifest_from: ups}}")
    assert (problem.where, problem.what) == (
        "config.yaml:13 day.manifest_from",
        "is given, but manifest is not",
    )


def test_manifests_and_replies_do_not_share_a_folder(tmp_path: Path) -> None:
    config = f"{GOOD}{LABELS}day: {{manifest: labels/out}}\n"
    (problem,) = shop_problems(a_shop(tmp_path, config))
    assert problem.where == "config.yaml:13 day.manifest"
    assert problem.what == "is the folder of a label program"


# --- flows --------------------------------------------------------------------------------------


def test_a_flow_ships_at_once_with_the_day_of_the_shop_unless_it_says_otherwise(
    tmp_path: Path,
) -> None:
    (flow,) = load_shop(a_shop(tmp_path), {}).flows
    assert (flow.ships, flow.day) == (Ships.AT_ONCE, None)


def test_a_flow_may_ship_at_the_end_of_a_day_of_its_own(tmp_path: Path) -> None:
    text = f"{SHIPPING}day: {{time: 12:00, holidays: []}}\n"
    (flow,) = load_shop(a_shop(tmp_path, flow=text), {}).flows
    assert flow.ships is Ships.END_OF_DAY
    own = OwnDay(cutoff=time(12), holidays=frozenset(), yearly=frozenset())
    assert flow.day == own
    shop = checked(GOOD + DAY).day.rule()
    assert own.over(shop) == DayRule(
        cutoff=time(12), zone=shop.zone, working_days=shop.working_days
    )


def test_the_same_file_read_twice_gives_the_same_flow(tmp_path: Path) -> None:
    """Else a reload would take every flow for a changed one."""
    path = a_shop(tmp_path, flow=f"{SHIPPING}day: {{zone: Europe/Berlin}}\n")
    assert load_shop(path, {}).flows == load_shop(path, {}).flows


def test_the_end_of_the_day_needs_a_stage_that_ships(tmp_path: Path) -> None:
    flow = f"{FLOW}ships: end_of_day\n"
    (problem,) = shop_problems(a_shop(tmp_path, flow=flow))
    assert problem.where == "flows/default.yaml:5 ships"
    assert "no stage sends ItemShipped" in problem.what


def test_a_mistake_in_the_day_of_a_flow_is_named_with_its_line(tmp_path: Path) -> None:
    path = a_shop(tmp_path, flow=f"{SHIPPING}day:\n  time: noon\n")
    (problem,) = shop_problems(path)
    assert problem.where == "flows/default.yaml:7 day.time"
