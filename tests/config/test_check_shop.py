"""A shop read as a whole: its paths, its flows, and where its own files may lie."""

from pathlib import Path

import pytest

from hotfolder.config.check import Loaded, load_shop
from tests.config.checking import FLOW, GOOD, a_shop, checked, shop_problems


def test_mistakes_of_configuration_and_flows_are_named_together(tmp_path: Path) -> None:
    path = a_shop(tmp_path, GOOD + "log:\n  level: LOUD\n", FLOW + "undo_second: 3\n")
    assert [problem.where for problem in shop_problems(path)] == [
        "config.yaml:9 log.level",
        "flows/default.yaml:5 undo_second",
    ]


def test_a_good_shop_comes_with_absolute_paths_and_defaults(tmp_path: Path) -> None:
    loaded = load_shop(a_shop(tmp_path), {})
    assert isinstance(loaded, Loaded)
    assert loaded.config_path == tmp_path / "config.yaml"
    assert loaded.floor_path == tmp_path / "floor"
    assert loaded.spool_path == tmp_path / "floor" / ".hotfolder" / "spool"
    assert loaded.state_path == tmp_path / "state"
    assert loaded.flows_path == tmp_path / "flows"
    assert [flow.name for flow in loaded.flows] == ["default"]
    assert loaded.config.intake.port == 8080
    assert loaded.config.signals.url == "https://api.cloudprinter.com/cloudsignal/2.0/status/"


def test_a_configuration_named_by_a_relative_path_gives_absolute_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    loaded = load_shop(Path("config.yaml"), {})
    assert loaded.config_path == tmp_path / "config.yaml"
    assert loaded.state_path == tmp_path / "state"


def test_paths_start_at_the_folder_of_the_file_and_are_tidied() -> None:
    config = checked(
        GOOD
        + "  ca_file: own/ca.pem\nfloor:\n  path: ../share/./floor\n  spool: /mnt/spool\n"
        + "log:\n  file: ~/hotfolder.log\n"
    )
    assert config.floor.path == Path("/share/floor")
    assert config.floor.spool == Path("/mnt/spool")
    assert config.signals.ca_file == Path("/shop/own/ca.pem")
    assert config.log.file == Path.home() / "hotfolder.log"


def test_flows_are_read_from_where_the_configuration_says(tmp_path: Path) -> None:
    path = a_shop(tmp_path, GOOD + "flows:\n  path: elsewhere\n")
    (problem,) = shop_problems(path)
    assert problem.where == "config.yaml:9 flows.path"
    assert problem.what == f"the folder {tmp_path / 'elsewhere'} does not exist"


def test_a_missing_configuration_names_the_whole_path(tmp_path: Path) -> None:
    (problem,) = shop_problems(tmp_path / "none.yaml")
    assert str(problem) == (
        "none.yaml: the file does not exist"
        f" (looked for {tmp_path / 'none.yaml'}; `hotfolder init` writes a first one)"
    )


def test_nothing_can_be_changed_after_reading() -> None:
    config = checked(GOOD)
    with pytest.raises(ValueError, match="frozen"):
        config.intake.port = 1  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize(
    ("config", "where", "what"),
    [
        ("floor: {spool: floor/20-print/spool}", "floor.spool", "lies in a stage folder"),
        ("floor: {spool: floor}", "floor.spool", "holds stage folders"),
        ("state: {path: floor/10-new}", "state.path", "lies in a stage folder"),
        ("archive: {path: floor/99-archive/old}", "archive.path", "lies in a stage folder"),
        ("archive: {path: floor/.hotfolder/spool/a}", "archive.path", "lies in floor.spool"),
    ],
)
def test_our_own_files_never_lie_among_the_jobs(
    tmp_path: Path, config: str, where: str, what: str
) -> None:
    (problem,) = shop_problems(a_shop(tmp_path, f"{GOOD}{config}\n"))
    assert (problem.where, problem.what) == (f"config.yaml:8 {where}", what)


@pytest.mark.parametrize(
    "section", ["[a]", "a", "{path: [a]}", "{path: null}", "{path: ''}", '{path: "\\0"}']
)
def test_a_flows_section_that_can_not_be_used_is_named_once(tmp_path: Path, section: str) -> None:
    (problem,) = shop_problems(a_shop(tmp_path, f"{GOOD}flows: {section}\n"))
    assert problem.where.startswith("config.yaml:8 flows")
