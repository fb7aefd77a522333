"""The program's commands, called in process, and shops that `hotfolder init` made."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hotfolder.cli.main import program
from hotfolder.config.check import Loaded, load_shop
from hotfolder.domain.job import Job
from hotfolder.services.shop import SIGNALS, Destination, Shop
from hotfolder.shopfront import build_shop
from tests.fakes import FolderFetcher, RecordingSender
from tests.steps import EXAMPLES, fetch_all, note, order_in, send_all, the_job

ORDER_KEY = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa0001"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Result]


def quiet(shop: Shop, sender: RecordingSender) -> Shop:
    """The shop of the commands, with nothing leaving the machine."""
    usual = Destination(name=SIGNALS, sender=sender)
    fetcher = FolderFetcher(EXAMPLES / "files")
    return replace(shop, destinations={SIGNALS: usual}, fetcher=fetcher)


def job_in_print(shop: Shop) -> Job:
    """ItemRegistered is sent, ItemProduce waits for its undo time."""
    order = order_in(shop)
    fetch_all(shop)
    send_all(shop)
    note(shop, the_job(shop, order.order_id), "print")
    return the_job(shop, order.order_id)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command; `environ` is what it finds in its environment."""
    monkeypatch.delenv("HOTFOLDER_CONFIG", raising=False)

    def run(*arguments: object, environ: dict[str, str] | None = None) -> Result:
        words = [str(argument) for argument in arguments]
        done = CliRunner().invoke(program, words, env=environ, catch_exceptions=False)
        return Result(code=done.exit_code, out=done.stdout, err=done.stderr)

    return run


@pytest.fixture
def config(call: Call, tmp_path: Path) -> Path:
    """The configuration of a new shop, its port any free one."""
    done = call("init", tmp_path / "shop", "--order-key", ORDER_KEY, "--port", 0)
    assert done.code == 0, done.err
    return tmp_path / "shop" / "config.yaml"


@pytest.fixture
def loaded(config: Path) -> Loaded:
    return load_shop(config, {})


@pytest.fixture
def shop(loaded: Loaded) -> Shop:
    """The same shop that the commands see."""
    return build_shop(loaded)
