"""The admin hears of a killed daemon, sees its numbers, and has its log tell more."""

import os
import signal

import pytest
import requests

from tests.end_to_end.running_shop import RunningShop
from tests.waiting import wait_until

pytestmark = pytest.mark.end_to_end

SECONDS = 20.0


def test_a_killed_daemon_tells_at_its_next_start_and_shows_its_numbers(shop: RunningShop) -> None:
    told = shop.folder / "told"
    text = shop.config.read_text()
    program = f"command: [sh, -c, 'cat >> \"$0\"', '{told}']"
    shop.config.write_text(text.replace("command: []", program))
    shop.start()
    numbers = requests.get(f"{shop.house_url}/metrics", timeout=10).text
    assert 'hotfolder_stage_jobs{stage="new"} 0.0' in numbers
    orders = shop.order_url.removesuffix("/orders")
    assert requests.get(f"{orders}/metrics", timeout=10).status_code == 404, "the house's alone"
    shop.kill()

    shop.start()
    wait_until(told.exists, SECONDS, "the admin is told")
    wait_until(lambda: "ended without being stopped" in told.read_text(), SECONDS, "and of what")

    os.kill(shop.pid, signal.SIGUSR1)
    wait_until(lambda: "log level DEBUG" in shop.log_text(), SECONDS, "more in the log")
    os.kill(shop.pid, signal.SIGUSR2)
    wait_until(lambda: "log level INFO, before: DEBUG" in shop.log_text(), SECONDS, "less again")
    assert shop.is_alive
    assert shop.stop() == 0
