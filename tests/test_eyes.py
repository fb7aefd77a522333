"""What watches over the shop, put together as the daemon has it, and the files for Prometheus."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotfolder.app import App, build
from hotfolder.config.check import Loaded
from hotfolder.domain.alert import Kind
from hotfolder.domain.reading import Form
from hotfolder.eyes import Eyes, places
from hotfolder.loops import FAILING_SECONDS, Loop
from hotfolder.services.note_run import begin_run
from hotfolder.shopfront import build_shop
from hotfolder.ways_out import alert_ways
from hotfolder.web.refusals import Refusal
from tests.test_app import set_up

SYSTEMD = Path(__file__).resolve().parents[1] / "systemd"
ENDINGS = {Form.GAUGE: ("",), Form.COUNTER: ("_total",), Form.HISTOGRAM: ("_bucket", "_sum")}


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    command = f"command: [sh, -c, 'cat >> \"$0\"', '{tmp_path / 'told'}']"
    return set_up(tmp_path, "http://127.0.0.1:9/", command, "disk_free_gib: 0")


def step(app: App, name: str) -> None:
    next(loop for loop in app.loops if loop.name == name)._step()


def test_what_is_wrong_reaches_the_admin_by_the_loops_of_the_daemon(
    loaded: Loaded, tmp_path: Path
) -> None:
    app = build(loaded)
    begin_run(app.shop)
    begin_run(app.shop)  # killed in between
    for name in ("space", "alerts", "tell"):
        step(app, name)
    app.server.stop()
    told = (tmp_path / "told").read_text()
    assert "Stopped without being asked to" in told
    assert "Wrong in all just now: 1" in told


def test_a_part_of_which_every_step_fails_is_told_though_it_is_alive(
    loaded: Loaded,
) -> None:
    def fail() -> float:
        raise ValueError("a row that nobody understands")

    broken = Loop("rounds", fail)
    broken.once()
    eyes = Eyes(build_shop(loaded), loaded, {})
    eyes.watch([broken])
    assert eyes._standing_still() == []
    broken._failing_since -= FAILING_SECONDS  # and it came round ever since
    assert eyes._standing_still() == ["rounds"]


def test_the_archive_matters_when_something_goes_there(tmp_path: Path) -> None:
    assert set(places(set_up(tmp_path / "a"))) == {"state", "floor", "spool"}
    assert set(places(set_up(tmp_path / "b", "http://127.0.0.1:9/", "after_days: 3"))) >= {
        "archive"
    }


def names(loaded: Loaded) -> set[str]:
    """Every number that a shop shows."""
    shop = build_shop(loaded)
    eyes = Eyes(shop, loaded, alert_ways(loaded.config.alerts))
    with shop.store.transaction():
        shop.store.marks.set("backup", shop.clock.now())
    readings = list(eyes.readings({Refusal.SLOW_HEADER: 1})())
    found = {one.name + ending for one in readings for ending in ENDINGS[one.form]}
    # an order has to be there for this one
    return found | {"hotfolder_last_order_timestamp_seconds", "process_resident_memory_bytes", "up"}


def used(expressions: Iterable[str]) -> set[str]:
    return {
        name
        for text in expressions
        for name in re.findall(r"hotfolder_\w+|process_\w+|\bup\b", text)
    }


def rules() -> list[dict[str, Any]]:
    text = (SYSTEMD / "alert-rules.yaml").read_text(encoding="utf-8")
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    return dict(json.loads((SYSTEMD / "grafana-dashboard.json").read_text(encoding="utf-8")))


def test_rules_and_dashboard_ask_for_nothing_that_is_not_shown(loaded: Loaded) -> None:
    known = names(loaded)
    panels = [one["expr"] for panel in dashboard()["panels"] for one in panel["targets"]]
    asked = used(rule["expr"] for rule in rules()) | used(panels)
    assert len(asked) > 15
    assert asked <= known


BY_NUMBERS = {
    Kind.DEADLINE: "hotfolder_late_signals",
    Kind.DESTINATION: "hotfolder_destination_state",
    Kind.PARKED: 'hotfolder_signals{state="parked"}',
    Kind.FROZEN: 'hotfolder_stage_trouble{trouble="frozen"}',
    Kind.DISK: "hotfolder_disk_free_bytes",
}


def test_every_kind_that_hotfolder_tells_of_has_a_rule() -> None:
    text = "\n".join(rule["expr"] for rule in rules())
    told = {kind for group in re.findall(r'kind=~?"([^"]+)"', text) for kind in group.split("|")}
    assert {kind.value for kind in Kind} - told == {kind.value for kind in BY_NUMBERS}
    assert all(number in text for number in BY_NUMBERS.values())


def test_no_rule_calls_a_loop_stuck_that_hotfolder_does_not(loaded: Loaded) -> None:
    [rule] = [rule for rule in rules() if rule["alert"] == "HotfolderLoopStuck"]
    limits = re.findall(r'loop(!|=)~"([^"]+)"} > (\d+)', rule["expr"])
    assert limits
    app = build(loaded)
    app.server.stop()
    for loop in app.loops:
        for sign, pattern, seconds in limits:
            if bool(re.fullmatch(pattern, loop.name)) is (sign == "="):
                assert loop.is_late(loop.beat + float(seconds)), loop.name


def test_every_rule_says_in_words_what_is_wrong_and_how_bad_it_is() -> None:
    for rule in rules():
        assert rule["annotations"]["summary"], rule["alert"]
        assert rule["labels"]["severity"] in {"warning", "critical"}


def test_no_two_panels_of_the_dashboard_lie_over_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
