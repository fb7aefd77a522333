"""Each text of a docket keeps to its box, whatever it is."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotfolder.domain.order import Option, Shipping
from hotfolder.domain.typeface import Fonts
from tests.builders import a_ticket, an_address, an_item, an_order
from tests.formats.docket_eyes import look_at
from tests.formats.dockets import (
    BLEED,
    SHELF,
    a_page,
    a_text,
    drawn,
    no_fonts,
    ours,
    squares,
    with_title,
)


def test_what_does_not_fit_is_cut_and_told() -> None:
    docket = drawn(with_title("many words " * 200), ours(), SHELF.faces)

    text = look_at(docket.pdf).text
    assert docket.cut == ("title",)
    assert "many words many words" in text
    assert "…" in text
    assert "Cut to fit: title; see job-ticket.json" in text


def test_twelve_options_and_a_long_address_fit_as_they_are() -> None:
    options = tuple(Option(option="o", desc=f"Option {at} in some words") for at in range(12))
    address = an_address(
        company="Gesellschaft zur Förderung der Naturkunde mbH & Co. KG, Abteilung Bibliothek",
        street1="Donaudampfschifffahrtsgesellschaftskapitänsweg 1234567890",
        street2="3rd floor, left of the staircase, please ring twice",
    )
    item = an_item(options=options)
    ticket = a_ticket(item=item, order=an_order(items=(item,), addresses=(address,)))

    docket = drawn(ticket, ours(), SHELF.faces)

    text = look_at(docket.pdf).text
    assert docket.cut == ()
    assert all(option.desc in text for option in options)


HOSTILE = st.text(
    st.characters()
    | st.sampled_from("\u202e\u2066\u200d\u0301\u0e47\U0001f600北אبक{}\\()\x00\n\ud800<&%"),
    max_size=120,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, HOSTILE, st.sampled_from([SHELF.faces, no_fonts, squares]), st.integers(1, 60))
def test_any_text_gives_one_page(title: str, other: str, fonts: Fonts, times: int) -> None:
    item = an_item(title=title * times, desc=other, options=(Option(option=other),) * times)
    order = an_order(
        items=(item,),
        addresses=(an_address(company=other, name=title, city=other * times),),
        shipping=Shipping(method=other, consignor=title),
    )

    docket = drawn(a_ticket(item=item, order=order), ours(), fonts)

    assert look_at(docket.pdf).pages == 1
    assert docket.pdf.startswith(b"%PDF-")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, st.integers(1, 40), st.booleans(), st.sampled_from(["start", "right", "center"]))
def test_letters_stay_in_the_box_of_their_text(
    title: str, times: int, bold: bool, align: str
) -> None:
    page = a_page(a_text(font=14, bold=bold, align=align))

    docket = drawn(with_title(title * times), page, squares)

    for letter in look_at(docket.pdf).letters:
        if any(unicodedata.category(sign)[0] == "M" for sign in letter.sign):
            continue  # an accent hangs over its letter; one without a letter hangs over the edge
        assert letter.left > 30 - BLEED
        assert letter.top > 40 - BLEED
        assert letter.right < 90 + BLEED
        assert letter.bottom < 60 + BLEED


def test_a_letter_wider_than_its_box_is_squeezed() -> None:
    page = a_page(a_text(size=[1, 20], font=20, least=20))

    (letter,) = look_at(drawn(with_title("M"), page, squares).pdf).letters

    assert letter.left > 30 - 0.1
    assert letter.right < 31 + 0.1


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_lines_stand_where_the_template_says(align: str) -> None:
    docket = drawn(with_title("abc"), a_page(a_text(align=align)), squares)

    seen = look_at(docket.pdf).letters
    left, right = seen[0].left, seen[-1].right
    gaps = {"left": left - 30, "center": (left - 30) - (90 - right), "right": 90 - right}
    assert gaps[align] == pytest.approx(0, abs=0.4)
