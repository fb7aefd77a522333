import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.answer import (
    BUSY,
    IN_TROUBLE,
    KEY_REFUSED,
    ODD,
    REDIRECTED,
    REFUSED,
    WEB_PAGE,
    WRONG_ADDRESS,
    Answer,
    Blame,
    Fault,
    Judgement,
    Outcome,
    judge_answer,
)

KEY = Judgement(outcome=Outcome.RETRY, blame=Blame.SETUP, diagnosis=KEY_REFUSED)
ADDRESS = Judgement(outcome=Outcome.RETRY, blame=Blame.SETUP, diagnosis=WRONG_ADDRESS)
REDIRECT = Judgement(outcome=Outcome.RETRY, blame=Blame.SETUP, diagnosis=REDIRECTED)
WAIT = Judgement(outcome=Outcome.RETRY, blame=Blame.WAY, diagnosis=BUSY)
TROUBLE = Judgement(outcome=Outcome.RETRY, blame=Blame.SIGNAL, diagnosis=IN_TROUBLE)
STRANGE = Judgement(outcome=Outcome.RETRY, blame=Blame.SIGNAL, diagnosis=ODD)
PARKED = Judgement(outcome=Outcome.PARK, diagnosis=REFUSED)
SPLIT = Judgement(outcome=Outcome.SPLIT, diagnosis=REFUSED)
ACCEPTED = Judgement(outcome=Outcome.ACCEPTED)

# CloudSignal API v2.0: 200 is success and all else an error; what kind is HTTP's (RFC 9110).
SINGLE = {
    ACCEPTED: [200],
    PARKED: [400, 422],
    KEY: [401, 403],
    ADDRESS: [404, 405, 410, 413, 415],
    REDIRECT: [300, 301, 302, 303, 304, 307, 308, 399],
    WAIT: [429, 503],
    TROUBLE: [408, 425, 500, 501, 502, 504, 505, 507, 511, 520, 521, 522, 523, 524, 529, 599],
    STRANGE: [
        *(100, 101, 103, 201, 202, 203, 204, 205, 206, 226, 299, 402, 406, 407, 409, 411, 412),
        *(414, 416, 417, 418, 421, 423, 424, 426, 428, 431, 451, 499),
    ],
}
TABLE = [(status, expected) for expected, some in SINGLE.items() for status in some]
SPLIT_UP = (400, 413, 422)


@pytest.mark.parametrize(("status", "expected"), TABLE)
def test_each_status_of_a_single_signal_means_one_thing(status: int, expected: Judgement) -> None:
    assert judge_answer(Answer(status=status), 1) == expected


@pytest.mark.parametrize(("status", "expected"), TABLE)
def test_a_refused_bundle_is_split_and_all_else_means_the_same_as_for_one(
    status: int, expected: Judgement
) -> None:
    wanted = SPLIT if status in SPLIT_UP else expected
    assert judge_answer(Answer(status=status), 2) == wanted


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("signals", [1, 5])
def test_without_a_status_the_way_is_to_blame_and_the_fault_is_told(
    fault: Fault, signals: int
) -> None:
    told = Judgement(outcome=Outcome.RETRY, blame=Blame.WAY, diagnosis=fault.value)
    assert judge_answer(Answer(fault=fault), signals) == told


def test_an_answer_that_says_nothing_at_all_is_a_connection_cut_off() -> None:
    assert judge_answer(Answer(), 1).diagnosis == "the connection was cut off"


def test_each_fault_has_words_of_its_own() -> None:
    assert len({fault.value for fault in Fault}) == len(Fault)
    assert all(fault.value for fault in Fault)


def test_a_web_page_with_200_is_no_acceptance_unless_the_shop_says_so() -> None:
    page = Answer(status=200, is_page=True)
    suspicious = Judgement(outcome=Outcome.RETRY, blame=Blame.SETUP, diagnosis=WEB_PAGE)
    assert judge_answer(page, 1) == suspicious
    assert judge_answer(page, 1, pages_count=True) == ACCEPTED


@pytest.mark.parametrize("status", [302, 400, 401, 404, 500, 503])
def test_a_web_page_with_an_error_is_that_error(status: int) -> None:
    plain, page = Answer(status=status), Answer(status=status, is_page=True)
    for pages_count in (False, True):
        assert judge_answer(page, 1, pages_count=pages_count) == judge_answer(plain, 1)


@given(st.none() | st.integers(100, 599), st.integers(1, 100), st.booleans(), st.booleans())
def test_only_200_is_ever_success(
    status: int | None, signals: int, is_page: bool, pages_count: bool
) -> None:
    answer = Answer(status=status, is_page=is_page)
    outcome = judge_answer(answer, signals, pages_count=pages_count).outcome
    assert (outcome is Outcome.ACCEPTED) is (status == 200 and (pages_count or not is_page))


@given(st.integers(100, 599), st.integers(1, 100))
def test_whatever_is_not_accepted_comes_with_words_for_a_person(status: int, signals: int) -> None:
    judgement = judge_answer(Answer(status=status), signals)
    assert bool(judgement.diagnosis) is (judgement.outcome is not Outcome.ACCEPTED)


@given(st.none() | st.integers(100, 599), st.sampled_from(Fault))
def test_a_single_signal_is_never_split(status: int | None, fault: Fault) -> None:
    answer = Answer(status=status, fault=None if status else fault)
    assert judge_answer(answer, 1).outcome is not Outcome.SPLIT


@given(st.integers(100, 599), st.integers(2, 100))
def test_a_bundle_is_never_parked_as_one(status: int, signals: int) -> None:
    assert judge_answer(Answer(status=status), signals).outcome is not Outcome.PARK
