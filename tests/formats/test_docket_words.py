"""Placeholders of a docket and how they are filled in."""

import pytest

from hotfolder.formats.docket_words import PLACEHOLDERS, fill, placeholders

VALUES = {"title": ("Field Notes",), "files": ("a.pdf", "b.pdf"), "run": (), "notes": ()}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{title}", ["Field Notes"]),
        ("Title: {title}", ["Title: Field Notes"]),
        ("{files}", ["a.pdf", "b.pdf"]),
        ("Files: {files}", ["Files: a.pdf, b.pdf"]),
        ("{run}", []),
        ("run {run}", []),
        ("{title}, run {run}", ["Field Notes, run "]),
        ("always\nrun {run}\n{title}", ["always", "Field Notes"]),
        ("{{braces}}", ["{braces}"]),
        ("", []),
    ],
)
def test_a_text_is_filled_line_by_line_and_empty_lines_are_left_out(
    text: str, lines: list[str]
) -> None:
    assert fill(text, VALUES) == lines


def test_what_a_placeholder_stands_for_is_not_read_as_a_template() -> None:
    assert fill("{title}", {"title": ("{run} {0} {",)}) == ["{run} {0} {"]
    assert fill("a {title}", {"title": ("{run} {0} {",)}) == ["a {run} {0} {"]


@pytest.mark.parametrize(
    "text", ["{", "}", "{title", "{title.__class__}", "{title[0]}", "{title!r}", "{title:>9}", "{}"]
)
def test_braces_hold_a_name_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        placeholders(text)


def test_the_moment_of_taking_in_is_told_as_text_only() -> None:
    assert "received" in PLACEHOLDERS
    assert "received_at" not in PLACEHOLDERS
