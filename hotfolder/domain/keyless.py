"""An order document without its key: keys rest in the configuration and nowhere else."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

FILLER = b"*"
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def blank_keys(body: bytes, keys: Iterable[str]) -> tuple[bytes, list[int]]:
    """The document with every occurrence of the keys blanked out, and where they began.

    Every other byte stays as it came, so `put_key_back` restores the document exactly.
    """
    places: list[int] = []
    for secret in {key.encode(encoding) for key in keys if key for encoding in ENCODINGS}:
        found = body.find(secret)
        while found >= 0:
            places.append(found)
            body = body[:found] + FILLER * len(secret) + body[found + len(secret) :]
            found = body.find(secret, found + len(secret))
    return body, sorted(places)


def without_keys(data: Any, keys: Collection[str]) -> Any:
    """Plain data in which no text is one of the keys: one may stand where it does not belong."""
    if isinstance(data, dict):
        return {name: without_keys(value, keys) for name, value in data.items()}
    if isinstance(data, list):
        return [without_keys(value, keys) for value in data]
    return "***" if isinstance(data, str) and data in keys else data


def put_key_back(body: bytes, places: Sequence[int], key: str) -> bytes:
    """The document as it came, given the key it came with."""
    for place in places:
        for encoding in reversed(ENCODINGS):
            secret = key.encode(encoding)
            if body[place : place + len(secret)] == FILLER * len(secret):
                body = body[:place] + secret + body[place + len(secret) :]
                break
    return body
