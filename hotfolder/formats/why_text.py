"""WHY.txt: what stands against making a held job, in plain words, for who finds its folder."""

import shlex
import textwrap
from collections.abc import Sequence

from hotfolder.domain.cause import cancel_cause
from hotfolder.domain.finding import Finding, Level
from hotfolder.domain.order import Item, Order

LINE_LENGTH = 78

_MARKS = {Level.HOLD: "STOP", Level.WARN: "look", Level.NOTE: "note"}


def why_text(findings: Sequence[Finding], item: Item, order: Order) -> str:
    """The text with every finding and what to do next.

    It names the order, the item and the product, and nothing about a person: neither the address
    nor the title, which is free text.
    """
    lines = [
        "WHY THIS JOB IS HELD",
        "",
        f"Order {order.id}, item {item.id}, {item.count} x {_plain(item.product)}",
        "",
        "What was found (STOP: the reason to hold it):",
        "",
    ]
    for finding in findings:
        lines += _paragraph(f"{_MARKS[finding.level]:<5} ", _told(finding))
    lines += ["", "What to do:", ""]
    for step in _steps(findings, shlex.join([_plain(order.id), _plain(item.id)])):
        lines += _paragraph("  - ", step)
    return "\n".join(lines) + "\n"


def _told(finding: Finding) -> str:
    file = f"{finding.file}: " if finding.file else ""
    return f"{file}{_plain(finding.words)}"


def _steps(findings: Sequence[Finding], job: str) -> list[str]:
    codes = _proposed(findings)
    cause = cancel_cause(codes[0]) if codes else None
    words = f" ({cause.words})" if cause else ""
    code = codes[0] if codes else "CODE"
    cancel = (
        f"It can not be made? hotfolder cancel {job} --cause {code} --message TEXT{words}."
        " Cloudprinter is told that this item is canceled; other items go on."
    )
    others = f"Other causes that fit: {', '.join(codes[1:])}." if codes[1:] else ""
    go_on = (
        "It can be made as it is? Drag this folder to the stage where it belongs."
        " It is not looked at again."
    )
    again = (
        f"Its files are mended where they come from? hotfolder fetch {job}. They are looked at"
        " anew."
    )
    return [go_on, again, f"{cancel} {others}".strip()]


def _proposed(findings: Sequence[Finding]) -> list[str]:
    """The causes of what is held, or else of everything, each once, the most serious first."""
    held = [finding for finding in findings if finding.level is Level.HOLD]
    return list(dict.fromkeys(finding.cause for finding in held or findings if finding.cause))


def _paragraph(mark: str, text: str) -> list[str]:
    lines = textwrap.wrap(
        text, LINE_LENGTH - len(mark), break_long_words=False, break_on_hyphens=False
    )
    return [(mark if number == 0 else " " * len(mark)) + line for number, line in enumerate(lines)]


def _plain(text: str) -> str:
    """The text on one line, without signs that a terminal would obey."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
