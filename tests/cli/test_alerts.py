"""hotfolder alerts: what is wrong, and whether the admin hears of it."""

from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from hotfolder.domain.retry import Health, Reach
from hotfolder.services.mind_alerts import AlertMinder
from hotfolder.services.see_conditions import Senses
from hotfolder.services.shop import SIGNALS
from hotfolder.shopfront import build_shop
from tests.cli.conftest import Call
from tests.net.servers import no_server, says, serving
from tests.services.alerting import NOTHING


def with_alerts(config: Path, **lines: str) -> None:
    text = config.read_text()
    for name, value in lines.items():
        default = next(line for line in text.splitlines() if line.startswith(f"  {name}:"))
        text = text.replace(default, f"  {name}: {value}")
    config.write_text(text)


def test_a_shop_where_all_is_well_says_so_and_that_nobody_would_be_told(
    call: Call, config: Path
) -> None:
    result = call("alerts", "--config", config)
    assert result.code == 0
    assert "Nothing is wrong." in result.out
    assert "Nobody is told" in result.out
    assert "NOT running" in result.out


def test_what_is_wrong_is_listed_with_what_people_heard_of_it(call: Call, config: Path) -> None:
    loaded = load_shop(config, {})
    shop = build_shop(loaded)
    with shop.store.transaction():
        health = Health(reach=Reach.PAUSED, since=shop.clock.now(), words="the key is refused")
        shop.store.destinations.keep(SIGNALS, health)
    rule = loaded.config.alerts.rule(shop.day.zone)
    AlertMinder(shop, "a shop", rule, Senses(limits=NOTHING), ["mail"]).step()
    result = call("alerts", "--config", config)
    assert "the key is refused" in result.out
    assert "Not taken by mail" in result.out
    data = call("alerts", "--json", "--config", config).data
    assert (data["running"], data["ways"]) == (False, [])
    [alert] = data["alerts"]
    assert (alert["kind"], alert["told"], alert["grave"]) == ("destination", "grave", True)
    [post] = data["untold"]
    assert (post["way"], post["tries"]) == ("mail", 0)


def test_a_test_goes_out_by_every_way_and_each_is_told(
    call: Call, config: Path, tmp_path: Path
) -> None:
    target = tmp_path / "told"
    with serving(says(200)) as server:
        with_alerts(config, webhook_url=server.url, command=f"[sh, -c, 'cat > \"$0\"', '{target}']")
        result = call("alerts", "test", "--config", config)
    assert result.code == 0, result.err
    assert "webhook: the test message was taken" in result.out
    assert "command: the test message was taken" in result.out
    assert b"test of alerts" in server.requests[0].body
    assert "This is a test" in target.read_text()


def test_a_way_that_takes_nothing_is_told_with_why_and_ends_with_1(
    call: Call, config: Path
) -> None:
    with_alerts(config, webhook_url=f"{no_server()}/T0KEN")
    result = call("alerts", "test", "--config", config)
    assert result.code == 1
    assert "webhook: NOT taken: webhook at 127.0.0.1 can not be reached" in result.err
    assert "T0KEN" not in result.out + result.err
    data = call("alerts", "test", "--json", "--config", config).data
    assert data["webhook"].startswith("webhook at 127.0.0.1")


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_without_any_way_it_says_what_to_configure(
    call: Call, config: Path, more: list[str]
) -> None:
    result = call("alerts", "test", *more, "--config", config)
    assert result.code == 2
    assert "mail_server" in result.err
