"""_NOTES.txt: what Hotfolder leaves alone in a stage, or finds wrong with the floor, and why.

Lines end as Windows ends them, so that every editor of an operator shows them.
"""

from collections.abc import Mapping

from hotfolder.domain.noise import NOTES_NAME

TITLE = "Things here that Hotfolder does nothing with, and why"
HEALTH_TITLE = "What is wrong with this floor"
END = f"Hotfolder writes this file ({NOTES_NAME}) and takes it away when nothing is left to say."


def stage_notes(notes: Mapping[tuple[str, str], str]) -> str:
    """One sentence for each thing, by name and kind; empty when there is nothing to say."""
    return _text(TITLE, [f"{name or 'This folder'} {words}" for (name, _), words in notes.items()])


def floor_notes(notes: Mapping[tuple[str, str], str]) -> str:
    """One sentence for each stage, by stage and kind; empty when all is well."""
    lines = [f"{stage}: {words}" if stage else words for (stage, _), words in notes.items()]
    return _text(HEALTH_TITLE, lines)


def _text(title: str, sentences: list[str]) -> str:
    if not sentences:
        return ""
    lines = [title, "", *(f"- {_plain(words)}" for words in sorted(sentences)), "", END, ""]
    return "\r\n".join(lines)


def _plain(text: str) -> str:
    """On one line, and closed like a sentence."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return words if words.endswith((".", "!", "?")) else f"{words}."
