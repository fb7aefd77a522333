"""Flow files: what they may say, and every mistake in all of them named at once."""

from dataclasses import replace
from pathlib import Path

from pyfakefs.fake_filesystem import FakeFilesystem
from pyfakefs.helpers import reset_ids, set_uid

from hotfolder.domain.flow import Flow, Skipped, SortBy, Stage
from hotfolder.domain.signal import SignalType
from hotfolder.errors import Problem
from tests.config.flow_files import (
    NEW,
    PACKED,
    PRINT,
    WHERE,
    a_flow,
    loaded,
    only_problem,
    problems_of,
)


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


def test_words_that_yaml_takes_for_something_else_are_names(tmp_path: Path) -> None:
    (flow,) = loaded(
        tmp_path, default=a_flow("key: on, folder: 10", "key: 007, folder: 2024-01-01", name="no")
    )
    assert flow.name == "no"
    assert [(stage.key, stage.folder) for stage in flow.stages] == [
        ("on", "10"),
        ("007", "2024-01-01"),
    ]


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
