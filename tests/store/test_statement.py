from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.job import JobState
from hotfolder.store.moments import MomentField
from hotfolder.store.rows import DestinationRow, JobRow, NoteRow
from hotfolder.store.statement import Statement, defaults, insert, slot
from tests.builders import NOON

BY_STATE = Statement(
    lambda: (
        JobRow.select(JobRow.id)
        .where(JobRow.state == slot("state"), JobRow.moves > 3, JobRow.since <= slot("now"))
        .limit(slot("limit"))
    ),
    JobRow,
)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (limits, which have no zone)


def test_each_run_gives_the_slots_their_values_in_the_order_of_the_text() -> None:
    values = {"limit": 5, "now": NOON, "state": JobState.HELD}
    micros = int(NOON.timestamp()) * 1_000_000
    assert BY_STATE.parameters(values) == ["held", 3, micros, 5]
    assert BY_STATE.sql.count("?") == 4


def test_a_slot_without_a_value_is_an_error_and_not_a_null() -> None:
    with pytest.raises(KeyError, match="now"):
        BY_STATE.parameters({"state": "held", "limit": 1})


def test_values_stand_in_no_text() -> None:
    before = BY_STATE.sql
    BY_STATE.parameters({"state": "'; drop table job; --", "now": NOON, "limit": 1})
    assert BY_STATE.sql == before


def test_the_text_is_built_at_the_first_run_and_only_then() -> None:
    built = []

    def build() -> object:
        built.append("once")
        return NoteRow.select().where(NoteRow.name == slot("name"))

    statement = Statement(build)
    assert built == []
    assert statement.parameters({"name": "a"}) == ["a"]
    assert statement.parameters({"name": "b"}) == ["b"]
    assert statement.sql
    assert built == ["once"]


def test_a_record_has_times_and_truth_values_as_python_has_them() -> None:
    names = ["id", "since", "next_try", "rename_due", "folder", "jobs"]
    record = BY_STATE.record(names, (7, 1_000_001, None, 1, None, 3))
    assert record == {
        "id": 7,
        "since": datetime(1970, 1, 1, 0, 0, 1, 1, tzinfo=UTC),
        "next_try": None,
        "rename_due": True,
        "folder": None,
        "jobs": 3,
    }
    assert BY_STATE.record(["rename_due"], (0,)) == {"rename_due": False}


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        BY_STATE.record(["id"], (1, 2))


@given(moments)
def test_a_moment_comes_back_to_the_microsecond(moment: datetime) -> None:
    (stored,) = Statement(lambda: JobRow.select().where(JobRow.since == slot("at"))).parameters(
        {"at": moment}
    )
    assert BY_STATE.record(["since"], (stored,)) == {"since": moment}


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-8)))
    values = {"state": "held", "limit": 1}
    assert BY_STATE.parameters({**values, "now": there}) == BY_STATE.parameters(
        {**values, "now": NOON}
    )


def test_an_insert_gives_every_column_but_the_number() -> None:
    statement = insert(NoteRow)
    names = ["stage", "name", "kind", "since", "words"]
    values = {name: f"<{name}>" for name in names}
    assert sorted(statement.parameters(values)) == sorted(values.values())
    assert '"id"' not in statement.sql


def test_a_table_without_a_number_gives_its_own_key() -> None:
    assert '"name"' in insert(DestinationRow).sql


def test_defaults_are_what_nobody_has_to_give() -> None:
    assert defaults(NoteRow) == {"name": ""}
    given_by_nobody = defaults(JobRow)
    assert given_by_nobody["moves"] == 0
    assert given_by_nobody["folder"] is None
    assert given_by_nobody["rename_due"] is False
    assert "ticket_id" not in given_by_nobody


def test_a_moment_field_itself_takes_moments_numbers_and_nothing() -> None:
    field = MomentField(null=True)
    assert field.db_value(None) is None
    assert field.db_value(5) == 5
    assert field.python_value(field.db_value(NOON)) == NOON
    assert field.python_value(None) is None
