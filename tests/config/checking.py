"""Configurations and flows for tests, and what is said of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from hotfolder.config.check import check_config, load_shop
from hotfolder.config.flows import read_flows, understood
from hotfolder.config.load import Document, parse_document
from hotfolder.config.model import Config
from hotfolder.domain.flow import Flow
from hotfolder.errors import ConfigError, Problem

GOOD = """\
intake:
  interfaces:
    - name: live
      key: order-key
      mode: live
signals:
  key: signal-key
"""
FLOW = """\
name: default
stages:
  - {key: new, folder: 10-new}
  - {key: print, folder: 20-print, signal: ItemProduce}
"""


def config_of(document: Document, folder: Path, environ: Mapping[str, str] | None) -> Config:
    """The document as a Config; relative paths start at `folder`. Raises ConfigError."""
    config, problems = check_config(document, folder, environ)
    if config is None or problems:
        raise ConfigError(problems)
    return config


def checked(text: str) -> Config:
    return config_of(parse_document(text, "config.yaml"), Path("/shop"), {})


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        checked(text)
    return caught.value.problems


def only_problem(text: str) -> Problem:
    (problem,) = problems_of(text)
    return problem


def a_shop(folder: Path, config: str = GOOD, flow: str = FLOW) -> Path:
    path = folder / "config.yaml"
    path.write_text(config, encoding="utf-8")
    (folder / "flows").mkdir()
    (folder / "flows" / "default.yaml").write_text(flow, encoding="utf-8")
    return path


def shop_problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load_shop(path, {})
    return caught.value.problems


def load_flows(
    folder: Path, *, name: str, where: str, interfaces: Sequence[str] | None = None
) -> tuple[Flow, ...]:
    """The flows of a folder."""
    return understood(read_flows(folder, name=name, where=where), interfaces)
