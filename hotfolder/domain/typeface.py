"""Letters on paper: what a font can print, and who can hand out fonts for a text."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """A font, cut down to the characters it was asked for.

    `data` is a TrueType or OpenType file; `covers` are the asked characters that it can print.
    """

    name: str
    data: bytes
    covers: frozenset[str]


Fonts = Callable[[frozenset[str], bool], tuple[Face, ...]]
"""Faces that together print these characters, best first; the flag asks for bold ones.

What none of them covers can not be printed. No faces at all: there is no font on this machine.
"""
