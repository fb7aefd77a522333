"""Jobs in doubt: the store came back from a backup, and nobody here knows what was told since.

Of such a job nothing is sent before a person has said what Cloudprinter knows, unless the floor
proves that nothing can have been said.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from hotfolder.domain.job import Job
from hotfolder.domain.signal import SignalType

# They begin the words of signals that wait for a person.
RESTORED = "restored from a backup: "  # waited in the backup, or the floor tells that it was due
DOUBTED = "in doubt: "  # what a person did since then
PATH = tuple(one for one in SignalType if one not in (SignalType.DELAY, SignalType.CANCELED))

_HOW = "`hotfolder doubts told` if Cloudprinter knows it, `hotfolder doubts send` if not"
MAY_BE_SENT = f"{RESTORED}it may have been sent since; {_HOW}"
FOUND = f"{RESTORED}found by the place of its folder, so it may have been sent; {_HOW}"
UNSENT = "waits, as the job is in doubt since a restore (hotfolder doubts)"
WAITS = f"{DOUBTED}it waits until a person has said what was sent of this job before; {_HOW}"

REMOTE_SLACK = timedelta(hours=1)  # how far the clock of a file server may be behind


def waits_since_restore(last_answer: str) -> bool:
    """Whether a parked signal waits because of a restore, by the words it was parked with."""
    return last_answer.startswith((RESTORED, DOUBTED))


def is_sure(changed_at: datetime, taken_at: datetime | None, *, remote: bool) -> bool:
    """Whether a folder that is where the backup knows it never left that place since.

    A rename changes the folder's own time (st_ctime of inode(7)), wherever the folder goes and
    comes back from. `taken_at` is when the backup was begun; None: nobody knows.
    """
    if taken_at is None:
        return False
    return changed_at < (taken_at - REMOTE_SLACK if remote else taken_at)


def proves_nothing_said(waits_for: str, open_signals: Collection[str]) -> bool:
    """Whether an unmoved folder means that nothing was said: not where no drag is needed for it.

    The end of the day, a tracking code or a pause that ended cause signals without one.
    """
    return not waits_for and not open_signals


def may_have_shipped(job: Job) -> bool:
    """Whether ItemShipped may have been sent of a job in doubt that waits with saying it.

    It did not move since the restore, so what it waits for (its tracking, the close of a day) may
    have come before, where nothing here tells of it.
    """
    unmoved = job.doubt_since is not None and job.since <= job.doubt_since
    return unmoved and bool(job.waits_for)


def known_up_to(last: SignalType, waiting: Sequence[SignalType]) -> frozenset[SignalType]:
    """The types that Cloudprinter has when `last` is the last of them.

    `waiting` are those of which nobody knows, oldest first: what was due before `last` was sent
    before it. So was all that an item says on its way there, also where the floor tells nothing of
    it: a job that was dragged on and back.
    """
    before = waiting[: waiting.index(last) + 1] if last in waiting else ()
    passed = PATH[: PATH.index(last) + 1] if last in PATH else (last,)
    return frozenset((*before, *passed))
