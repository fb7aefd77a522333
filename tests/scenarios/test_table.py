"""The table of the scenarios is complete and true."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[int, list[str], str]]:
    """Of the README: number, tests, bed."""
    text = (HERE / "README.md").read_text("utf-8")
    return [(int(number), NAMED.findall(tests), bed) for number, tests, bed in ROW.findall(text)]


def named_here() -> set[str]:
    """Every test of this folder as `module::name`, but those of the table itself."""
    return {
        f"{path.name}::{node.name}"
        for path in HERE.glob("test_*.py")
        if path.name != Path(__file__).name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_each_of_the_forty_scenarios_has_a_row_with_its_tests_and_its_bed() -> None:
    assert [number for number, _, _ in rows()] == list(range(1, 41))
    assert all(tests and bed.strip() for _, tests, bed in rows())


def test_the_table_names_every_test_here_and_no_other() -> None:
    assert {test for _, tests, _ in rows() for test in tests} == named_here()
