"""Words of devices, as they are told to people."""

import pytest

from hotfolder.formats.device_words import MOST_LETTERS, bounded, status_of, words_in


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.txt", "\n  Error: x \n\ny\tz\n", "Error: x; y z"),
        ("a.xml", "<?xml version='1.0'?><r><m>Font</m>\n<m>missing</m></r>", "Font; missing"),
        ("a.txt", "----\nno font\n----\nstack\n", "no font"),
        ("a.txt", "", ""),
        ("a.txt", "\x1b[31mred", "[31mred"),
    ],
)
def test_a_report_is_told_in_its_first_lines(name: str, text: str, words: str) -> None:
    assert words_in(name, text) == words


def test_words_are_bounded() -> None:
    assert len(words_in("a.txt", "word " * 10_000)) <= MOST_LETTERS + 3
    assert words_in("a.txt", "\n".join("abcdefghijk")) == "a; b; c; d; e; f"
    assert bounded("fine") == "fine"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('<JDF Status="Completed" ID="a"/>', "Completed"),
        ('<XJDF><AuditPool><ProcessRun Status="Aborted"/></AuditPool></XJDF>', "Aborted"),
        ('{"Status": "done"}', "done"),
        ('["Status"]', ""),
        ("{", ""),
        ("<JDF", ""),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><JDF Status="Completed"/>', ""),
        ("", ""),
    ],
)
def test_a_returned_ticket_tells_its_status(text: str, status: str) -> None:
    assert status_of(text) == status
