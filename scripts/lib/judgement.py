"""Is all as it should be? Judged from outside: the account, the floor, the state folder."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from hands import STAGES, damage, job_folders, label
from programs import Trouble
from shop import Shop

from hotfolder.test_center.records import Accepted
from hotfolder.test_center.verdict import PASSED_IN_ORDER

ItemKey = tuple[str, str]


def all_signals(items: Collection[ItemKey]) -> dict[ItemKey, Sequence[str]]:
    """What must arrive when every item went the whole way."""
    return dict.fromkeys(items, PASSED_IN_ORDER)


def still_missing(accepted: Sequence[Accepted], items: Collection[ItemKey]) -> int:
    """How many signals have not arrived yet."""
    arrived = {(one.order, one.item, one.type) for one in accepted}
    wanted = {(*key, kind) for key in items for kind in PASSED_IN_ORDER}
    return len(wanted - arrived)


def complaints(account: Mapping[str, Any]) -> list[str]:
    """What the test center itself found: requests it refused, times that can not be."""
    found: list[str] = [
        f"the receiver refused {', '.join(refusal['signals']) or 'a request'}: "
        f"{'; '.join(refusal['reasons'])}"
        for refusal in account["refused"]
    ]
    for finding in ("ahead_of_time", "registered_late"):
        found += account["findings"][finding]
    return found


def check_floor(floor: Path, items: Collection[ItemKey]) -> list[str]:
    """Every job once, in the last stage, with all its files; and nothing else on the floor."""
    found = []
    seen: Counter[str] = Counter()
    for job in job_folders(floor):
        name = f"the folder {job.path.name} in {job.stage}"
        seen[job.item] += 1
        if job.stage != STAGES[-1]:
            found.append(f"{name} should be in {STAGES[-1]}")
        found += [f"{name}: {words}" for words in damage(job.path)]
    wanted = {item for _order, item in items}
    found += [f"job {label(item)} is gone from the floor" for item in sorted(wanted - seen.keys())]
    for item, count in sorted(seen.items()):
        if count > 1:
            found.append(f"job {label(item)} stands {count} times on the floor")
        if item not in wanted:
            found.append(f"a folder of an unknown item {item or '(no id)'} is on the floor")
    left = [path.name for path in (floor / ".hotfolder" / "spool").iterdir()]
    return found + [f"{name} is left in the spool" for name in sorted(left)]


def check_secrets(shop: Shop) -> list[str]:
    """No key outside the configuration: not in the state, the logs, the floor or the account."""
    keys = {"order": shop.order_key.encode(), "signal": shop.signal_key.encode()}
    found = []
    for path in sorted(shop.folder.rglob("*")):
        if not path.is_file() or path == shop.config:
            continue
        content = path.read_bytes()
        found += [
            f"the {name} key stands in {path}" for name, key in keys.items() if key in content
        ]
    return found


def check_database(shop: Shop) -> list[str]:
    """SQLite's own integrity check. Ask it when the daemon has ended."""
    paths = sorted((shop.shop / "state").glob("*.sqlite"))
    if not paths:
        raise Trouble("there is no database in the state folder")
    found = []
    for path in paths:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            rows = connection.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.DatabaseError as error:
            rows = [(str(error),)]
        finally:
            connection.close()
        found += [f"{path.name}: {row[0]}" for row in rows if row[0] != "ok"]
    return found
