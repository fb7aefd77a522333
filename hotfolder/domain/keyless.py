"""An order document without its key: keys rest in the configuration and nowhere else."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

# A filler as long as one unit of its encoding: it tells `put_key_back` how the key was written.
FILLERS = {"utf-16-be": b"\0*", "utf-16-le": b"*\0", "utf-8": b"*"}


def blank_keys(body: bytes, keys: Iterable[str]) -> tuple[bytes, list[int]]:
    """The document with every occurrence of the keys blanked out, and where they began.

    Every other byte stays as it came, so `put_key_back` restores the document exactly.
    """
    places: list[int] = []
    blanks = {_written(key, name): _filler(key, name) for key in keys if key for name in FILLERS}
    # The longest first: a key that begins with another one must not be blanked by half.
    for secret in sorted(blanks, key=len, reverse=True):
        found = body.find(secret)
        while found >= 0:
            places.append(found)
            body = body[:found] + blanks[secret] + body[found + len(secret) :]
            found = body.find(secret, found + len(secret))
    return body, sorted(places)


def keyless(body: bytes, keys: Iterable[str], data: Any | None) -> tuple[bytes, list[int]]:
    """The document without its key, and where the key stood.

    A key that is written with escapes is not found in the bytes: then `data`, what was understood
    of a document that has a key, is kept instead of the document.
    """
    body, places = blank_keys(body, keys)
    if places or data is None:
        return body, places
    return json.dumps({"order": data}, ensure_ascii=False).encode("utf-8", "replace"), []


def without_keys(data: Any, keys: Collection[str]) -> Any:
    """Plain data in which no text is one of the keys: one may stand where it does not belong."""
    if isinstance(data, dict):
        return {name: without_keys(value, keys) for name, value in data.items()}
    if isinstance(data, list):
        return [without_keys(value, keys) for value in data]
    return "***" if isinstance(data, str) and data in keys else data


def put_key_back(body: bytes, places: Sequence[int], key: str) -> bytes:
    """The document as it came, given the one key that it holds."""
    for place in places:
        for name in FILLERS:
            filler = _filler(key, name)
            if body[place : place + len(filler)] == filler:
                body = body[:place] + _written(key, name) + body[place + len(filler) :]
                break
    return body


def _written(key: str, encoding: str) -> bytes:
    return key.encode(encoding, "surrogatepass")  # a JSON escape can make half a pair


def _filler(key: str, encoding: str) -> bytes:
    filler = FILLERS[encoding]
    return filler * (len(_written(key, encoding)) // len(filler))
