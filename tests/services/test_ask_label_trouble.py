"""A request that can not be written or was cut off is asked for once, and keeps no other back."""

from collections.abc import Callable

import pytest

from hotfolder.files.appear import hidden
from hotfolder.services import ask_label
from hotfolder.services.shop import Shop
from tests.fakes import Killed, ManualClock
from tests.services.labeling import jobs_on_floor, labeling, packed
from tests.steps import job_on_floor


def test_a_request_that_can_not_be_written_keeps_no_other_back(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock)
    jobs = jobs_on_floor(shop)
    in_the_way = hidden(bench.requests / f"{jobs[0].item_id}.csv")
    in_the_way.mkdir()
    packed(bench, jobs)
    bench.step()
    assert list(bench.asked()) == [f"{job.item_id}.csv" for job in jobs[1:]]
    assert "can not be written" in bench.notes()["label requests"]
    in_the_way.rmdir()
    bench.step()
    assert len(bench.asked()) == 3
    assert bench.notes() == {}


def test_a_folder_that_is_away_is_told_and_asked_later(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock)
    job = job_on_floor(shop)
    away = bench.requests.rename(bench.requests.with_name("away"))
    packed(bench, [job])
    bench.step(2)
    assert "can not be written" in bench.notes()["label requests"]

    away.rename(bench.requests)
    bench.step()
    assert len(bench.asked()) == 1
    assert bench.notes() == {}


def test_a_request_that_is_not_taken_is_never_written_over(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock)
    job, other = job_on_floor(shop), job_on_floor(shop, 2)
    (bench.requests / f"{job.item_id}.csv").write_text("somebody else's")
    packed(bench, [job, other])
    bench.step(2)
    assert bench.asked()[f"{job.item_id}.csv"] == b"somebody else's"
    assert f"{other.item_id}.csv" in bench.asked(), "one never keeps the others back"
    assert "still there" in bench.notes()["label requests"]

    (bench.requests / f"{job.item_id}.csv").unlink()
    bench.step()
    assert job.item_id.encode() in bench.asked()[f"{job.item_id}.csv"]


@pytest.mark.parametrize("step", ["write_hidden", "_keep", "_finish"])
def test_a_kill_between_any_two_steps_asks_exactly_once(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bench = labeling(shop, clock)
    job = job_on_floor(shop)
    packed(bench, [job])

    def killed(*_: object) -> None:
        raise Killed

    for before in (True, False):
        real = getattr(ask_label, step)

        def after(*given: object, real: Callable[..., object] = real) -> None:
            real(*given)
            raise Killed

        monkeypatch.setattr(ask_label, step, killed if before else after)
        with pytest.raises(Killed):
            bench.step()
        monkeypatch.undo()
        if bench.asked():
            break
    taken = bench.take_requests()
    bench.anew().step(3)
    taken += bench.take_requests()
    assert taken == [job.item_id]
    (parcel,) = bench.parcels(job.order_id)
    assert not parcel.rename_due
    assert not hidden(bench.requests / parcel.file).exists()


def test_nothing_is_left_of_a_try_that_was_cut_off_a_minute_ago(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = labeling(shop, clock, "gls-csv")
    job = job_on_floor(shop)
    packed(bench, [job])

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(ask_label, "_keep", killed)
    with pytest.raises(Killed):
        bench.step()
    monkeypatch.undo()
    bench.anew().step(seconds=120)
    (name,) = bench.asked()
    assert [path.name for path in bench.requests.iterdir()] == [name]
