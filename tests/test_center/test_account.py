"""The account in memory and on disk."""

import json
import threading
from pathlib import Path

import pytest

from hotfolder.errors import ConfigError
from hotfolder.test_center.account import Account, read_account

REGISTERED = {
    "type": "ItemRegistered",
    "order": "10",
    "item": "11",
    "datetime": "2026-03-02 12:00:00 GMT",
}
SHIPPED = REGISTERED | {"type": "ItemShipped", "tracking": "T1", "shipping_option": "GLS"}


def test_signals_are_booked_in_order_with_what_they_carry() -> None:
    account = Account(clock=lambda: 5.0)
    account.accept([REGISTERED], is_bundle=False)
    account.accept([SHIPPED, REGISTERED], is_bundle=True)

    assert [(s.seq, s.type, s.bundle) for s in account.accepted()] == [
        (1, "ItemRegistered", None),
        (2, "ItemShipped", 1),
        (3, "ItemRegistered", 1),
    ]
    assert account.accepted()[1].fields == {"tracking": "T1", "shipping_option": "GLS"}
    assert account.accepted()[0].at == 5.0
    assert [s.seq for s in account.accepted(since=2)] == [3]


def test_a_signal_is_in_the_file_as_soon_as_it_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    account = Account(path)

    account.accept([REGISTERED], is_bundle=False)
    assert read_account(path) == account.accepted()
    account.accept([SHIPPED, REGISTERED], is_bundle=True)
    assert read_account(path) == account.accepted()
    assert len(path.read_text().splitlines()) == 3
    account.close()


def test_an_account_goes_on_where_its_file_ended(tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    earlier = Account(path)
    earlier.expect("10", ["11"])
    earlier.accept([REGISTERED, REGISTERED], is_bundle=True)
    earlier.close()

    account = Account(path)
    account.accept([SHIPPED], is_bundle=True)
    account.close()

    assert account.known_orders == {"10": frozenset({"11"})}
    assert [(s.seq, s.bundle) for s in read_account(path)] == [(1, 1), (2, 1), (3, 2)]


def test_half_a_line_of_a_killed_test_center_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    earlier = Account(path)
    earlier.accept([REGISTERED], is_bundle=False)
    earlier.close()
    with path.open("ab") as file:
        file.write(b'{"seq": 2, "at": 17')
    assert len(read_account(path)) == 1

    account = Account(path)
    account.accept([SHIPPED], is_bundle=False)
    account.close()

    assert [signal.type for signal in read_account(path)] == ["ItemRegistered", "ItemShipped"]


def test_an_order_that_is_pushed_again_is_noted_once(tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    account = Account(path)
    account.expect("10", ["11"])
    account.expect("10", ["11"])
    account.close()

    lines = (tmp_path / "account.jsonl.pushed").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"order": "10", "items": ["11"]}]


@pytest.mark.parametrize("text", ["buy paper\n", '{"paper": 500}\n', "[1, 2]\n", "\xff\n"])
def test_a_file_that_is_no_account_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text)

    with pytest.raises(ConfigError, match=r"notes\.txt: was not written by a test center"):
        Account(path)
    assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file or directory"):
        Account(tmp_path / "missing" / "account.jsonl")


def test_text_that_can_not_be_encoded_is_booked_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    account = Account(path)
    account.accept([SHIPPED | {"tracking": "\ud800 Blåbær"}], is_bundle=False)
    account.close()

    assert read_account(path)[0].fields["tracking"] == "\ud800 Blåbær"


def test_who_waits_hears_of_a_signal_at_once() -> None:
    account = Account()
    waiting = threading.Event()
    reached: list[bool] = []

    def wait() -> None:
        def test(seen: Account) -> bool:
            waiting.set()
            return len(seen.accepted()) == 1

        reached.append(account.wait_until(test, seconds=10))

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(10)
    account.accept([REGISTERED], is_bundle=False)
    thread.join(10)

    assert reached == [True]
    assert account.wait_until(lambda seen: len(seen.accepted()) == 2, seconds=0) is False


def test_signals_from_many_threads_all_get_a_number_of_their_own() -> None:
    account = Account()

    def work() -> None:
        for _ in range(200):
            account.accept([REGISTERED], is_bundle=False)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [signal.seq for signal in account.accepted()] == list(range(1, 801))


def test_a_refusal_names_its_signals_and_holds_no_key() -> None:
    account = Account()
    account.refuse(400, ["tracking is missing"], [SHIPPED | {"apikey": "secret"}, 7])

    [refusal] = account.as_dict()["refused"]
    assert refusal["signals"] == ("ItemShipped 10/11", "not an object")
    assert "secret" not in json.dumps(account.as_dict())


def test_the_account_counts_and_finds() -> None:
    account = Account()
    account.accept([SHIPPED, REGISTERED, REGISTERED], is_bundle=True)
    account.refuse(500, ["a fault"], [REGISTERED], by_fault=True)

    plain = account.as_dict(since=2)
    assert [signal["seq"] for signal in plain["accepted"]] == [3]
    assert plain["counts"] == {
        "accepted": 3,
        "refused": 0,
        "faulted": 1,
        "pushed": 0,
        "bundles": 1,
        "downloads": 0,
        "types": {"ItemShipped": 1, "ItemRegistered": 2},
    }
    assert len(plain["findings"]["doubled"]) == 1
    assert len(plain["findings"]["out_of_order"]) == 1
