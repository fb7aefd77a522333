"""What is written down beside the content of an archived job folder."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hotfolder.domain.job import Job


def archive_record(
    job: Job, stage: str, folder: str, entries: Iterable[Mapping[str, Any]]
) -> bytes:
    """JSON: which job it was, where its folder was, and each entry with its checksum.

    The same for the same folder, whenever it is written.
    """
    facts = {
        "made_by": "Hotfolder",
        "order": job.order_id,
        "item": job.item_id,
        "run": job.run,
        "mode": job.mode.value,
        "state": job.state.value,
        "reason": job.reason,
        "since": job.since.isoformat(timespec="seconds"),
        "stage": stage,
        "folder": folder,
        "entries": list(entries),
    }
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()
