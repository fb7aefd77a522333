"""Cancellation and reorder causes: published lists. Other reorder causes are kept as they came."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotfolder.errors import FetchKind, NotPossible


class Concern(StrEnum):
    """What a cause is about; our own grouping, the published list has none."""

    BOOK = "book"
    COVER = "cover"
    ANY = "any"
    ORDER = "order"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """A code for ItemCanceled with what it means in plain words."""

    code: str
    concern: Concern
    words: str


def _about(concern: Concern, codes: Mapping[str, str]) -> dict[str, Cause]:
    return {code: Cause(code=code, concern=concern, words=words) for code, words in codes.items()}


# Cloudprinter docs: Print partner cancellation causes v1.0. All 21, the list is complete.
CANCEL_CAUSES: Mapping[str, Cause] = {
    **_about(
        Concern.BOOK,
        {
            "CancelBookSize": "book block has the wrong page size or is turned the wrong way",
            "CancelBookTrim": "trim size of the book block is not the ordered one",
            "CancelBookMargins": "margins in the book block are too small or too large",
            "CancelPageCount": "book block holds another number of pages than ordered",
            "CancelBookCorrupt": "book block file is damaged and can not be opened",
            "CancelBookRip": "RIP stops on the book block",
        },
    ),
    **_about(
        Concern.COVER,
        {
            "CancelCoverSize": "cover has the wrong size or is turned the wrong way",
            "CancelCoverTrim": "trim size of the cover is not the ordered one",
            "CancelCoverMargins": "margins on the cover are too small or too large",
            "CancelCoverSpine": "spine of the cover file is too wide or too narrow for the book",
            "CancelCoverCorrupt": "cover file is damaged and can not be opened",
            "CancelCoverRip": "RIP stops on the cover",
        },
    ),
    **_about(
        Concern.ANY,
        {
            "CancelUnknownFont": "file uses fonts that the prepress system does not know",
            "CancelInkjetCoverage": "ink coverage is above what the inkjet press allows",
            "CancelFilesCorrupt": "files are damaged, without telling cover and book apart",
            "CancelDownloadError": "files could not be fetched",
            "CancelValidateError": "order or file failed validation",
            "CancelMiscError": "any reason without a code of its own",
        },
    ),
    **_about(
        Concern.ORDER,
        {
            "CancelUserRequest": "the client or end customer asked for the cancellation",
            "CancelInvalidAddress": "delivery address can not be used",
            "CancelTestOrder": "the order is marked as a test",
        },
    ),
}

# The first two: Cloudprinter docs, How to make a reorder. The others were seen in third-party
# integrations and their words are read from the code, so the list may hold more than these.
REORDER_CAUSES: Mapping[str, str] = {
    "reorder_shipping_item_not_received": "item was sent but never arrived",
    "reorder_shipping_item_damaged": "item was damaged on the way",
    "reorder_item_missing": "parcel arrived without this item",
    "reorder_wrong_item": "another item than the ordered one arrived",
    "reorder_wrong_quantity": "wrong number of copies",
    "reorder_wrong_paper_or_material": "paper or material differs from the order",
    "reorder_wrong_finishing_size": "finished size differs from the order",
    "reorder_wrong_color_mode": "printed in the wrong colour mode",
    "reorder_wrong_print_position": "print sits in the wrong place",
    "reorder_print_quality": "print quality is not acceptable",
}


def cancel_cause(code: str) -> Cause | None:
    """The cause with this code, whatever its case, or None: an ItemCanceled takes no other."""
    wanted = code.strip().casefold()
    return next((one for one in CANCEL_CAUSES.values() if one.code.casefold() == wanted), None)


def listed_cause(code: str) -> Cause:
    """The cause with this code. Raises NotPossible, with the nearest code, when there is none."""
    cause = cancel_cause(code)
    if cause is None:
        known = {one.casefold(): one for one in CANCEL_CAUSES}
        found = difflib.get_close_matches(code.strip().casefold(), known, n=1, cutoff=0.5)
        nearest = CANCEL_CAUSES[known[found[0]] if found else "CancelMiscError"]
        raise NotPossible(
            f"{code!r} is no cancellation cause of the published list; "
            f"the nearest is {nearest.code}: {nearest.words}"
        )
    return cause


def reorder_words(code: str) -> str:
    """What a reorder cause says in plain words; a code that is not known comes back as it is."""
    return REORDER_CAUSES.get(code.strip().casefold(), code)


def cause_of_file(fault: str, file_type: str) -> str:
    """The code for a fault of a file: Size, Trim, Margins, Corrupt or Rip.

    The list tells the block and the cover of a book apart. For any other file it has a code of
    its own only for a damaged one.
    """
    code = {"book": f"CancelBook{fault}", "cover": f"CancelCover{fault}"}.get(file_type, "")
    fallback = "CancelFilesCorrupt" if fault == "Corrupt" else "CancelValidateError"
    return code if code in CANCEL_CAUSES else fallback


# What only the shop can mend (its disk, its settings, its line) is no reason to cancel.
_OF_FETCHING: Mapping[FetchKind, str] = {
    **dict.fromkeys(
        (
            FetchKind.MISMATCH,
            FetchKind.BAD_ADDRESS,
            FetchKind.EXPIRED,
            FetchKind.MISSING,
            FetchKind.NOT_GIVEN,
            FetchKind.SERVER_FAULT,
            FetchKind.REDIRECTED,
            FetchKind.WEB_PAGE,
            FetchKind.TRUNCATED,
            FetchKind.ENDLESS,
            FetchKind.TOO_LARGE,
        ),
        "CancelDownloadError",
    ),
}


def cause_of_fetch(kind: FetchKind) -> str:
    """The code to cancel an item with whose file can not be fetched; empty when that is ours."""
    return _OF_FETCHING.get(kind, "")
