"""Text that fits its box: wrapped, then set smaller, then cut. Pure arithmetic on widths."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LEADING = 1.2
ELLIPSIS = "…"

Width = Callable[[str], float]
"""Width of a text in a font of size 1, in the unit of the box."""

_SHRINK = 0.94
_NARROW = 0.2
_WIDE = frozenset("WF")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
# Categories of characters that end no line, and that begin none.
_OPENING = frozenset({"Ps", "Pi"})
_CLOSING = frozenset({"Pe", "Pf", "Po", "Mn", "Mc", "Me"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line as it is printed; `rtl` is the direction of its paragraph."""

    text: str
    rtl: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """Lines that fit, the size they fit at, and whether something had to be left out."""

    lines: tuple[Line, ...]
    size: float
    cut: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How much there is: the box, and from which size of letters down to which."""

    width: float
    height: float
    size: float
    least: float

    def lines(self, size: float) -> int:
        """How many lines of this size fit; one always does."""
        return max(1, int(self.height / (size * LEADING) + 1e-6))

    def most_characters(self) -> int:
        """More than can ever fit, so that a text of any length takes little work."""
        return int(self.lines(self.least) * (self.width / (self.least * _NARROW) + 1))


def fit(paragraphs: Sequence[str], room: Room, width: Width, ellipsis: str = ELLIPSIS) -> Fitted:
    """The paragraphs in as large a size as fits; at the least size, what fits of them."""
    words, too_long = _words(paragraphs, room, width)
    size = max(min(room.size, room.height / LEADING, _unbroken(words, room)), room.least)
    while True:
        lines = [
            Line(text=text, rtl=rtl)
            for rtl, paragraph in words
            for text in _wrapped(paragraph, room.width / size, width)
        ]
        if len(lines) <= room.lines(size) and not too_long:
            return Fitted(lines=tuple(lines), size=size, cut=False)
        if size <= room.least:
            return _cut(lines, room, size, width, ellipsis)
        size = max(size * _SHRINK, room.least)


def is_right_to_left(text: str) -> bool:
    """Direction of a paragraph: that of its first letter that has one (Unicode UAX 9, P2)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction == "L":
            return False
        if direction in _RIGHT_TO_LEFT:
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Word:
    """What stays together; `gap` is the space before it, if it does not begin a line.

    `width` is with that space, `alone` without it.
    """

    text: str
    gap: str
    width: float
    alone: float


def _unbroken(words: Sequence[tuple[bool, Sequence[_Word]]], room: Room) -> float:
    """The largest size that breaks no word: half a number is another one.

    A word too long for the least size is broken anyway, and asks for no smaller letters.
    """
    fitting = (
        room.width / word.alone
        for _, paragraph in words
        for word in paragraph
        if room.size * word.alone > room.width >= room.least * word.alone
    )
    return min(fitting, default=room.size)


def _words(
    paragraphs: Sequence[str], room: Room, width: Width
) -> tuple[list[tuple[bool, list[_Word]]], bool]:
    words: list[tuple[bool, list[_Word]]] = []
    left, space = room.most_characters(), width(" ")
    for number, paragraph in enumerate(paragraphs):
        if left <= 0:
            return words, number < len(paragraphs)
        pieces = _pieces(paragraph[:left])
        measured = [
            _Word(piece, gap, wide + (space if gap else 0), wide)
            for gap, piece in pieces
            for wide in [width(piece)]
        ]
        words.append((is_right_to_left(paragraph), measured))
        if len(paragraph) > left:
            return words, True
        left -= len(paragraph) + 1
    return words, False


def _pieces(paragraph: str) -> Iterator[tuple[str, str]]:
    """The words with the gap before each; between wide letters (Chinese, Japanese) any may end."""
    for word in paragraph.split():
        gap = " "
        for piece in _at_wide_letters(word):
            yield gap, piece
            gap = ""


def _at_wide_letters(word: str) -> Iterator[str]:
    start = 0
    if not word.isascii():
        for at in range(1, len(word)):
            if _may_part(word[at - 1], word[at]):
                yield word[start:at]
                start = at
    yield word[start:]


def _may_part(before: str, after: str) -> bool:
    if not {unicodedata.east_asian_width(before), unicodedata.east_asian_width(after)} & _WIDE:
        return False
    opens = unicodedata.category(before) in _OPENING
    closes = unicodedata.category(after) in _CLOSING or after == "ー"
    return not opens and not closes


def _wrapped(words: Sequence[_Word], most: float, width: Width) -> Iterator[str]:
    line, used = "", 0.0
    for word in words:
        if line and used + word.width <= most:
            line, used = line + word.gap + word.text, used + word.width
            continue
        if line:
            yield line
        *full, line = [word.text] if word.alone <= most else _broken(word.text, most, width)
        yield from full
        used = word.alone if not full else width(line)
    if line:
        yield line


def _broken(word: str, most: float, width: Width) -> list[str]:
    """A word that is wider than a line, in lines; accents stay with their letters."""
    lines, line, used = [], "", 0.0
    for cluster in re.findall(r".[\u0300-\u036f\u200c\u200d]*", word, re.DOTALL):
        wide = width(cluster)
        if line and used + wide > most:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + cluster, used + wide
    return [*lines, line]


def _cut(lines: Sequence[Line], room: Room, size: float, width: Width, ellipsis: str) -> Fitted:
    kept = list(lines[: room.lines(size)])
    last, most = kept[-1], room.width / size
    text = last.text
    while text and width(text + ellipsis) > most:
        text = text[:-1].rstrip()
    kept[-1] = Line(text=text + ellipsis, rtl=last.rtl)
    return Fitted(lines=tuple(kept), size=size, cut=True)
