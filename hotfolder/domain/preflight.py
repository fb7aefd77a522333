"""Facts of a fetched file against the order."""

from dataclasses import dataclass

from hotfolder.domain.order import ProductFile


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFacts:
    """What a fetched file is: bytes and md5 as 32 lower-case hex digits."""

    size: int
    md5: str


def mismatch(ordered: ProductFile, facts: FileFacts) -> str:
    """Why the file is not the ordered one, or empty text.

    Size first, then md5, as the integration guide asks; what the order leaves out is not checked.
    """
    if ordered.size is not None and ordered.size != facts.size:
        return f"the file has {facts.size} bytes, the order says {ordered.size}"
    if ordered.md5 is not None and ordered.md5 != facts.md5:
        return f"the file has md5 {facts.md5}, the order says {ordered.md5}"
    return ""
