"""`takes` in flow files: what it may say, and whether every flow can be reached."""

from pathlib import Path

import pytest

from hotfolder.domain.conditions import Conditions
from hotfolder.domain.job import Mode
from hotfolder.errors import ConfigError, Problem
from tests.config.checking import load_flows

STAGES = "stages: [{key: new, folder: 10-new}, {key: print, folder: 20-print}]\n"


def write(folder: Path, **files: str) -> None:
    """Flow files, each named by its file; the words are what they take."""
    for name, words in files.items():
        takes = f"takes: {words}\n" if words else ""
        text = f"name: {name}\n{STAGES}{takes}"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def names(folder: Path) -> list[str]:
    return [flow.name for flow in load_flows(folder, name="flows", where="", interfaces=["main"])]


def problems(folder: Path, **files: str) -> tuple[Problem, ...]:
    write(folder, **files)
    with pytest.raises(ConfigError) as caught:
        load_flows(folder, name="flows", where="", interfaces=["main", "second"])
    return caught.value.problems


def taken(folder: Path, words: str) -> tuple[Conditions, ...]:
    write(folder, books=words, default="")
    books, _ = load_flows(folder, name="flows", where="", interfaces=["main"])
    return books.takes


def test_every_condition_comes_as_written(tmp_path: Path) -> None:
    words = (
        "{product: textbook_*, option: [gloss, matte], all_options: wire, client: 4711,"
        " country: [no, DK], mode: live, interface: m*, reorder: false, pages_min: 2,"
        " pages_max: 48}"
    )
    assert taken(tmp_path, words) == (
        Conditions(
            product=("textbook_*",),
            option=("gloss", "matte"),
            all_options=("wire",),
            client=("4711",),
            country=("NO", "DK"),
            mode=(Mode.LIVE,),
            interface=("m*",),
            reorder=False,
            pages_min=2,
            pages_max=48,
        ),
    )


def test_several_blocks_of_conditions_are_several_ways_in(tmp_path: Path) -> None:
    assert taken(tmp_path, "[{reorder: true}, {mode: test}]") == (
        Conditions(reorder=True),
        Conditions(mode=(Mode.TEST,)),
    )


def test_flows_are_asked_by_file_name_and_the_default_last(tmp_path: Path) -> None:
    write(tmp_path, posters="{product: p}", default="", cards="{product: c}", zines="{product: z}")
    assert names(tmp_path) == ["cards", "posters", "zines", "default"]


@pytest.mark.parametrize(
    ("words", "key", "what"),
    [
        ("{}", "takes[0]", "holds no condition; leave takes out to take everything"),
        ("{country: Denmark}", "takes[0].country", "must be codes of two letters such as DK"),
        ("{mode: draft}", "takes[0].mode", "must be live or test"),
        ("{product: ''}", "takes[0].product", "must be text, or a list of texts such as [a, b]"),
        ("{product: []}", "takes[0].product", "must be text, or a list of texts such as [a, b]"),
        ("{option: {a: b}}", "takes[0].option", "must be text, or a list of texts such as [a, b]"),
        ("{reorder: maybe}", "takes[0].reorder", "is 'maybe' but must be true or false"),
        ("{pages_min: 9, pages_max: 8}", "takes[0]", "pages_min 9 is above pages_max 8"),
        ("{products: a}", "takes[0].products", "is not known here"),
        ("{interface: mian}", "takes[0].interface", "no interface of intake.interfaces is 'mian'"),
        ("[{mode: test}, live]", "takes[1]", "must be `key: value` lines"),
        *(
            (words, "takes", "must be conditions as `key: value` lines, or a list of such blocks")
            for words in ("textbook", "null", "[]")
        ),
    ],
)
def test_a_condition_that_can_not_be_is_named_with_its_line(
    tmp_path: Path, words: str, key: str, what: str
) -> None:
    (problem,) = problems(tmp_path, books=words, default="")
    assert (problem.where, problem.what) == (f"flows/books.yaml:3 {key}", what)


def test_a_misspelt_condition_is_answered_with_the_right_word(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, books="{products: a}", default="")
    assert problem.hint == "did you mean product?"


def test_lines_of_a_single_block_are_its_own(tmp_path: Path) -> None:
    text = "takes:\n  product: a\n  country:\n    - DK\n    - Norway\n"
    write(tmp_path, default="")
    (tmp_path / "books.yaml").write_text(f"name: books\n{STAGES}{text}")
    with pytest.raises(ConfigError) as caught:
        load_flows(tmp_path, name="flows", where="")
    assert [problem.where for problem in caught.value.problems] == [
        "flows/books.yaml:5 takes[0].country"
    ]


def test_a_flow_behind_one_that_takes_everything_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, all="", books="{product: b}")
    assert problem.where == "flows/books.yaml:3 takes"
    assert (
        problem.what == "nothing reaches this flow: all, asked before it, already takes all of it"
    )
    assert "default.yaml last" in problem.hint


def test_a_flow_whose_items_earlier_ones_take_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(
        tmp_path, a="{product: text*}", b="{product: textbook_*, country: DK}", default=""
    )
    assert problem.where == "flows/b.yaml:3 takes"


def test_two_flows_that_take_everything_are_one_too_many(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, books="", default="")
    assert problem.where == "flows/default.yaml:1 name"


def test_a_shop_whose_flows_leave_something_over_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, books="{product: b}", default="{product: d}")
    assert problem.where == "flows/default.yaml:3 takes"
    assert problem.what == "no flow takes what the others leave: this one is asked last"


def test_nothing_is_said_of_reach_while_a_file_is_not_understood(tmp_path: Path) -> None:
    (tmp_path / "rest.yaml").write_text("name: [\n")
    (problem,) = problems(tmp_path, books="{product: b}")
    assert problem.where.startswith("flows/rest.yaml:")
