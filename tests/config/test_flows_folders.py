"""The folders of stages in flow files: names that fit, and one stage to a folder in all flows."""

from pathlib import Path

import pytest

from tests.config.flow_files import NEW, PACKED, PRINT, a_flow, loaded, only_problem


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
