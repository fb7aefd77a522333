"""Parcels, the jobs in them, and what is remembered of replies."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hotfolder.domain.job import Job
from hotfolder.domain.label import LabeledParcel, ParcelState
from hotfolder.domain.settle import DropFact
from hotfolder.errors import StoreError
from hotfolder.store.parcels import OPEN, ReadFile, StrangeRow
from hotfolder.store.store import Store
from tests.builders import NOON, a_job

DAY = timedelta(days=1)


def a_parcel(**fields: Any) -> LabeledParcel:
    usual = {"id": 0, "program": "ups", "order_id": "o-1", "reference": "R-1", "since": NOON}
    return LabeledParcel(**{**usual, "state": ParcelState.WAITING, **fields})


def jobs_in(store: Store, *items: str) -> list[Job]:
    return store.jobs.add([a_job(order_id="o-1", item_id=item) for item in items])


def added(store: Store, *items: str, **fields: Any) -> LabeledParcel:
    number = store.parcels.add(a_parcel(**fields), jobs_in(store, *items))
    found = store.parcels.get(number)
    assert found is not None
    return found


def test_a_parcel_comes_back_as_it_was_kept(store: Store) -> None:
    parcel = added(store, "i-2", "i-1")
    assert parcel.items == ("i-1", "i-2")
    changed = replace(
        parcel,
        state=ParcelState.HELD,
        file="R-1.csv",
        rename_due=True,
        tracking="T1",
        offered="T2",
        former=frozenset({"T3", "T4"}),
        option="ups_standard",
        asked_at=NOON,
        expected_by=NOON + DAY,
        answered_at=NOON,
        words="why",
    )
    store.parcels.keep(changed)
    assert store.parcels.get(parcel.id) == changed
    assert store.parcels.of_order("o-1") == [changed]
    assert store.parcels.to_rename() == [changed]
    assert store.parcels.in_states(OPEN) == [changed]
    assert store.parcels.in_states([ParcelState.ASKED]) == []
    assert store.parcels.with_tracking("T1", NOON) == [changed]
    assert store.parcels.with_tracking("T1", NOON + DAY) == []


def test_a_reply_means_a_parcel_by_reference_then_item_then_order(store: Store) -> None:
    one, two = added(store, "i-1"), added(store, "i-2", reference="o-1")
    assert store.parcels.named("ups", "r-1") == [one]
    assert store.parcels.named("ups", "i-2") == [two]
    assert store.parcels.named("ups", "o-1") == [two], "a reference goes before an order"
    store.parcels.keep(one)
    three = added(store, "i-3", reference="R-3")
    assert store.parcels.named("ups", "R-3") == [three]
    assert store.parcels.named("ups", "nobody") == []
    assert store.parcels.named("dhl", "R-1") == []


def test_a_job_is_in_one_parcel_at_most(store: Store) -> None:
    parcel = added(store, "i-1")
    (job,) = store.jobs.of_order("o-1")
    with pytest.raises(StoreError):
        store.parcels.add_job(parcel.id, job)
    assert store.parcels.parcel_ids([job]) == {job.id: parcel.id}
    assert store.parcels.of_job(job) == parcel
    assert store.parcels.job_ids(parcel) == [job.id]
    store.parcels.take_out(job.id)
    store.parcels.drop(parcel)
    assert store.parcels.of_job(job) is None
    assert store.parcels.get(parcel.id) is None


def test_two_parcels_of_a_program_never_have_one_reference(store: Store) -> None:
    added(store, "i-1")
    with pytest.raises(StoreError):
        added(store, "i-2")
    assert added(store, "i-3", program="dhl").reference == "R-1"


def test_a_row_for_nobody_is_new_once(store: Store) -> None:
    row = StrangeRow(program="ups", digest="d", seen_at=NOON, file="f", line=3, words="w")
    assert store.replies.note_row(row)
    assert not store.replies.note_row(replace(row, seen_at=NOON + DAY))
    assert store.replies.rows_since(NOON) == [row]
    assert store.replies.rows_since(NOON + DAY) == []


def test_a_file_that_was_read_is_known_as_it_was_last(store: Store) -> None:
    fact = DropFact(size=5, changed_ns=1_772_452_800_000_000_000, inode=2**40)
    file = ReadFile(name="f", fact=fact, sha256="s", revision=1)
    store.replies.keep_file("ups", file)
    later = replace(file, revision=2)
    store.replies.keep_file("ups", later)
    assert store.replies.files("ups") == [later]
    assert store.replies.files("dhl") == []
    store.replies.forget_file("ups", "f")
    assert store.replies.files("ups") == []
