"""A store that takes nothing is answered with 503, and nothing is kept."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from hotfolder.services.shop import Shop
from tests.steps import database_of
from tests.web.orders import order, post, rows


@contextmanager
def full_disk(database: Path) -> Iterator[None]:
    """No file of this process can grow beyond the present size of the database's log.

    Somebody reads meanwhile, so that the log can not begin anew and needs to grow.
    """
    size = database.with_name(f"{database.name}-wal").stat().st_size
    reader = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    reader.execute("BEGIN; SELECT count(*) FROM orders").fetchall()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        reader.close()


def test_a_store_that_is_locked_by_another_program_answers_503_and_keeps_nothing(
    door: str, shop: Shop, logged: list[str]
) -> None:
    post(door, order(1).body)
    before = rows(shop)
    other = apsw.Connection(str(database_of(shop)))
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = post(door, order(2).body)
    finally:
        other.execute("ROLLBACK")
        other.close()

    assert answer.status_code == 503
    assert "again later" in answer.json()["error"]
    assert rows(shop) == before
    assert any("locked" in line for line in logged)
    assert post(door, order(2).body).status_code == 200
    assert rows(shop) == tuple(2 * number for number in before)


def test_a_store_that_is_full_answers_503_and_keeps_nothing(door: str, shop: Shop) -> None:
    post(door, order(1).body)
    before = rows(shop)

    with full_disk(database_of(shop)):
        answers = [post(door, order(2).body) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert rows(shop) == before
    assert post(door, order(2).body).status_code == 200
    assert post(door, order(2).body).status_code == 200
    assert rows(shop)[:4] == tuple(2 * number for number in before[:4])
