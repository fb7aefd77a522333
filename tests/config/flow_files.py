"""Flow files for tests, and what is said of them."""

from pathlib import Path

import pytest

from hotfolder.domain.flow import Flow
from hotfolder.errors import ConfigError, Problem
from tests.config.checking import load_flows

WHERE = "config.yaml:1 flows.path"
NEW = "key: new, folder: 10-new"
PRINT = "key: print, folder: 20-print, signal: ItemProduce"
PACKED = "key: packed, folder: 40-packed, signal: ItemPacked"


def loaded(folder: Path, **files: str) -> tuple[Flow, ...]:
    """The flows of this folder, after these files were written there, by name and text."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_flows(folder, name="flows", where=WHERE)


def problems_of(folder: Path, **files: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, **files)
    return caught.value.problems


def only_problem(folder: Path, **files: str) -> Problem:
    (problem,) = problems_of(folder, **files)
    return problem


def a_flow(*stages: str, name: str = "default", takes: str = "") -> str:
    """The text of a flow file; its stages begin at line 3, each on a line of its own."""
    own = [f"takes: {takes}"] if takes else []
    return "\n".join(
        [f"name: {name}", "stages:", *(f"  - {{{stage}}}" for stage in stages), *own, ""]
    )
