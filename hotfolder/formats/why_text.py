"""WHY.txt and LOOK.txt: what was found in a job's files, in plain words, beside the files.

They name the order, the item and the product, and nothing about a person: neither the address nor
the title, which is free text.
"""

import shlex
import textwrap
from collections.abc import Sequence

from hotfolder.domain.cause import cancel_cause
from hotfolder.domain.finding import Check, Finding, Level
from hotfolder.domain.order import Item, Order

LINE_LENGTH = 78
DEVICE_FAILED = "WHY THIS JOB IS HELD: A DEVICE COULD NOT MAKE IT"

_MARKS = {Level.HOLD: "STOP", Level.WARN: "look", Level.NOTE: "note"}


def why_text(
    findings: Sequence[Finding], item: Item, order: Order, missing: Sequence[str] = ()
) -> str:
    """Why a job is held: every finding and what to do next.

    `missing` are the names of ordered files that are not in the folder.
    """
    found = ["What was found (STOP: the reason to hold it):", "", *_found(findings)]
    if missing:
        found += ["", "NOT in this folder, though ordered:", ""]
        for name in missing:
            found += _paragraph("  - ", _plain(name))
    never_came = any(finding.code is Check.DOWNLOAD for finding in findings)
    job = _job(item, order)
    go_on = _put_here(job) if never_came or missing else _make_held(job)
    return _text("WHY THIS JOB IS HELD", item, order, found, [*go_on, _cancel(findings, job)])


def look_text(findings: Sequence[Finding], item: Item, order: Order) -> str:
    """What to look at before a job is made that is not held."""
    found = ["What was found:", "", *_found(findings)]
    look = "It may be made. Look first whether it can be made like this."
    wait = (
        "It can not, or not yet? Drag this folder to the hold stage. Nothing is told to"
        " Cloudprinter by that, and you can drag it back."
    )
    steps = [look, wait, _cancel(findings, _job(item, order))]
    return _text("LOOK FIRST, THEN MAKE THIS JOB", item, order, found, steps)


def device_text(device: str, words: str, item: Item, order: Order) -> str:
    """Why a job is held that a device could not make; `words` are those of the device."""
    job = _job(item, order)
    found = [f"The device {_plain(device)} says:", "", *_paragraph("  ", _plain(words))]
    again = (
        "It can be mended? Put the mended file here under the same name, then drag this folder"
        f" back to the stage of the device: it is given anew. Or: hotfolder devices again {job}"
    )
    by_hand = "It is made by other means? Drag this folder to the stage where it belongs then."
    return _text(DEVICE_FAILED, item, order, found, [again, by_hand, _cancel((), job)])


def _text(title: str, item: Item, order: Order, found: Sequence[str], steps: Sequence[str]) -> str:
    lines = [
        title,
        "",
        f"Order {order.id}, item {item.id}, {item.count} x {_plain(item.product)}",
        "",
        *found,
        "",
        "What to do:",
        "",
    ]
    for step in steps:
        lines += _paragraph("  - ", step)
    return "\n".join(lines) + "\n"


def _found(findings: Sequence[Finding]) -> list[str]:
    return [
        line
        for finding in findings
        for line in _paragraph(f"{_MARKS[finding.level]:<5} ", _told(finding))
    ]


def _job(item: Item, order: Order) -> str:
    """Order and item as a command takes them."""
    return shlex.join([_plain(order.id), _plain(item.id)])


def _told(finding: Finding) -> str:
    file = f"{finding.file}: " if finding.file else ""
    return f"{file}{_plain(finding.words)}"


def _make_held(job: str) -> list[str]:
    go_on = (
        "It can be made as it is? Drag this folder to the stage where it belongs."
        " It is not looked at again."
    )
    again = (
        f"Its files are mended where they come from? hotfolder fetch {job}. They are looked at"
        " anew."
    )
    return [go_on, again]


def _put_here(job: str) -> list[str]:
    by_hand = (
        "You have what is missing from elsewhere? Put it here under this name, then drag this"
        " folder to the stage where it belongs. It is not looked at."
    )
    return [by_hand, f"It can be fetched now? hotfolder fetch {job}. All files are looked at then."]


def _cancel(findings: Sequence[Finding], job: str) -> str:
    codes = _proposed(findings)
    cause = cancel_cause(codes[0]) if codes else None
    words = f" ({cause.words})" if cause else ""
    code = codes[0] if codes else "CODE"
    cancel = (
        f"It can not be made? hotfolder cancel {job} --cause {code} --message TEXT{words}."
        " Cloudprinter is told that this item is canceled; other items go on."
    )
    others = f"Other causes that fit: {', '.join(codes[1:])}." if codes[1:] else ""
    return f"{cancel} {others}".strip()


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
