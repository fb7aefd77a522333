"""The gate: public example codes pass, spoiled ones do not, and the words say what is wrong."""

import pytest

from hotfolder.domain.tracking import Carrier, tidied, why_wrong

GOOD = [
    (Carrier.UPS, "1Z999AA10123456784"),
    (Carrier.UPS, "1Z5R89390357567127"),
    (Carrier.UPS, "1Z879E930346834440"),
    (Carrier.UPS, "1Z410E7W0392751591"),
    (Carrier.UPS, "T9999999999"),
    (Carrier.USPS, "9400111201080805483016"),
    (Carrier.USPS, "9361289878700317633795"),
    (Carrier.USPS, "03071790000523483741"),
    (Carrier.USPS, "71123456789123456787"),
    (Carrier.USPS, "420221539101026837331000039521"),
    (Carrier.USPS, "LZ123456785US"),
    (Carrier.FEDEX, "986578788855"),
    (Carrier.FEDEX, "477179081230"),
    (Carrier.FEDEX, "799531274483"),
    (Carrier.DHL, "3318810025"),
    (Carrier.DHL, "8487135506"),
    (Carrier.DHL, "00340434292135100186"),
    (Carrier.DHL, "JJD000390007903310610"),
    (Carrier.GLS, "12345678901"),
    (Carrier.GLS, "ZABCD123"),
    (Carrier.POST, "RB123456785GB"),
    (Carrier.POST, "RR473124829GB"),
    (Carrier.POST, "6A12345678901"),
    (Carrier.ANY, "1Z999AA10123456784"),
    (Carrier.ANY, "9400111201080805483016"),
    (Carrier.ANY, "RB123456785GB"),
    (Carrier.ANY, "JD0123"),
]
BAD = [
    (Carrier.UPS, "1Z999AA10123456785", "check digit"),
    (Carrier.UPS, "1Z999AA1012345678", "begin with 1Z"),
    (Carrier.UPS, "RB123456785GB", "UPS"),
    (Carrier.USPS, "9400111201080805483015", "check digit"),
    (Carrier.USPS, "940011120108080548301", "20 or 22"),
    (Carrier.FEDEX, "986578788856", "check digit"),
    (Carrier.FEDEX, "98657878885", "FedEx"),
    (Carrier.DHL, "3318810026", "check digit"),
    (Carrier.DHL, "00340434292135100187", "check digit"),
    (Carrier.GLS, "123", "look like"),
    (Carrier.GLS, "123456789", "GLS"),
    (Carrier.POST, "RB123456784GB", "check digit"),
    (Carrier.POST, "RB123456785QQ", "no country"),
    (Carrier.POST, "ABCDEFGHIJ", "post"),
    (Carrier.ANY, "1Z999AA10123456785", "check digit"),
    (Carrier.ANY, "RB123456784GB", "check digit"),
    (Carrier.ANY, "9400111201080805483015", "check digit"),
    (Carrier.ANY, "1.23457E+11", "spreadsheet"),
    (Carrier.ANY, "1,23457E+11", "spreadsheet"),
    (Carrier.ANY, "PRINTED", "hardly a digit"),
    (Carrier.ANY, "N/A", "look like"),
    (Carrier.ANY, "", "look like"),
    (Carrier.ANY, "JD01\x0023", "look like"),
    (Carrier.ANY, "JD\N{ARABIC-INDIC DIGIT ONE}234567", "look like"),
    (Carrier.ANY, "1" * 41, "look like"),
]


@pytest.mark.parametrize(("carrier", "tracking"), GOOD)
def test_a_public_example_passes(carrier: Carrier, tracking: str) -> None:
    assert why_wrong(tracking, carrier) == ""


@pytest.mark.parametrize(("carrier", "tracking", "words"), BAD)
def test_what_can_be_no_code_is_held_with_the_reason(
    carrier: Carrier, tracking: str, words: str
) -> None:
    assert words in why_wrong(tracking, carrier)


@pytest.mark.parametrize("place", range(2, 17))
def test_every_mistyped_digit_of_a_ups_code_is_noticed(place: int) -> None:
    code = "1Z999AA10123456784"
    if code[place].isdigit():
        other = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert "check digit" in why_wrong(other, Carrier.UPS)


def test_a_code_of_another_countrys_post_is_held_when_ours_is_known() -> None:
    assert why_wrong("RB123456785GB", Carrier.POST, sender="GB") == ""
    assert "parcels are sent from DK" in why_wrong("RB123456785GB", Carrier.POST, sender="DK")


@pytest.mark.parametrize(("receiver", "fits"), [("US", True), ("PR", True), ("DE", False)])
def test_a_home_code_of_the_usps_goes_to_its_own_country_only(receiver: str, fits: bool) -> None:
    words = why_wrong("9400111201080805483016", Carrier.USPS, receiver)
    assert (words == "") is fits


def test_spaces_and_small_letters_are_those_of_people() -> None:
    assert tidied(" 1z 999 aa1 01\u00a02345 6784\t") == "1Z999AA10123456784"
