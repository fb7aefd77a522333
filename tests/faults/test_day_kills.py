"""The end of the day with a kill -9 at each step: every parcel is said once, every list written."""

from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.domain.job import END_OF_DAY
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock, RecordingSender
from tests.processes import line_of, other_process, tell
from tests.services.days import CLOSE, hand_over, items_of, left, turn_to, with_days
from tests.steps import again, note, pass_undo_time, promised, send_all

KILLED = "-9"
BEFORE = ("close", "say+2", "commit")  # the last of them with everything written but the commit
AFTER = ("closed", "csv", "pdf", "note", "written")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


def test_a_kill_at_any_step_of_the_close_says_all_once_and_writes_the_list(
    shop: Shop, clock: ManualClock, sent: RecordingSender, tmp_path: Path
) -> None:
    code = "from pathlib import Path; import sys; from tests.faults.day_closer import main"
    with other_process(f"{code}; main(Path(sys.argv[1]))", tmp_path) as daemon:
        assert line_of(daemon) == "ready"
        for number, step in enumerate((*BEFORE, *AFTER)):
            moment = CLOSE + timedelta(days=7 * number)  # Mondays; the days between are missed
            first, second, stays = items_of(shop, 2 + 3 * number, items=3)
            hand_over(shop, first, f"A{number}")
            hand_over(shop, second, f"B{number}")
            note(shop, stays, "packed")
            pass_undo_time(shop, clock)
            turn_to(clock, moment)

            tell(daemon, f"{moment.isoformat()} {step}")
            assert line_of(daemon) == KILLED, step
            day = shop.store.days.get("", moment.date())
            waits = [again(shop, job).waits_for for job in (first, second)]
            if step in BEFORE:
                assert (day, waits) == (None, [END_OF_DAY] * 2), step
                assert "ItemShipped waiting" not in promised(shop, first)
            else:
                assert day is not None, step
                assert waits == ["", ""]

            for _ in range(2):
                tell(daemon, f"{clock.now().isoformat()} -")
                assert line_of(daemon) == "0"
            day = shop.store.days.get("", moment.date())
            assert left(day)[stays.item_id] == "packed, but not in shipped"
            assert shop.store.days.lists_due() == [], step
            send_all(shop)
            for job in (first, second):
                assert sent.said(job.item_id).count("ItemShipped") == 1, step
            note(shop, stays, "hold")
    names = sorted(path.name for path in (tmp_path / "days").iterdir())
    assert len(names) == 2 * len((*BEFORE, *AFTER)), "a list each, no parts and none twice"
    assert not any(name.startswith(".") for name in names)
