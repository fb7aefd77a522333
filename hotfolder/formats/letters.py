"""Text as an older program can read it: letters that its encoding lacks are written with others."""

import unicodedata
from dataclasses import dataclass

NONE = "\0"  # for a letter that can not be written
CODECS = {"utf-8-bom": "utf-8-sig"}
_LETTERS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "ħ": "h", "Ħ": "H", "\u0131": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T",
}  # fmt: skip
_SIGNS = {
    "'": "\u2018\u2019\u201a\u2032",
    '"': "\u201c\u201d\u201e\u00ab\u00bb",
    "-": "\u2010\u2011\u2013\u2014\u2212\u2022\u00b7",
    "...": "\u2026",
    "EUR": "\u20ac",
    "No.": "\u2116",
    "x": "\u00d7",
}
_OTHERS = str.maketrans(
    _LETTERS | {sign: plain for plain, signs in _SIGNS.items() for sign in signs}
)
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """`changed`: other letters stand for some. `lost`: some have none, and stand there as `?`."""

    text: str
    changed: bool = False
    lost: bool = False


def codec_of(encoding: str) -> str:
    """Python's name of an encoding that a profile names."""
    return CODECS.get(encoding, encoding)


def fitted(text: str, encoding: str) -> Fitted:
    """The text in letters that the encoding has, each written as near as can be."""
    codec = codec_of(encoding)
    # one letter where it is one: some programs write decomposed ones
    text = unicodedata.normalize("NFC", text)
    if _fits(text, codec):
        return Fitted(text=text)
    found = "".join(letter if _fits(letter, codec) else _near(letter, codec) for letter in text)
    return Fitted(text=found.replace(NONE, "?"), changed=True, lost=NONE in found)


def _near(letter: str, codec: str) -> str:
    """Nothing for a mark that only belongs to the letter before it; NONE for what has no letter."""
    if unicodedata.combining(letter):
        return ""
    if letter in _UMLAUTS:
        return _UMLAUTS[letter]
    found = letter.translate(_OTHERS)
    if found == letter:
        parts = unicodedata.normalize("NFKD", letter)
        found = "".join(one for one in parts if not unicodedata.combining(one)).translate(_OTHERS)
    if found.isspace():
        return " "
    return found if found and _fits(found, codec) else NONE


def _fits(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
