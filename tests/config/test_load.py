"""Text to plain data: lines are right, nothing is guessed, and trouble is said in plain words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyfakefs.fake_filesystem import FakeFilesystem
from pyfakefs.helpers import reset_ids, set_uid

from hotfolder.config.load import parse_document, read_document
from hotfolder.errors import ConfigError, Problem

NAME = "config.yaml"


def only_problem(text: str) -> Problem:
    with pytest.raises(ConfigError) as caught:
        parse_document(text, NAME)
    (problem,) = caught.value.problems
    return problem


def test_each_value_knows_its_line_even_inside_lists() -> None:
    text = (
        "shop:\n  name: A\n\n# words\nintake:\n  interfaces:\n"
        "    - name: a\n      key: x\n    -\n      name: b\n      key: y\n  port: 1\n"
    )
    document = parse_document(text, NAME)
    assert document.where(("shop", "name")) == "config.yaml:2 shop.name"
    assert document.where(("intake", "interfaces", 0)) == "config.yaml:7 intake.interfaces[0]"
    second = ("intake", "interfaces", 1, "key")
    assert document.where(second) == "config.yaml:11 intake.interfaces[1].key"
    assert document.where(("intake", "port")) == "config.yaml:12 intake.port"


def test_a_place_that_is_not_there_has_the_line_of_what_should_hold_it() -> None:
    document = parse_document("shop:\n  name: A\nintake:\n  host: b\n", NAME)
    assert document.where(("intake", "interfaces")) == "config.yaml:3 intake.interfaces"
    assert document.where(("signals", "key")) == "config.yaml:1 signals.key"
    assert document.where(()) == "config.yaml:1"


@pytest.mark.parametrize(
    "written", ["on", "no", "0123", "1e5", "12:30", "2024-01-01", "0x1F", "1_000", "true", "3.0"]
)
def test_a_scalar_stays_the_text_that_was_written(written: str) -> None:
    document = parse_document(f"{written}: {written}\n", NAME)
    assert document.data == {written: written}


def test_null_is_none_and_quoted_null_is_text() -> None:
    document = parse_document("a:\nb: null\nc: ~\nd: 'null'\ne: ''\n", NAME)
    assert document.data == {"a": None, "b": None, "c": None, "d": "null", "e": ""}


def test_a_key_that_stands_twice_is_named_with_both_lines_and_the_first_counts() -> None:
    document = parse_document("intake:\n  port: 1\n  host: a\n  port: 2\n", NAME)
    assert document.data["intake"]["port"] == "1"
    (problem,) = document.problems
    assert problem.where == "config.yaml:4 intake.port"
    assert problem.what == "stands twice, first in line 2"


def test_windows_line_ends_do_not_shift_lines() -> None:
    document = parse_document("shop:\r\n  name: A\r\nstate:\r\n  path: s\r\n", NAME)
    assert document.data == {"shop": {"name": "A"}, "state": {"path": "s"}}
    assert document.where(("state", "path")) == "config.yaml:4 state.path"


def test_a_byte_order_mark_is_not_part_of_the_first_key(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(b"\xef\xbb\xbfshop:\r\n  name: \xc3\xa9\r\n")
    assert read_document(file, NAME).data == {"shop": {"name": "é"}}


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "config.yaml", "the file is empty"),
        ("# only words\n", "config.yaml", "the file is empty"),
        ("- a\n- b\n", "config.yaml:1", "the file does not hold `key: value` lines"),
        ("\nshop\n", "config.yaml:2", "the file does not hold `key: value` lines"),
        ("a:\n\tb: 1\n", "config.yaml:2:1", "a tab stands at the beginning of the line"),
        ("a: 1\n  \tb: 2\n", "config.yaml:2:3", "a tab stands at the beginning of the line"),
        ("a: 1\nb: c: d\n", "config.yaml:2:5", "a colon stands where none can be"),
        ("a: 1\nfoo\nb: 2\n", "config.yaml:2:1", "a line has no colon"),
        ("a: 1\nb: 'x\nc: 2\n", "config.yaml:2:4", "a quote is opened and not closed"),
        ("a: 1\nb: [1, 2\nc: 3\n", "config.yaml:2:4", "a bracket is opened and not closed"),
        ("a:\n  b: 1\n c: 2\n", "config.yaml:3:2", "this line does not fit under the lines above"),
        (" a: 1\nb: 2\n", "config.yaml:2:1", "this line is indented less than the first one"),
        ("a: @x\n", "config.yaml:1:4", "no value can begin with this sign"),
        ('a: "\\q"\n', "config.yaml:1:6", "a backslash in double quotes begins a special sign"),
        ("a: *x\n", "config.yaml:1:4", "a value begins with *"),
        ("a: 1\n---\nb: 2\n", "config.yaml:2:1", "a second document begins"),
        ("a: 1\nb: \x01\n", "config.yaml:2", "holds a control character"),
        ("%YAML 3.0\n---\na: 1\n", "config.yaml:1:1", "can not be read as YAML"),
        ("[" * 600, "config.yaml", "is nested too deeply to be read"),
    ],
)
def test_what_can_not_be_read_is_named_with_its_line_in_plain_words(
    text: str, where: str, what: str
) -> None:
    problem = only_problem(text)
    assert (problem.where, problem.what) == (where, what)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a: &x 1\nb: *x\n", "config.yaml:1 b", "points to another value with *"),
        ("a: &x\n  b: *x\n", "config.yaml:1 a.b", "points to another value with *"),
        ("a:\n  " + "[" * 30 + "]" * 30, "config.yaml:2 a", "is nested too deeply"),
        ("a: 1\nb: !secret x\n", "config.yaml:2 b", "begins with !"),
        ("a: 1\n[b]: 2\n", "config.yaml:2", "a key is not plain text"),
        ("a: 1\n'': 2\n", "config.yaml:2", "a key is not plain text"),
    ],
)
def test_yaml_beyond_plain_keys_and_values_is_refused_without_stopping(
    text: str, where: str, what: str
) -> None:
    document = parse_document(text, NAME)
    (problem,) = document.problems
    assert (problem.where, problem.what) == (where, what)
    assert "a" in document.data


@pytest.mark.parametrize(
    "text",
    [
        "key: *Sesame\n",
        "key: 'Sesame\n",
        "key: @Sesame\n",
        "key: Sesame: x\n",
        "a: 1\nkey:Sesame\n",
    ],
)
def test_trouble_with_a_line_never_repeats_what_stands_in_it(text: str) -> None:
    assert "Sesame" not in str(only_problem(text))


@given(st.text(alphabet=st.sampled_from("ab:-#'\"\\[]{}&*!|>%@, \t\n\r~?\x85\u2028é"), max_size=40))
def test_any_text_is_read_or_refused_with_problems(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        problems = parse_document(text, NAME).problems
    except ConfigError as error:
        problems = error.problems or (Problem("", "refused without a word"),)
    assert all(problem.where.startswith(NAME) and problem.what for problem in problems)


@pytest.fixture
def as_a_user() -> Iterator[None]:
    set_uid(1000)
    yield
    reset_ids()


def read_problem(path: str) -> Problem:
    with pytest.raises(ConfigError) as caught:
        read_document(Path(path), NAME, missing_hint="write one")
    (problem,) = caught.value.problems
    return problem


def test_a_missing_file_is_named_with_what_to_do(fs: FakeFilesystem) -> None:
    assert read_problem("/etc/none.yaml") == Problem(NAME, "the file does not exist", "write one")


def test_a_file_that_may_not_be_read_is_named(fs: FakeFilesystem, as_a_user: None) -> None:
    fs.create_file("/c.yaml", contents="a: 1\n", st_mode=0o100000)
    assert read_problem("/c.yaml").what == "the file may not be read"


def test_a_folder_in_place_of_the_file_is_named(fs: FakeFilesystem) -> None:
    fs.create_dir("/c.yaml")
    assert read_problem("/c.yaml").what == "is a folder or device, not a file"


def test_a_file_below_a_file_is_named(fs: FakeFilesystem) -> None:
    fs.create_file("/c")
    assert read_problem("/c/d.yaml").what.startswith("the file can not be read: ")


def test_a_file_in_another_encoding_is_named_with_its_line(fs: FakeFilesystem) -> None:
    fs.create_file("/c.yaml", contents="shop:\n  name: é\n".encode("latin-1"))
    problem = read_problem("/c.yaml")
    assert (problem.what, problem.hint) == ("line 2 is not UTF-8 text", "save the file as UTF-8")


def test_a_very_large_file_is_not_read_whole(fs: FakeFilesystem) -> None:
    fs.create_file("/c.yaml", contents="#" * (1024 * 1024 + 1))
    assert read_problem("/c.yaml").what == "the file is larger than 1 MiB"
