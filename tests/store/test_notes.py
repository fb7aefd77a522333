from dataclasses import replace
from datetime import timedelta

import pytest

from hotfolder.domain.retry import Health, Reach
from hotfolder.store.notes import Note
from hotfolder.store.store import Store
from tests.builders import NOON

NOTE = Note(stage="print", name="copy of job", kind="seen twice", since=NOON, words="is a copy")


def test_a_note_is_shown_as_it_was_written(store: Store) -> None:
    store.notes.add(NOTE)
    assert store.notes.all() == [NOTE]


def test_a_thing_noted_again_keeps_its_first_time_and_gets_the_new_words(store: Store) -> None:
    store.notes.add(NOTE)
    store.notes.add(replace(NOTE, since=NOON + timedelta(hours=1), words="is still a copy"))
    assert store.notes.all() == [replace(NOTE, words="is still a copy")]


def test_notes_of_another_place_or_kind_stand_beside_it_oldest_first(store: Store) -> None:
    notes = [
        NOTE,
        replace(NOTE, stage="packed"),
        replace(NOTE, name="job"),
        replace(NOTE, kind="stranger"),
    ]
    for note in notes:
        store.notes.add(note)
    assert store.notes.all() == notes


def test_a_solved_thing_is_gone_and_the_others_stay(store: Store) -> None:
    store.notes.add(NOTE)
    store.notes.add(replace(NOTE, stage="packed"))
    store.notes.remove("print", "copy of job", "seen twice")
    store.notes.remove("print", "copy of job", "seen twice")
    assert store.notes.all() == [replace(NOTE, stage="packed")]


def test_a_destination_never_heard_of_is_open(store: Store) -> None:
    assert store.destinations.get("cloudsignal") == Health()


@pytest.mark.parametrize("reach", Reach)
def test_the_health_of_a_destination_is_read_back_as_it_is(store: Store, reach: Reach) -> None:
    health = Health(
        reach=reach,
        since=NOON,
        failures=7,
        next_probe=NOON + timedelta(seconds=4, microseconds=5),
        words="503 busy",
    )
    store.destinations.keep("cloudsignal", Health())
    store.destinations.keep("cloudsignal", health)
    assert store.destinations.get("cloudsignal") == health
    assert store.destinations.get("another") == Health()
