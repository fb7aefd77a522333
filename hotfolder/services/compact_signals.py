"""Old delivered signals leave the store for an archive that people and programs can read."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from loguru import logger

from hotfolder.files.archive import add_lines, read_lines
from hotfolder.services.overview import signal_story
from hotfolder.services.shop import Shop

AT_ONCE = 500


def compact_signals(shop: Shop, folder: Path, keep: timedelta) -> int:
    """Move signals of items that shipped or were canceled longer than `keep` ago to the archive.

    How many were moved; more may be left. The archive is written and on the disk before a row goes,
    so a crash in between leaves a signal in both and never in none. A job remembers which types it
    has said.
    """
    before = shop.clock.now() - keep
    rows = shop.store.signals.finished(before, AT_ONCE)
    by_month: dict[str, list[str]] = {}
    for row in rows:
        story = signal_story(shop, row["id"])
        by_month.setdefault(_month(row["at"]), []).append(json.dumps(story, ensure_ascii=False))
    for month, lines in by_month.items():
        add_lines(folder / f"signals-{month}.jsonl.gz", lines)
    if rows:
        with shop.store.transaction():
            shop.store.signals.remove(rows)
        logger.info("{} delivered signals went to the archive", len(rows))
    return len(rows)


def archived_signals(
    folder: Path, wanted: Mapping[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """The signals of the archive, each once, month by month.

    `wanted` narrows them by order, item, state and since; nothing there is late any more.
    """
    seen: set[tuple[Any, ...]] = set()
    for path in sorted(folder.glob("signals-*.jsonl.gz")):
        for line in read_lines(path):
            signal: dict[str, Any] = json.loads(line)
            # a number may be given again once the highest one has gone to the archive
            same = tuple(signal[name] for name in ("id", "order", "item", "type", "at"))
            if same not in seen and _is_wanted(signal, wanted or {}):
                seen.add(same)
                yield signal


def _is_wanted(signal: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    since = wanted.get("since")
    same = all(
        signal[name] == wanted[name]
        for name in ("order", "item", "state")
        if wanted.get(name) is not None
    )
    fresh = since is None or datetime.fromisoformat(signal["at"]) >= since
    return same and fresh and wanted.get("late") is None


def _month(at: datetime) -> str:
    return f"{at:%Y-%m}"
