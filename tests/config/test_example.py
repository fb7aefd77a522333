"""config.example.yaml, flows/default.yaml and flows/README.md say what the program does."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from hotfolder.config.check import load_shop
from hotfolder.config.day import DayFile
from hotfolder.config.devices import Device
from hotfolder.config.flow_file import FlowFile, ShipCompleteFile, StageFile
from hotfolder.config.labels import Labels
from hotfolder.config.load import parse_document
from hotfolder.config.model import Config, Interface, OtherSignals
from hotfolder.config.shape import inner_model, options
from hotfolder.config.sides import ReprintFile
from hotfolder.config.takes import TakesFile
from hotfolder.config.write import default_flow_text, example_text
from tests.config.checking import config_of, load_flows

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
FLOWS_README = (ROOT / "flows" / "README.md").read_text(encoding="utf-8")


def every_option(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, found in options(model).items():
        yield f"{above}{name}"
        section = inner_model(found)
        if section is not None:
            yield from every_option(section, f"{above}{name}.")


def in_a_list(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Lists of entries that the example leaves empty; of each the names stand above it."""
    for name, found in options(model).items():
        section = inner_model(found)
        if section is None:
            continue
        if found.default == ():
            yield f"{above}{name}"
        yield from in_a_list(section, f"{above}{name}.")


def shown(data: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, value in data.items():
        yield f"{above}{name}"
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict):
                yield from shown(entry, f"{above}{name}.")


def marked_lines() -> set[str]:
    lines = EXAMPLE.splitlines()
    found = {below.strip() for line, below in pairwise(lines) if "# example:" in line}
    assert found
    return found


def test_the_example_is_what_the_model_gives() -> None:
    assert example_text() == EXAMPLE


def test_the_example_loads_with_the_default_flow() -> None:
    loaded = load_shop(ROOT / "config.example.yaml", {})
    assert [flow.name for flow in loaded.flows] == ["default"]


def test_the_example_shows_every_option() -> None:
    # the other two sources of a key can only stand there as comments
    text = re.sub(r"# (\w+_file|\w+_env): ", r"\1: ", EXAMPLE)
    data = parse_document(text, "config.example.yaml").data
    empty = tuple(f"{name}." for name in empty_lists())
    assert set(shown(data)) == {one for one in every_option(Config) if not one.startswith(empty)}


def empty_lists() -> list[str]:
    """Those of the example; lists inside of their entries do not stand in it."""
    found = list(in_a_list(Config))
    return [one for one in found if not any(one.startswith(f"{other}.") for other in found)]


@pytest.mark.parametrize(
    ("name", "model"), [("signals.others", OtherSignals), ("devices", Device), ("labels", Labels)]
)
def test_the_entries_of_an_empty_list_are_told(name: str, model: type[BaseModel]) -> None:
    assert name in empty_lists()
    key = name.rpartition(".")[2]
    above = re.search(rf"# each entry: ([a-z_, \n#]+)\n *{key}: \[\]", EXAMPLE)
    assert above is not None
    told = re.findall(r"[a-z_]+", above[1])
    assert sorted(told) == sorted(options(model))


def test_no_list_of_the_example_is_overlooked() -> None:
    assert empty_lists() == ["signals.others", "devices", "labels"]


def test_the_example_differs_from_the_defaults_only_where_it_says_so() -> None:
    # the entry of an interface has to go as a whole: of all lines only its own stand so far in
    kept = [
        line
        for line in EXAMPLE.splitlines()
        if line.strip() not in marked_lines() and not line.startswith("      ")
    ]
    text = "\n".join(kept).replace("interfaces:", "interfaces: [{name: a, key: b, mode: live}]")
    text = text.replace("\nsignals:\n", "\nsignals:\n  key: c\n")
    bare = "intake: {interfaces: [{name: a, key: b, mode: live}]}\nsignals: {key: c}\n"
    example, defaults = (
        config_of(parse_document(one, "config.yaml"), Path("/shop"), {}) for one in (text, bare)
    )
    assert example == defaults


def test_the_interface_of_the_example_is_the_usual_one() -> None:
    [shown_one] = config_of(parse_document(EXAMPLE, "x"), Path("/shop"), {}).intake.interfaces
    bare = {"name": "cloudprinter", "key": "YOUR-PRODUCTION-INTERFACE-KEY", "mode": "test"}
    assert shown_one == Interface.model_validate(bare)


def test_only_keys_and_the_interface_are_marked_as_examples() -> None:
    assert marked_lines() == {
        "- name: cloudprinter",
        "key: YOUR-PRODUCTION-INTERFACE-KEY",
        "mode: test",
        "key: YOUR-CLOUDSIGNAL-KEY",
    }


@pytest.mark.parametrize("source", ["key_file", "key_env"])
def test_the_other_sources_of_a_key_work_when_taken_in_its_place(
    tmp_path: Path, source: str
) -> None:
    text = re.sub(rf"# ({source}): ", r"\1: ", re.sub(r"\n +key: YOUR.*", "", EXAMPLE))
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "orders.key").write_text("one\n")
    (tmp_path / "keys" / "signals.key").write_text("two\n")
    environ = {"HOTFOLDER_ORDER_KEY": "one", "HOTFOLDER_SIGNAL_KEY": "two"}
    config = config_of(parse_document(text, "config.yaml"), tmp_path, environ)
    assert config.intake.interfaces[0].key.get_secret_value() == "one"
    assert config.signals.key.get_secret_value() == "two"


def test_the_default_flow_beside_the_program_is_the_one_it_writes() -> None:
    text = (ROOT / "flows" / "default.yaml").read_text(encoding="utf-8")
    assert text == default_flow_text(20)


@pytest.mark.parametrize(
    "model", [FlowFile, StageFile, ReprintFile, ShipCompleteFile, TakesFile, DayFile]
)
def test_the_flows_readme_explains_every_key(model: type[BaseModel]) -> None:
    for name, found in options(model).items():
        row = rf"\| `{name}` \| [^|]+ \| {re.escape(str(found.description))} \|"
        assert re.search(row, FLOWS_README), name


def test_the_second_flow_of_the_readme_works_beside_the_default(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(name: .*?)```", FLOWS_README, re.DOTALL)
    assert found is not None
    (tmp_path / "posters.yaml").write_text(found[1])
    (tmp_path / "default.yaml").write_text(default_flow_text(20))
    posters, default = load_flows(tmp_path, name="flows", where="")
    assert (posters.name, default.name) == ("posters", "default")
    assert len(posters.takes) == 2
