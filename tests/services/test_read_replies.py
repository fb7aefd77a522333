"""Reply files: each row counts once, however the file grows, and nothing is lost by a kill."""

import pytest

from hotfolder.services import read_replies
from hotfolder.services.shop import Shop
from tests.fakes import Killed, ManualClock
from tests.services.labeling import LOOKS, UPS_CODES, WORLDSHIP_HEAD, codes, labels_asked
from tests.steps import actions

A, B, C = UPS_CODES


def test_a_reply_that_was_read_goes_to_done(shop: Shop, clock: ManualClock) -> None:
    bench, (job, *_) = labels_asked(shop, clock)
    path = bench.answered({job.item_id: A})
    assert (path.parent / "done" / path.name).exists()
    bench.answered({job.item_id: A})
    assert len(list((path.parent / "done").iterdir())) == 2, "nothing is written over"


def test_a_file_that_grows_gives_its_new_rows(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = labels_asked(shop, clock, "ups-worldship-csv")
    path = bench.replies / "export.csv"
    path.write_text(WORLDSHIP_HEAD, newline="")
    for count, (job, code) in enumerate(zip(jobs, (A, B, C), strict=True), 1):
        row = f'"{job.item_id}","{code}","x","N"\r\n'
        with path.open("a", newline="") as file:
            file.write(row[:20])
        bench.step(LOOKS)
        assert len([one for one in codes(shop, jobs) if one]) == count - 1
        with path.open("a", newline="") as file:
            file.write(row[20:])
        bench.step(LOOKS)
        assert len([one for one in codes(shop, jobs) if one]) == count
    assert path.exists()
    assert codes(shop, jobs) == [A, B, C]


def test_a_file_that_is_written_anew_gives_its_changed_rows(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = labels_asked(shop, clock, "gls-csv", 2)
    one, two = jobs
    bench.answered({one.item_id: "12345678901"})
    before = len(actions(shop, one.order_id))
    bench.answered({one.item_id: "12345678901", two.item_id: "12345678902"})
    assert codes(shop, jobs) == ["12345678901", "12345678902"]
    assert len(actions(shop, one.order_id)) == before + 1


def test_what_was_read_is_not_read_again_after_a_restart(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, jobs = labels_asked(shop, clock, "gls-csv", 1)
    bench.answered({jobs[0].item_id: "12345678901"})

    def read(*_: object) -> None:
        raise AssertionError("it was read already")

    monkeypatch.setattr(read_replies, "read_reply", read)
    bench.anew().step(LOOKS)


def test_a_kill_before_a_reply_is_put_away_reads_it_once_more_and_changes_nothing(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, jobs = labels_asked(shop, clock, items=1)
    bench.answer({jobs[0].item_id: A})

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(read_replies, "put_into", killed)
    with pytest.raises(Killed):
        bench.step(LOOKS)
    monkeypatch.undo()
    before = actions(shop, jobs[0].order_id)
    bench.anew().step(LOOKS)
    assert actions(shop, jobs[0].order_id) == before
    assert codes(shop, jobs) == [A]
    assert not list(bench.replies.glob("*.csv"))
