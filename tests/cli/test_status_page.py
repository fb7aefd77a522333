"""`hotfolder status` is one page: what needs a person stands first."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from hotfolder.cli.status import _view
from hotfolder.cli.status_page import page
from hotfolder.config.check import Loaded
from hotfolder.services.shop import Shop
from tests.cli.conftest import Call, job_in_print, quiet
from tests.fakes import RecordingSender
from tests.steps import note, order_in


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return quiet(shop, RecordingSender())


def on_terminal(shop: Shop, loaded: Loaded, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(page(_view(shop, loaded), narrow=True))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_what_needs_a_person_stands_before_the_stages(shop: Shop, loaded: Loaded) -> None:
    job = job_in_print(shop)
    with shop.store.transaction():
        shop.store.doubts.mark(job, shop.clock.now())
    note(shop, job, "produced")
    text = on_terminal(shop, loaded)
    assert "because of the restore: hotfolder doubts" in text
    assert "it waits until a person has said" not in text, "told once, not for each signal"
    assert text.index("IN DOUBT: 1 jobs") < text.index("Stage")
    assert text.index("The daemon is NOT running") < text.index("IN DOUBT")
    assert text.index("Stage") < text.index("Orders: 1")


def test_on_a_terminal_folders_are_short_and_jobs_are_bars(shop: Shop, loaded: Loaded) -> None:
    job_in_print(shop)
    text = on_terminal(shop, loaded)
    [line] = [one for one in text.splitlines() if one.startswith("print ")]
    assert "▇" in line
    assert "20-print" in line
    assert str(loaded.floor_path) not in line


def test_a_shop_with_a_thousand_letters_in_a_name_steers_no_terminal(
    shop: Shop, loaded: Loaded
) -> None:
    order_in(shop)
    text = on_terminal(shop, loaded, width=60)
    assert "\x1b" not in text


def test_watching_needs_a_terminal(call: Call, config: Path) -> None:
    done = call("status", "--watch", "--config", config)
    assert (done.code, "needs a terminal" in done.err) == (2, True)


def test_programs_are_told_of_doubts_and_alerts(call: Call, config: Path, shop: Shop) -> None:
    order_in(shop)
    data = call("status", "--json", "--config", config).data
    assert (data["in_doubt"], data["alerts"]) == (0, [])
