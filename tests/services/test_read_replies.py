"""Reply files: each row counts once, what helps nobody is kept, and nothing is lost by a kill."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.domain.label import ParcelState
from hotfolder.errors import FloorError
from hotfolder.files.appear import small_bytes
from hotfolder.services import read_replies
from hotfolder.services.label_desk import accept_label, refuse_label
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import Killed, ManualClock
from tests.services.labeling import LOOKS, Labeling, jobs_on_floor, labeling, packed
from tests.steps import actions, again, job_on_floor, note

A, B, C = "1Z999AA10123456784", "1Z5R89390357567127", "1Z879E930346834440"
HEAD = '"OrderNumber","TrackingNumber","ServiceType","VoidIndicator"\r\n'


def asked(
    shop: Shop, clock: ManualClock, like: str = "generic-csv", items: int = 3
) -> tuple[Labeling, list[Job]]:
    bench = labeling(shop, clock, like)
    jobs = jobs_on_floor(shop, items)
    packed(bench, jobs)
    bench.step()
    bench.take_requests()
    return bench, jobs


def codes(shop: Shop, jobs: list[Job]) -> list[str]:
    return [again(shop, job).tracking for job in jobs]


def test_a_reply_that_was_read_goes_to_done(shop: Shop, clock: ManualClock) -> None:
    bench, (job, *_) = asked(shop, clock)
    path = bench.answered({job.item_id: A})
    assert (path.parent / "done" / path.name).exists()
    bench.answered({job.item_id: A})
    assert len(list((path.parent / "done").iterdir())) == 2, "nothing is written over"


def test_a_file_that_grows_gives_its_new_rows(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = asked(shop, clock, "ups-worldship-csv")
    path = bench.replies / "export.csv"
    path.write_text(HEAD, newline="")
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
    bench, jobs = asked(shop, clock, "gls-csv", 2)
    one, two = jobs
    bench.answered({one.item_id: "12345678901"})
    before = len(actions(shop, one.order_id))
    bench.answered({one.item_id: "12345678901", two.item_id: "12345678902"})
    assert codes(shop, jobs) == ["12345678901", "12345678902"]
    assert len(actions(shop, one.order_id)) == before + 1


def test_what_was_read_is_not_read_again_after_a_restart(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, jobs = asked(shop, clock, "gls-csv", 1)
    bench.answered({jobs[0].item_id: "12345678901"})

    def read(*_: object) -> None:
        raise AssertionError("it was read already")

    monkeypatch.setattr(read_replies, "read_reply", read)
    bench.anew().step(LOOKS)


def test_a_kill_before_a_reply_is_put_away_reads_it_once_more_and_changes_nothing(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, jobs = asked(shop, clock, items=1)
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


def test_a_reply_for_nobody_is_set_aside_with_a_note(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = asked(shop, clock)
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
    bench, jobs = asked(shop, clock, "gls-csv", 1)
    for _ in range(3):
        bench.answered({jobs[0].item_id: "12345678901", "other": "12345678902"})
        bench.answered({"other": "12345678902", jobs[0].item_id: "12345678901"})
    assert sum("help nobody" in line and "WARNING" in line for line in logged) == 2
    assert "1 rows of replies" in bench.notes()["label strangers"]
    bench.step(seconds=24 * 3600)
    assert "label strangers" not in bench.notes()


def test_rows_for_others_can_be_ignored(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = asked(shop, clock, "gls-csv", 1)
    program = replace(bench.program, tells_strangers=False)
    bench = replace(bench, shop=replace(bench.shop, labels=(program,))).anew()
    bench.answered({jobs[0].item_id: "12345678901", "other": "12345678902"})
    assert "label strangers" not in bench.notes()
    assert codes(shop, jobs) == ["12345678901"]


def test_a_bad_row_is_told_and_the_others_count(shop: Shop, clock: ManualClock) -> None:
    bench, jobs = asked(shop, clock, items=2)
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
    bench, _ = asked(shop, clock, "ups-worldship-xml", 1)
    (bench.replies / "a.out").write_bytes(data)
    bench.step(LOOKS)
    assert (bench.replies / "a.out").exists(), "its program may go on writing"
    bench.step(LOOKS, seconds=300)
    assert (bench.replies / "set-aside" / "a.out").exists() is bool(data)


def test_a_half_json_file_is_set_aside_too(shop: Shop, clock: ManualClock) -> None:
    bench, _ = asked(shop, clock, "json", 1)
    (bench.replies / "a.json").write_bytes(b'{"reference": ')
    bench.step(LOOKS)
    bench.step(LOOKS, seconds=300)
    assert (bench.replies / "set-aside" / "a.json").exists()


def test_a_reply_folder_that_is_away_is_told_and_nothing_else_stops(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, *_) = asked(shop, clock)
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
    bench, (job,) = asked(shop, clock, "gls-csv", 1)
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
    bench, jobs = asked(shop, clock, items=2)
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
    bench, _ = asked(shop, clock, "ups-worldship-xml", 1)
    for name in ("a.xxx", "worldship.log", "a.xml"):
        (bench.replies / name).write_bytes(b"<x")
    bench.step(LOOKS, seconds=300)
    assert len(list(bench.replies.iterdir())) == 3


def test_where_nothing_may_be_moved_a_reply_stays_and_counts_once(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, jobs = asked(shop, clock, items=1)
    (bench.replies / "done").write_text("no folder")
    path = bench.answered({jobs[0].item_id: A})
    assert path.exists()
    assert codes(shop, jobs) == [A]
    bench.anew().step(LOOKS)
    assert codes(shop, jobs) == [A]


def export(bench: Labeling, *rows: tuple[Job, str, str]) -> None:
    """WorldShip adds lines to its export: a job, its code, and whether that is void."""
    path = bench.replies / "export.csv"
    if not path.exists():
        path.write_text(HEAD, newline="")
    with path.open("a", newline="") as file:
        file.writelines(f'"{job.item_id}","{code}","x","{void}"\r\n' for job, code, void in rows)
    bench.step(LOOKS)


def test_a_code_that_becomes_void_before_it_has_shipped_is_of_no_job_any_more(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, *_) = asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"))
    assert again(shop, job).tracking == A
    export(bench, (job, A, "Y"))
    (parcel, *_) = bench.parcels(job.order_id)
    assert (again(shop, job).tracking, parcel.tracking, parcel.offered) == ("", "", A)
    assert parcel.state is ParcelState.HELD
    export(bench, (job, B, "N"))
    assert again(shop, job).tracking == B


def test_that_a_code_is_void_is_told_once_whatever_a_person_says(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, other, *_) = asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"), (job, A, "Y"))
    (parcel, *_) = bench.parcels(job.order_id)
    accept_label(bench.shop, parcel.id)
    export(bench, (other, C, "N"))
    assert codes(shop, [job, other]) == [A, C]
    assert bench.parcels(job.order_id)[0].state is ParcelState.OVERRULED


def test_a_code_that_becomes_void_after_it_has_shipped_is_told_and_stays(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, *_) = asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"))
    note(bench.shop, job, "shipped")
    export(bench, (job, A, "Y"))
    (parcel, *_) = bench.parcels(job.order_id)
    assert (again(shop, job).tracking, parcel.tracking) == (A, A)
    assert parcel.state is ParcelState.HELD
    assert "ItemShipped was said with this code already" in parcel.words
    assert refuse_label(bench.shop, parcel.id).state is ParcelState.ANSWERED


def test_another_code_that_is_held_stays_so_when_the_one_in_use_becomes_void(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, *_) = asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"))
    note(bench.shop, job, "shipped")
    export(bench, (job, B, "N"), (job, A, "Y"))
    (parcel, *_) = bench.parcels(job.order_id)
    assert (parcel.tracking, parcel.offered) == (A, B)
    assert "VoidIndicator Y" in parcel.words
    assert "has shipped with another code" in parcel.words


def test_a_code_that_becomes_void_with_its_job_is_no_news(shop: Shop, clock: ManualClock) -> None:
    bench, (job, *_) = asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"))
    cancel(bench.shop, again(shop, job), "CancelMiscError", "void")
    export(bench, (job, A, "Y"))
    assert bench.parcels(job.order_id)[0].state is ParcelState.ANSWERED
