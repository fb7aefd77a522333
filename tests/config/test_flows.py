"""Flow files: what they may say, and every mistake in all of them named at once."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem
from pyfakefs.helpers import reset_ids, set_uid

from hotfolder.domain.flow import Flow, Skipped, SortBy, Stage
from hotfolder.domain.signal import SignalType
from hotfolder.errors import ConfigError, Problem
from tests.config.checking import load_flows

WHERE = "config.yaml:1 flows.path"


def loaded(folder: Path, **files: str) -> tuple[Flow, ...]:
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
    own = [f"takes: {takes}"] if takes else []
    return "\n".join(
        [f"name: {name}", "stages:", *(f"  - {{{stage}}}" for stage in stages), *own, ""]
    )


NEW = "key: new, folder: 10-new"
PRINT = "key: print, folder: 20-print, signal: ItemProduce"
PACKED = "key: packed, folder: 40-packed, signal: ItemPacked"


def test_a_flow_comes_as_written(tmp_path: Path) -> None:
    text = (
        "name: books\nundo_seconds: 5\nskipped: leave\nsort_by: received\n"
        + (a_flow(NEW, PRINT + ", undo_seconds: 0.5, skipped: hold", PACKED).partition("\n")[2])
    )
    stage = Stage(key="", folder="", undo_seconds=5, skipped=Skipped.LEAVE)
    assert loaded(tmp_path, books=text) == (
        Flow(
            name="books",
            sort_by=SortBy.RECEIVED,
            stages=(
                replace(stage, key="new", folder="10-new"),
                replace(
                    stage,
                    key="print",
                    folder="20-print",
                    signal=SignalType.PRODUCE,
                    undo_seconds=0.5,
                    skipped=Skipped.HOLD,
                ),
                replace(stage, key="packed", folder="40-packed", signal=SignalType.PACKED),
            ),
        ),
    )


def test_what_is_left_out_has_the_house_defaults(tmp_path: Path) -> None:
    (flow,) = loaded(tmp_path, default=a_flow(NEW, PRINT))
    assert (flow.takes, flow.sort_by) == ((), SortBy.SHIP_BY)
    assert {stage.skipped for stage in flow.stages} == {Skipped.FILL}
    assert [stage.undo_seconds for stage in flow.stages] == [20, 20]


def test_mistakes_in_several_files_are_all_named_with_their_lines(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        a="name: a\nstages:\n  - key: new\n    folder: /new\n  - key: Print\n    folder: 2\n",
        b="name: b\nfill_skipped: true\nundo_seconds: soon\n"
        "stages:\n  - key: x\n  - {key: y, folder: y}\n",
        c="name: c\n\tstages: []\n",
    )
    assert sorted((problem.where, problem.what) for problem in problems) == [
        ("flows/a.yaml:4 stages[0].folder", "must be relative: it starts at the floor"),
        ("flows/a.yaml:5 stages[1].key", "may hold only a-z, 0-9 and -"),
        ("flows/b.yaml:2 fill_skipped", "is not known here"),
        ("flows/b.yaml:3 undo_seconds", "is 'soon' but must be a number from 0 to 3600"),
        ("flows/b.yaml:5 stages[0].folder", "is missing"),
        ("flows/c.yaml:2:1", "a tab stands at the beginning of the line"),
    ]


def test_one_stage_is_no_flow(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, default=a_flow(NEW))
    assert problem.where == "flows/default.yaml:2 stages"
    assert problem.what == "must be a list of at least 2 entries"


def test_a_flow_without_stages_or_name_is_named_for_both(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, default="undo_seconds: 3\n")
    assert {problem.where for problem in problems} == {
        "flows/default.yaml:1 name",
        "flows/default.yaml:1 stages",
    }


def test_a_key_twice_in_a_flow_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, default=a_flow(NEW, PRINT, "key: new, folder: 30-x"))
    assert problem.where == "flows/default.yaml:5 stages[2].key"
    assert problem.what == "is the key of stages[0] already"


@pytest.mark.parametrize(
    ("folder", "what"),
    [
        ("/srv/new", "must be relative: it starts at the floor"),
        ("~/new", "must be relative: it starts at the floor"),
        ("'C:/new'", "must be relative: it starts at the floor"),
        ("../new", "must stay below the floor, without .."),
        ("a/../../new", "must stay below the floor, without .."),
        (".new", "must not be hidden: no part may start with a dot"),
        ("a/.hotfolder", "must not be hidden: no part may start with a dot"),
        ("'a\\new'", "must use / between folders"),
        ("'./'", "is empty"),
        ("''", "is empty"),
        ("'a?'", 'must not hold < > : " | ? * or begin or end with a space'),
        ("'a /b'", 'must not hold < > : " | ? * or begin or end with a space'),
        ("a.", "must not end with a dot"),
        ("null", "has no value; it must be text"),
        ("[a]", "must be text"),
    ],
)
def test_a_folder_that_can_not_be_a_stage_is_refused(
    tmp_path: Path, folder: str, what: str
) -> None:
    problem = only_problem(tmp_path, default=a_flow(f"key: new, folder: {folder}", PRINT))
    assert (problem.where, problem.what) == ("flows/default.yaml:3 stages[0].folder", what)


@pytest.mark.parametrize("written", ["10-new/", "./10-new", "10-new//."])
def test_a_folder_has_one_spelling(tmp_path: Path, written: str) -> None:
    (flow,) = loaded(tmp_path, default=a_flow(f"key: new, folder: {written}", PRINT))
    assert flow.first.folder == "10-new"


def test_words_that_yaml_takes_for_something_else_are_names(tmp_path: Path) -> None:
    (flow,) = loaded(
        tmp_path, default=a_flow("key: on, folder: 10", "key: 007, folder: 2024-01-01", name="no")
    )
    assert flow.name == "no"
    assert [(stage.key, stage.folder) for stage in flow.stages] == [
        ("on", "10"),
        ("007", "2024-01-01"),
    ]


def test_item_registered_is_refused_with_the_reason(tmp_path: Path) -> None:
    stage = "key: print, folder: 20-print, signal: ItemRegistered"
    problem = only_problem(tmp_path, default=a_flow(NEW, stage))
    assert problem.where == "flows/default.yaml:4 stages[1].signal"
    assert problem.what.startswith("is sent when an order is taken in; a stage sends one of Item")


@pytest.mark.parametrize("signal", ["ItemDelay", "ItemCanceled"])
def test_a_signal_with_a_cause_is_refused_with_the_reason(tmp_path: Path, signal: str) -> None:
    stage = f"key: print, folder: 20-print, signal: {signal}"
    problem = only_problem(tmp_path, default=a_flow(NEW, stage))
    assert problem.what.startswith("needs a cause that no folder can give")


@pytest.mark.parametrize("signal", ["itemproduce", "Printed", "''", "[ItemProduce]"])
def test_a_signal_that_is_not_known_is_refused(tmp_path: Path, signal: str) -> None:
    stage = f"key: print, folder: 20-print, signal: {signal}"
    assert only_problem(tmp_path, default=a_flow(NEW, stage)).what.startswith("must be ")


def test_the_first_stage_sends_no_signal(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, default=a_flow(NEW + ", signal: ItemProduce", PACKED))
    assert problem.where == "flows/default.yaml:3 stages[0].signal"
    assert problem.what == "the first stage sends no signal: Hotfolder itself puts jobs there"


def test_signals_stand_in_the_order_in_which_an_item_passes_them(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, default=a_flow(NEW, PACKED, PRINT))
    assert problem.where == "flows/default.yaml:5 stages[2].signal"
    assert problem.what == "stands after ItemPacked of stages[1]"
    assert problem.hint == "the order is ItemProduce, ItemProduced, ItemPacked, ItemShipped"


def test_every_signal_that_comes_too_late_is_named(tmp_path: Path) -> None:
    produced = "key: produced, folder: 30-produced, signal: ItemProduced"
    problems = problems_of(tmp_path, default=a_flow(NEW, PACKED, PRINT, produced))
    assert [problem.where for problem in problems] == [
        "flows/default.yaml:5 stages[2].signal",
        "flows/default.yaml:6 stages[3].signal",
    ]


def test_a_signal_is_sent_by_one_stage_only(tmp_path: Path) -> None:
    again = "key: again, folder: 25-again, signal: ItemProduce"
    problem = only_problem(tmp_path, default=a_flow(NEW, PRINT, again))
    assert problem.where == "flows/default.yaml:5 stages[2].signal"
    assert problem.what == "is sent by stages[1] already"


def test_flows_may_share_a_stage(tmp_path: Path) -> None:
    flows = loaded(
        tmp_path,
        b=a_flow(NEW, PACKED, name="sheets"),
        a=a_flow(NEW, PRINT, PACKED, name="books", takes="{product: book*}"),
    )
    assert [flow.name for flow in flows] == ["books", "sheets"]
    assert flows[0].first == flows[1].first


@pytest.mark.parametrize(
    ("stage", "what"),
    [
        (
            "key: start, folder: 10-new",
            "is the folder of stage new at flows/a.yaml:3 stages[0].folder",
        ),
        (
            "key: start, folder: 10-NEW",
            "is the folder of stage new at flows/a.yaml:3 stages[0].folder",
        ),
        (
            "key: new, folder: 11-new",
            "stage new has the folder 10-new at flows/a.yaml:3 stages[0].folder",
        ),
        (
            "key: sub, folder: 10-new/rush",
            "10-new/rush and 10-new (flows/a.yaml:3 stages[0].folder) lie in each other",
        ),
    ],
)
def test_one_folder_is_one_stage_in_all_flows(tmp_path: Path, stage: str, what: str) -> None:
    problem = only_problem(tmp_path, a=a_flow(NEW, PRINT, name="a"), b=a_flow(stage, PACKED))
    assert (problem.where, problem.what) == ("flows/b.yaml:3 stages[0].folder", what)


def test_two_stages_of_one_flow_never_share_a_folder(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, a=a_flow(NEW, PRINT, "key: again, folder: 20-print/"))
    assert problem.where == "flows/a.yaml:5 stages[2].folder"
    assert problem.what == "is the folder of stage print at flows/a.yaml:4 stages[1].folder"


def test_a_stage_folder_around_another_is_refused_too(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, a=a_flow("key: a, folder: press/in", "key: b, folder: press"))
    assert problem.where == "flows/a.yaml:4 stages[1].folder"
    assert problem.what.startswith("press and press/in (")


def test_folders_that_only_begin_alike_lie_side_by_side(tmp_path: Path) -> None:
    assert loaded(tmp_path, a=a_flow("key: a, folder: press", "key: b, folder: press-2"))


def test_two_flows_of_one_name_are_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, a=a_flow(NEW, PRINT), b=a_flow(NEW, PRINT))
    assert problem.where == "flows/b.yaml:1 name"
    assert problem.what == "is the name of flows/a.yaml already"


def test_a_file_that_would_be_overlooked_is_named_beside_other_mistakes(tmp_path: Path) -> None:
    (tmp_path / "books.yml").write_text(a_flow(NEW, PRINT))
    (tmp_path / ".default.yaml").write_text("an editor's own")
    (tmp_path / "README.md").write_text("words")
    problems = problems_of(tmp_path, default=a_flow(NEW))
    assert [(problem.where, problem.what) for problem in problems] == [
        (WHERE, "books.yml is not read"),
        ("flows/default.yaml:2 stages", "must be a list of at least 2 entries"),
    ]


def test_a_folder_without_flows_is_named(tmp_path: Path) -> None:
    assert only_problem(tmp_path) == Problem(
        WHERE,
        f"the folder {tmp_path} holds no flow file",
        "put a flow file, such as default.yaml, in it",
    )


def test_a_missing_flows_folder_is_named(tmp_path: Path) -> None:
    problem = only_problem(tmp_path / "none")
    assert problem.what == f"the folder {tmp_path / 'none'} does not exist"


def test_a_file_in_place_of_the_flows_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "flows").touch()
    assert only_problem(tmp_path / "flows").what == f"{tmp_path / 'flows'} is not a folder"


def test_a_flows_folder_that_may_not_be_read_is_named(fs: FakeFilesystem) -> None:
    fs.create_dir("/flows", perm_bits=0o000)
    set_uid(1000)
    try:
        problem = only_problem(Path("/flows"))
    finally:
        reset_ids()
    assert (problem.where, problem.what) == (
        WHERE,
        "the folder /flows can not be read: Permission denied",
    )
