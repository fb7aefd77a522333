"""Replies that are half, broken, for nobody or out of reach: kept and told, and no other waits."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.errors import FloorError
from hotfolder.files.appear import small_bytes
from hotfolder.services import read_replies
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.services.labeling import LOOKS, UPS_CODES, codes, labels_asked, packed
from tests.steps import again, job_on_floor

A, B, _ = UPS_CODES


def test_a_reply_for_nobody_is_set_aside_with_a_note(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = labels_asked(shop, clock)
    path = bench.answered({"someone-else": A})
    aside = path.parent / "set-aside"
    assert (aside / path.name).exists()
    note = (aside / f"{path.name}.txt").read_text()
    assert note == "Line 2: someone-else is no parcel that was asked for\n"
    assert "1 replies were set aside" in bench.notes()["label replies"]
    (aside / path.name).unlink()
    (aside / f"{path.name}.txt").unlink()
    bench.step()
    assert "label replies" not in bench.notes()
    assert codes(shop, jobs) == ["", "", ""]


def test_rows_for_others_are_told_once_and_not_for_ever(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    bench, jobs = labels_asked(shop, clock, "gls-csv", 1)
    for _ in range(3):
        bench.answered({jobs[0].item_id: "12345678901", "other": "12345678902"})
        bench.answered({"other": "12345678902", jobs[0].item_id: "12345678901"})
    assert sum("help nobody" in line and "WARNING" in line for line in logged) == 2
    assert "1 rows of replies" in bench.notes()["label strangers"]
    bench.step(seconds=24 * 3600)
    assert "label strangers" not in bench.notes()


def test_rows_for_others_can_be_ignored(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = labels_asked(shop, clock, "gls-csv", 1)
    program = replace(bench.program, tells_strangers=False)
    bench = replace(bench, shop=replace(bench.shop, labels=(program,))).anew()
    bench.answered({jobs[0].item_id: "12345678901", "other": "12345678902"})
    assert "label strangers" not in bench.notes()
    assert codes(shop, jobs) == ["12345678901"]


def test_a_bad_row_is_told_and_the_others_count(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = labels_asked(shop, clock, items=2)
    path = bench.replies / "a.csv"
    path.write_text(f'reference;tracking\n"broken\n{jobs[0].item_id};{A}\nx\n')
    bench.step(LOOKS)
    assert codes(shop, jobs)[0] == A
    assert "a.csv line 4" in bench.notes()["label strangers"]
    assert (bench.replies / "done" / "a.csv").exists()


@pytest.mark.parametrize("data", [b"<OpenShipments>", b"", b"\x00\xff nonsense"])
def test_a_reply_that_stays_half_is_set_aside_after_a_while(
    shop: Shop, clock: ManualClock, data: bytes
) -> None:
    bench, _ = labels_asked(shop, clock, "ups-worldship-xml", 1)
    (bench.replies / "a.out").write_bytes(data)
    bench.step(LOOKS)
    assert (bench.replies / "a.out").exists(), "its program may go on writing"
    bench.step(LOOKS, seconds=300)
    assert (bench.replies / "set-aside" / "a.out").exists() is bool(data)


def test_a_half_json_file_is_set_aside_too(shop: Shop, clock: ManualClock) -> None:
    bench, _ = labels_asked(shop, clock, "json", 1)
    (bench.replies / "a.json").write_bytes(b'{"reference": ')
    bench.step(LOOKS)
    bench.step(LOOKS, seconds=300)
    assert (bench.replies / "set-aside" / "a.json").exists()


def test_a_reply_folder_that_is_away_is_told_and_nothing_else_stops(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, *_) = labels_asked(shop, clock)
    away = bench.replies.rename(bench.replies.with_name("away"))
    more = job_on_floor(shop, 7)
    packed(bench, [more])
    bench.step()
    assert "can not be listed" in bench.notes()["label replies"]
    assert bench.take_requests() == [more.item_id]
    away.rename(bench.replies)
    bench.answered({job.item_id: A})
    assert again(shop, job).tracking == A
    assert "label replies" not in bench.notes()


def test_a_half_file_that_may_not_be_moved_is_told_until_it_is_whole(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    bench, (job,) = labels_asked(shop, clock, "gls-csv", 1)
    program = replace(bench.program, reply=replace(bench.program.reply, file="*.json"))
    path = bench.replies / "a.json"
    path.write_bytes(b"[")
    bench = replace(bench, shop=replace(bench.shop, labels=(program,))).anew()
    bench.step(LOOKS)
    bench.step(LOOKS, seconds=300)
    assert "a.json of labels is not whole" in bench.notes()["label replies"]
    assert sum("a.json" in line for line in logged) == 1
    path.unlink()
    bench.step()
    assert "label replies" not in bench.notes()
    assert again(shop, job).tracking == ""


def test_one_reply_that_can_not_be_read_never_keeps_the_others_back(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, jobs = labels_asked(shop, clock, items=2)
    for job, code, name in zip(jobs, (A, B), ("a.csv", "b.csv"), strict=True):
        bench.answer({job.item_id: code}, name)

    def small(path: Path, most: int) -> bytes:
        if path.name == "a.csv":
            raise FloorError("a.csv can not be read: Input/output error")
        return small_bytes(path, most)

    monkeypatch.setattr(read_replies, "small_bytes", small)
    bench.step(LOOKS)
    assert codes(shop, jobs) == ["", B]
    monkeypatch.undo()
    bench.step(LOOKS)
    assert codes(shop, jobs) == [A, B]


def test_other_files_in_the_folder_are_left_alone(shop: Shop, clock: ManualClock) -> None:
    bench, _ = labels_asked(shop, clock, "ups-worldship-xml", 1)
    for name in ("a.xxx", "worldship.log", "a.xml"):
        (bench.replies / name).write_bytes(b"<x")
    bench.step(LOOKS, seconds=300)
    assert len(list(bench.replies.iterdir())) == 3


def test_where_nothing_may_be_moved_a_reply_stays_and_counts_once(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, jobs = labels_asked(shop, clock, items=1)
    (bench.replies / "done").write_text("no folder")
    path = bench.answered({jobs[0].item_id: A})
    assert path.exists()
    assert codes(shop, jobs) == [A]
    bench.anew().step(LOOKS)
    assert codes(shop, jobs) == [A]
