"""`preflight` in a flow file: what it may say, and every mistake in it named with its line."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from hotfolder.config.preflight import LevelsFile, PreflightFile, ProductFile
from hotfolder.config.shape import options
from hotfolder.domain.finding import DEFAULT_LEVELS, Check, Level
from hotfolder.domain.pdf import Size
from hotfolder.domain.preflight import PreflightRules
from hotfolder.domain.product_spec import ProductSpec
from hotfolder.errors import ConfigError, Problem
from tests.config.checking import load_flows

FLOWS_README = (Path(__file__).resolve().parents[2] / "flows" / "README.md").read_text("utf-8")
MODELS = [PreflightFile, ProductFile, LevelsFile]
FLOW = "name: default\nstages:\n  - {key: new, folder: 10}\n  - {key: print, folder: 20}\n"


def rules(folder: Path, preflight: str) -> PreflightRules:
    """The rules of a flow whose line 5 is the first one of `preflight`."""
    (folder / "default.yaml").write_text(FLOW + preflight, encoding="utf-8")
    (flow,) = load_flows(folder, name="flows", where="config.yaml:1 flows.path")
    return flow.preflight


def problems(folder: Path, preflight: str) -> list[tuple[str, str]]:
    return [(one.where, one.what) for one in caught(folder, preflight)]


def caught(folder: Path, preflight: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as raised:
        rules(folder, preflight)
    return raised.value.problems


@pytest.mark.parametrize(
    "preflight",
    [
        "",
        "preflight: {}\n",
        "preflight:\n  levels: {}\n  products: []\n",
    ],
)
def test_without_a_word_the_house_rules_hold(tmp_path: Path, preflight: str) -> None:
    assert rules(tmp_path, preflight) == PreflightRules()


def test_levels_and_products_come_as_written(tmp_path: Path) -> None:
    text = """\
preflight:
  levels:
    page_count: hold
    fonts: off
  products:
    - product: textbook_*_a5_p_*
      trim_mm: [148, 210]
      cover_mm:
        - 300.5
        - 216
      spine_mm_per_page: 0.06
      tolerance_mm: 0.5
      bleed_mm: 3
      pages: any
      pages_min: 24
      pages_max: 800
      pages_step: 4
      files: [Cover, book]
    - product: poster_*
"""
    assert rules(tmp_path, text) == PreflightRules(
        levels={Check.PAGE_COUNT: Level.HOLD, Check.FONTS: Level.OFF},
        products=(
            ProductSpec(
                product="textbook_*_a5_p_*",
                trim=Size(width=148, height=210),
                cover=Size(width=300.5, height=216),
                spine_per_page=0.06,
                tolerance=0.5,
                bleed=3,
                ordered_pages=False,
                least_pages=24,
                most_pages=800,
                page_step=4,
                files=("cover", "book"),
            ),
            ProductSpec(product="poster_*"),
        ),
    )


def test_levels_left_out_are_those_of_the_house(tmp_path: Path) -> None:
    found = rules(tmp_path, "preflight: {levels: {fonts: warn}}\n")
    assert {check: found.level(check) for check in Check} == {
        **DEFAULT_LEVELS,
        Check.FONTS: Level.WARN,
    }


def test_mistakes_are_all_named_with_their_lines(tmp_path: Path) -> None:
    text = """\
preflight:
  level: {}
  levels:
    fonts: loud
    page_cuont: hold
  products:
    - trim_mm: [148]
      pages: 24
      tolerance_mm: -1
    - product: x
      pages_min: 0
      bleed_mm: some
"""
    line = "flows/default.yaml:{} preflight.{}".format
    assert problems(tmp_path, text) == [
        (line(6, "level"), "is not known here"),
        (line(8, "levels.fonts"), "is 'loud' but must be one of off, note, warn, hold"),
        (line(9, "levels.page_cuont"), "is not known here"),
        (line(11, "products[0].product"), "is missing"),
        (
            line(11, "products[0].trim_mm"),
            "must be [width, height] in mm, such as [148, 210]",
        ),
        (line(12, "products[0].pages"), "is '24' but must be one of order, any"),
        (
            line(13, "products[0].tolerance_mm"),
            "is '-1' but must be a number from 0 to 100",
        ),
        (
            line(15, "products[1].pages_min"),
            "is '0' but must be a whole number from 1 to 100000",
        ),
        (line(16, "products[1].bleed_mm"), "is 'some' but must be a number from 0 to 100"),
    ]


def test_a_misspelt_check_gets_the_nearest_one(tmp_path: Path) -> None:
    (problem,) = caught(tmp_path, "preflight: {levels: {page_cuont: hold}}\n")
    assert problem.hint == "did you mean page_count?"


@pytest.mark.parametrize(
    "written",
    [
        "148",
        "148 x 210",
        "[148, 210, 3]",
        "[0, 210]",
        "[148, -210]",
        "[148, wide]",
        "[148, inf]",
        "[148, nan]",
        "[148, 20001]",
        "{148: 210, 1: 2}",
        "[[148], [210]]",
        "'12'",
    ],
)
def test_a_size_is_two_lengths(tmp_path: Path, written: str) -> None:
    text = f"preflight:\n  products:\n    - product: x\n      cover_mm: {written}\n"
    where = "flows/default.yaml:8 preflight.products[0].cover_mm"
    words = "must be [width, height] in mm, such as [148, 210]"
    assert problems(tmp_path, text) == [(where, words)]


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("pages_min: 40, pages_max: 20", "pages_min 40 is above pages_max 20"),
        (
            "spine_mm_per_page: 0.1",
            "spine_mm_per_page needs cover_mm, the cover without its spine",
        ),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(tmp_path: Path, entry: str, what: str) -> None:
    text = f"preflight:\n  products:\n    - {{product: x, {entry}}}\n"
    assert problems(tmp_path, text) == [("flows/default.yaml:7 preflight.products[0]", what)]


def test_a_product_that_an_earlier_entry_hides_is_refused(tmp_path: Path) -> None:
    text = "preflight:\n  products:\n    - product: a_*\n    - product: b\n    - product: A_*\n"
    assert problems(tmp_path, text) == [
        (
            "flows/default.yaml:9 preflight.products[2].product",
            "is the product of products[0] already",
        )
    ]


@pytest.mark.parametrize(
    ("preflight", "where", "what"),
    [
        ("preflight: on\n", "preflight", "must be `key: value` lines"),
        ("preflight: []\n", "preflight", "must be `key: value` lines"),
        ("preflight: {levels: off}\n", "preflight.levels", "must be `key: value` lines"),
        ("preflight: {products: {a: b}}\n", "preflight.products", "must be a list"),
        ("preflight: {products: [a]}\n", "preflight.products[0]", "must be `key: value` lines"),
        (
            "preflight: {products: [{product: a, files: book}]}\n",
            "preflight.products[0].files",
            "is 'book' but must be a list",
        ),
    ],
)
def test_another_kind_of_value_is_named_for_what_it_should_be(
    tmp_path: Path, preflight: str, where: str, what: str
) -> None:
    assert problems(tmp_path, preflight) == [(f"flows/default.yaml:5 {where}", what)]


def test_the_levels_are_the_checks_with_the_defaults_of_the_house() -> None:
    written = {Check(name): Level(word) for name, word in LevelsFile().model_dump().items()}
    assert written | {Check.DOWNLOAD: Level.HOLD} == DEFAULT_LEVELS


@pytest.mark.parametrize("model", MODELS)
def test_every_option_has_a_meaning_of_one_line(model: type[BaseModel]) -> None:
    for name, found in options(model).items():
        assert found.description, name
        assert "\n" not in found.description
        assert not found.description.endswith(".")


@pytest.mark.parametrize("model", MODELS)
def test_the_flows_readme_explains_every_key(model: type[BaseModel]) -> None:
    for name, found in options(model).items():
        row = rf"\| `{name}` \| ([^|]+) \| {re.escape(str(found.description))} \|"
        explained = re.search(row, FLOWS_README)
        assert explained, name
        if model is LevelsFile:
            assert explained[1] == f"`{found.default}`"


def test_the_example_in_the_flows_readme_is_read(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(preflight:\n.*?)```", FLOWS_README, re.DOTALL)
    assert example
    found = rules(tmp_path, example[1])
    assert [spec.product for spec in found.products] == ["textbook_*_a5_p_*", "poster_a2_*"]
    assert found.level(Check.PAGE_COUNT) is Level.HOLD
