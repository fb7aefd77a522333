"""The program's commands, called in process, and shops that `hotfolder init` made."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hotfolder.cli.main import program
from hotfolder.config.check import Loaded, load_shop
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop

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
