"""The gate for tracking codes: what can be no code of a carrier never leaves the shop.

Rules are those that carriers and the UPU have published; where none is, only the shape is looked
at. A code that fails may still be right: a person can overrule.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from hotfolder.domain.countries import COUNTRIES, US_POST

SPOILED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)  # 1,23457E+11
PLAUSIBLE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{4,38}[A-Z0-9]")
LEAST_DIGITS = 4
S10 = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")
UPS_1Z = re.compile(r"1Z[A-Z0-9]{15}\d")
UPS_OTHERS = re.compile(r"[A-Z]\d{10}|\d{9}|\d{12}|\d{18}|MI\d{6}[A-Z0-9]{1,22}|\d{22}|\d{26}")
USPS_ROUTED = re.compile(r"420(\d{5}|\d{9})(?=9\d{21}$)")
USPS = re.compile(r"9[1-5]\d{20}|\d{20}|9[1-5]\d{24}")
FEDEX = re.compile(r"\d{12}|\d{15}|\d{20}|\d{22}|\d{34}")
DHL = re.compile(
    r"\d{10}|\d{11}|\d{12}|\d{20}|J?JD\d{16,20}|GM\d{16,20}|3S[A-Z0-9]{8,16}|[A-Z]{3}\d{10,14}"
)
GLS = re.compile(r"\d{11,12}|\d{14}|\d{20}|[A-Z0-9]{8}")
POST = re.compile(r"(?=(?:.*\d){4})[A-Z0-9]{8,30}")
SERIAL_CONTAINER_DIGITS = 20


class Carrier(StrEnum):
    """Whose codes are expected; `any` looks only at what tells its carrier itself."""

    UPS = "ups"
    DHL = "dhl"
    GLS = "gls"
    USPS = "usps"
    FEDEX = "fedex"
    POST = "post"
    ANY = "any"


def tidied(tracking: str) -> str:
    """The code as it is sent: in capitals, without the spaces that are printed for people."""
    return "".join(tracking.split()).upper()


def why_wrong(tracking: str, carrier: Carrier, receiver: str = "", sender: str = "") -> str:
    """Why a tidied code should not leave the shop, in words; empty when nothing speaks against it.

    `receiver` and `sender` are the countries of the parcel (ISO 3166, two letters); empty: unknown.
    """
    if SPOILED.fullmatch(tracking):
        return "a spreadsheet has rounded it: its last digits are lost"
    if not tracking.isascii() or not PLAUSIBLE.fullmatch(tracking):
        return "it does not look like a tracking code"
    return _RULES[carrier](tracking, receiver, sender)


def _any(tracking: str, receiver: str, sender: str) -> str:
    """What tells its carrier by its shape is looked at as one of that carrier."""
    if UPS_1Z.fullmatch(tracking):
        return _ups(tracking, receiver, sender)
    if S10.fullmatch(tracking):
        return _s10(tracking, sender)
    if USPS_ROUTED.match(tracking) or re.fullmatch(r"9[1-5]\d{20}", tracking):
        return _usps(tracking, receiver, sender)
    if sum(sign.isdigit() for sign in tracking) < LEAST_DIGITS:
        return "it does not look like a tracking code: it holds hardly a digit"
    return ""


def _ups(tracking: str, _receiver: str, _sender: str) -> str:
    """Codes that begin with 1Z end in a check digit; of the others none is public."""
    if tracking.startswith("1Z"):
        if not UPS_1Z.fullmatch(tracking):
            return _no_shape("UPS", "18 letters and digits that begin with 1Z")
        values = [int(one) if one.isdigit() else (ord(one) - 63) % 10 for one in tracking[2:-1]]
        return _checked(tracking, _mod_10(values, (1, 2)), "UPS")
    return "" if UPS_OTHERS.fullmatch(tracking) else _no_shape("UPS")


def _usps(tracking: str, receiver: str, _sender: str) -> str:
    """Publication 199 (IMpb) and 97: a mod 10 check digit with weights 3 and 1 from the right."""
    if S10.fullmatch(tracking):
        return _s10(tracking, "US")
    tracking = USPS_ROUTED.sub("", tracking)
    if not USPS.fullmatch(tracking):
        return _no_shape("USPS", "20 or 22 digits, or one like RA123456785US")
    if receiver and receiver not in US_POST:
        return f"it is a code of the USPS for parcels inside its own country, not to {receiver}"
    return _checked(tracking, _mod_10_from_right(tracking), "USPS")


def _fedex(tracking: str, _receiver: str, _sender: str) -> str:
    """Codes of 12 digits: weights 3, 1, 7 from the right, mod 11, mod 10. Others by shape alone."""
    if not FEDEX.fullmatch(tracking):
        return _no_shape("FedEx", "12, 15, 20 or 22 digits")
    if len(tracking) != 12:
        return ""
    weights = (3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)
    total = sum(int(one) * weight for one, weight in zip(tracking, weights, strict=False))
    return _checked(tracking, total % 11 % 10, "FedEx")


def _dhl(tracking: str, _receiver: str, sender: str) -> str:
    """Express: 9 digits and their remainder by 7. Parcels of 20 digits: the check digit of SSCC."""
    if S10.fullmatch(tracking):
        return _s10(tracking, sender)
    if not DHL.fullmatch(tracking):
        return _no_shape("DHL")
    if len(tracking) == 10 and tracking.isdigit():
        return _checked(tracking, int(tracking[:-1]) % 7, "DHL Express")
    if len(tracking) == SERIAL_CONTAINER_DIGITS and tracking.startswith("00"):
        return _checked(tracking, _mod_10_from_right(tracking), "DHL")
    return ""


def _gls(tracking: str, _receiver: str, _sender: str) -> str:
    return "" if GLS.fullmatch(tracking) else _no_shape("GLS")


def _post(tracking: str, _receiver: str, sender: str) -> str:
    if S10.fullmatch(tracking):
        return _s10(tracking, sender)
    return "" if POST.fullmatch(tracking) else _no_shape("a post")


def _s10(tracking: str, sender: str) -> str:
    """UPU S10: weights 8 6 4 2 3 5 9 7, mod 11, and the country whose post has taken it in."""
    country = tracking[-2:]
    if country not in COUNTRIES:
        return f"it ends in {country}, which is no country"
    if sender and country != sender:
        return f"it is a code of the post of {country}, and parcels are sent from {sender}"
    total = sum(
        int(one) * w for one, w in zip(tracking[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True)
    )
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    return "" if int(tracking[10]) == check else _misfit("the posts (S10)")


def _mod_10(values: Sequence[int], weights: tuple[int, int]) -> int:
    total = sum(value * weights[place % 2] for place, value in enumerate(values))
    return -total % 10


def _mod_10_from_right(tracking: str) -> int:
    return _mod_10([int(one) for one in reversed(tracking[:-1])], (3, 1))


def _checked(tracking: str, check: int, whose: str) -> str:
    return "" if int(tracking[-1]) == check else _misfit(whose)


def _misfit(whose: str) -> str:
    return f"its check digit is wrong for a code of {whose}: a digit is missing or mistyped"


def _no_shape(whose: str, shape: str = "") -> str:
    words = f"it does not look like a tracking code of {whose}"
    return f"{words} ({shape})" if shape else words


_RULES: Mapping[Carrier, Callable[[str, str, str], str]] = {
    Carrier.UPS: _ups,
    Carrier.DHL: _dhl,
    Carrier.GLS: _gls,
    Carrier.USPS: _usps,
    Carrier.FEDEX: _fedex,
    Carrier.POST: _post,
    Carrier.ANY: _any,
}
