"""ORDER-NOTE.txt: what became of an order's other items, for whoever works on this one."""

from collections.abc import Sequence

from hotfolder.domain.cause import cancel_cause
from hotfolder.domain.job import Job, JobState


def order_note(jobs: Sequence[Job]) -> str:
    """What the folders of an order's jobs say of those that were canceled; empty for none.

    Lines end as Notepad likes them. A job that a changed order took off is not told of.
    """
    canceled = [
        f"Canceled: item {job.item_id}, {cause.code} ({cause.words})"
        for job in jobs
        if job.state is JobState.CANCELED and (cause := cancel_cause(job.reason))
    ]
    if not canceled:
        return ""
    lines = ["Another item of this order was canceled. THIS ITEM GOES ON.", "", *canceled]
    return "".join(f"{line}\r\n" for line in lines)
