"""Order documents and their content without keys: these rest in the configuration alone."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

SHORTEST_KEY = 8  # what is shorter may stand in a text by chance
# A filler as long as one unit of its encoding: it tells `put_key_back` how the key was written.
FILLERS = {"utf-16-be": b"\0*", "utf-16-le": b"*\0", "utf-8": b"*"}


def blank_keys(body: bytes, keys: Iterable[str]) -> tuple[bytes, list[int]]:
    """The document with every occurrence of the keys blanked out, and where they began.

    Every other byte stays as it came, so `put_key_back` restores the document exactly.
    """
    places: list[int] = []
    blank = bytearray(body)
    blanks = {_written(key, name): _filler(key, name) for key in keys if key for name in FILLERS}
    # The longest first: a key that begins with another one must not be blanked by half.
    for secret in sorted(blanks, key=len, reverse=True):
        found = blank.find(secret)
        while found >= 0:
            places.append(found)
            blank[found : found + len(secret)] = blanks[secret]
            found = blank.find(secret, found + len(secret))
    return bytes(blank), sorted(places)


def long_enough(keys: Iterable[str]) -> list[str]:
    """The keys that may be looked for inside texts, the longest first, each once."""
    return sorted({key for key in keys if len(key) >= SHORTEST_KEY}, key=len, reverse=True)


def holds_key(data: Any, keys: Iterable[str]) -> bool:
    """Whether a key stands anywhere in plain data: in a text, as a name or as a part of one."""
    text = json.dumps(data, ensure_ascii=False).replace("\\u0000", "")
    return any(json.dumps(key, ensure_ascii=False)[1:-1] in text for key in keys)


def without_keys(data: Any, keys: Sequence[str]) -> Any:
    """Plain data in which every key is blanked out, as many stars as it has letters.

    `keys` as `long_enough` gives them. Names and parts of texts count as well: a key may stand
    where it does not belong, and all that is written of an order is made from this.
    """
    if isinstance(data, dict):
        return {_blank(name, keys): without_keys(value, keys) for name, value in data.items()}
    if isinstance(data, list):
        return [without_keys(value, keys) for value in data]
    return _blank(data, keys) if isinstance(data, str) else data


def _blank(text: str, keys: Sequence[str]) -> str:
    bare = text.replace("\0", "")  # is left out later, which would make a key whole again
    if not any(key in bare for key in keys):
        return text
    for key in keys:
        bare = bare.replace(key, "*" * len(key))
    return bare


def put_key_back(body: bytes, places: Sequence[int], key: str) -> bytes:
    """The document as it came, given the one key that it holds."""
    whole = bytearray(body)
    for place in places:
        for name in FILLERS:
            filler = _filler(key, name)
            if whole[place : place + len(filler)] == filler:
                whole[place : place + len(filler)] = _written(key, name)
                break
    return bytes(whole)


def _written(key: str, encoding: str) -> bytes:
    return key.encode(encoding, "surrogatepass")  # a JSON escape can make half a pair


def _filler(key: str, encoding: str) -> bytes:
    filler = FILLERS[encoding]
    return filler * (len(_written(key, encoding)) // len(filler))
