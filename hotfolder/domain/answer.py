"""What an answer of the signal server means for the signals and for the way there.

CloudSignal API v2.0: 200 is success and every other status an error; a 400 may carry words. A
status may be about the signal or about the server, and only the next signal tells which: so after
an error another signal follows at once as a probe, and the one that failed waits a little.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Why there was no status."""

    NO_NAME = "the server's name is not known (DNS)"
    NO_CONNECTION = "no connection"
    NOT_TRUSTED = "the server's certificate is not trusted"
    NO_TLS = "no secure connection"
    NO_CERTIFICATES = "the certificate file of the configuration can not be read"
    CUT_OFF = "the connection was cut off"
    TOO_SLOW = "no whole answer in time"


class Outcome(StrEnum):
    """What becomes of the signals of one POST."""

    ACCEPTED = "accepted"
    SPLIT = "split"
    PARK = "park"
    RETRY = "retry"


class Blame(StrEnum):
    """What an error speaks against: nothing, perhaps only this signal, the way, or our set-up."""

    NOBODY = "nobody"
    SIGNAL = "signal"
    WAY = "way"
    SETUP = "setup"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back from a POST: a status, or the fault that kept it from us.

    `retry_after` is seconds the server asked us to wait. `words` never hold a key.
    """

    status: int | None = None
    fault: Fault | None = None
    words: str = ""
    is_page: bool = False
    retry_after: float | None = None
    milliseconds: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """`diagnosis` is a sentence for a person; empty when all is well."""

    outcome: Outcome
    blame: Blame = Blame.NOBODY
    diagnosis: str = ""


KEY_REFUSED = "the signal key is refused: put the key of the CloudSignal interface into signals.key"
WRONG_ADDRESS = "there is no CloudSignal at this address: look at signals.url"
REDIRECTED = "the address redirects, which a CloudSignal never does: look at signals.url"
WEB_PAGE = "a web page answers instead of CloudSignal: a login page of the network, or signals.url"
BUSY = "the server asks us to wait"
IN_TROUBLE = "the server is in trouble"
ODD = "the server gave an answer that CloudSignal does not have"
REFUSED = "the signal is refused"


# They begin the last answer of a signal that waits again and that the server may have taken all
# the same: it is not taken back, and counts as sent until it is.
MAY_BE_HEARD = "may have been heard: "
BROKEN_OFF = f"{MAY_BE_HEARD}sending was cut off"


def last_answer(answer: Answer, words: str, before: str) -> str:
    """What is kept of an answer that is no yes, `words`, after the one before."""
    unsure = answer.fault in (Fault.CUT_OFF, Fault.TOO_SLOW) or before.startswith(MAY_BE_HEARD)
    return f"{MAY_BE_HEARD}{words}" if unsure else words


def judge_answer(answer: Answer, signals: int, *, pages_count: bool = False) -> Judgement:
    """What to do after an answer to a POST of so many signals.

    A refused bundle is sent singly, since one bad signal may spoil it; a refused single is parked.
    A single that is "too large" (413) tells of a wrong address: no signal has even a kilobyte.
    `pages_count`: a web page with status 200 counts as accepted.
    """
    if answer.status is None:
        fault = answer.fault or Fault.CUT_OFF
        return Judgement(outcome=Outcome.RETRY, blame=Blame.WAY, diagnosis=fault.value)
    if answer.status == 200:
        return _accepted(answer, pages_count=pages_count)
    if signals > 1 and answer.status in (400, 413, 422):
        return Judgement(outcome=Outcome.SPLIT, diagnosis=REFUSED)
    if answer.status in (400, 422):
        return Judgement(outcome=Outcome.PARK, diagnosis=REFUSED)
    return _error(answer.status)


def _accepted(answer: Answer, *, pages_count: bool) -> Judgement:
    if answer.is_page and not pages_count:
        return Judgement(outcome=Outcome.RETRY, blame=Blame.SETUP, diagnosis=WEB_PAGE)
    return Judgement(outcome=Outcome.ACCEPTED)


def _error(status: int) -> Judgement:
    if status in (401, 403):
        blame, diagnosis = Blame.SETUP, KEY_REFUSED
    elif status in (404, 405, 410, 413, 415):
        blame, diagnosis = Blame.SETUP, WRONG_ADDRESS
    elif 300 <= status < 400:
        blame, diagnosis = Blame.SETUP, REDIRECTED
    elif status in (429, 503):
        blame, diagnosis = Blame.WAY, BUSY
    elif status >= 500 or status in (408, 425):
        blame, diagnosis = Blame.SIGNAL, IN_TROUBLE
    else:
        blame, diagnosis = Blame.SIGNAL, ODD
    return Judgement(outcome=Outcome.RETRY, blame=blame, diagnosis=diagnosis)
