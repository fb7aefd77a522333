"""hotfolder status, jobs and signals, for people and for programs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hotfolder.config.check import Loaded
from hotfolder.daemon import take_locks
from hotfolder.domain.job import Job
from hotfolder.files.ballast import Ballast
from hotfolder.services.mind_room import mind_room
from hotfolder.services.note_board import Board
from hotfolder.services.send_signals import send_next
from hotfolder.services.shop import Shop
from hotfolder.watch.rounds import Rounds
from tests.cli.conftest import Call, job_in_print, quiet
from tests.fakes import RecordingSender, refuse
from tests.steps import folder_of, gate_of, note, order_in


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return quiet(shop, RecordingSender())


@pytest.fixture
def job(shop: Shop) -> Job:
    return job_in_print(shop)


def test_status_names_each_stage_with_its_path_and_signal(
    call: Call, config: Path, loaded: Loaded, job: Job
) -> None:
    data = call("status", "--json", "--config", config).data

    stages = [(one["key"], one["path"], one["signal"], one["jobs"]) for one in data["stages"]]
    assert stages == [
        ("new", str(loaded.floor_path / "10-new"), "", 0),
        ("print", str(loaded.floor_path / "20-print"), "ItemProduce", 1),
        ("produced", str(loaded.floor_path / "30-produced"), "ItemProduced", 0),
        ("packed", str(loaded.floor_path / "40-packed"), "ItemPacked", 0),
        ("shipped", str(loaded.floor_path / "50-shipped"), "ItemShipped", 0),
        ("hold", str(loaded.floor_path / "90-hold"), "", 0),
        ("delayed", str(loaded.floor_path / "91-delayed"), "", 0),
        ("canceled", str(loaded.floor_path / "92-canceled"), "", 0),
        ("archive", str(loaded.floor_path / "99-archive"), "", 0),
    ]


def test_status_counts_and_tells_what_needs_a_person(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    Board(shop).only("print", {("", "frozen"): "its share is away"})
    data = call("status", "--json", "--config", config).data

    assert (data["orders"], data["jobs"]) == (1, {"floor": 1})
    assert data["signals"] == {"sent": 1, "waiting": 1}
    assert (data["late"], data["arrived_late"]) == (0, 0)
    assert data["destinations"] == {
        "cloudsignal": {
            "state": "open",
            "since": None,
            "probes": 0,
            "next_probe": None,
            "last_answer": "",
        }
    }
    assert [note["words"] for note in data["notes"]] == ["its share is away"]
    assert {one["key"]: one["frozen"] for one in data["stages"]}["print"] == "its share is away"

    text = call("status", "--config", config).out
    assert "FROZEN: its share is away" in text
    assert "1 sent, 1 waiting" in text


def test_status_tells_when_signals_do_not_get_through(call: Call, config: Path, shop: Shop) -> None:
    order_in(shop)
    sender = RecordingSender()
    sender.answer = refuse(401, "wrong key")
    shop = quiet(shop, sender)
    send_next(shop, gate_of(shop))

    found = call("status", "--json", "--config", config).data["destinations"]["cloudsignal"]
    assert found["state"] == "paused"
    assert found["since"]
    assert found["next_probe"] > found["since"]
    assert "put the key" in found["last_answer"]
    assert "wrong key" in found["last_answer"]
    text = call("status", "--config", config).out
    assert "Signals to cloudsignal do not get through" in text
    assert "signals.key" in text


def test_status_tells_whether_the_daemon_runs(call: Call, config: Path, loaded: Loaded) -> None:
    stopped = call("status", "--json", "--config", config).data
    assert (stopped["running"], stopped["daemon"]) == (False, None)
    assert "NOT running" in call("status", "--config", config).out

    locks = take_locks(loaded)
    locks[0].tell('{"pid": 42, "orders": "http://127.0.0.1:8080/orders"}')
    try:
        running = call("status", "--json", "--config", config).data
        assert running["running"] is True
        assert running["daemon"] == {"pid": 42, "orders": "http://127.0.0.1:8080/orders"}
        assert "process 42" in call("status", "--config", config).out
    finally:
        for lock in locks:
            lock.release()


def test_jobs_tells_order_item_stage_path_state_and_since(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    (line,) = call("jobs", "--json", "--config", config).data

    assert {name: line[name] for name in ("order", "item", "stage", "path", "state", "since")} == {
        "order": job.order_id,
        "item": job.item_id,
        "stage": "print",
        "path": str(folder_of(shop, job)),
        "state": "floor",
        "since": job.since.isoformat(timespec="milliseconds"),
    }
    text = call("jobs", "--config", config).out
    assert job.item_id in text
    assert "print" in text


def test_signals_tells_id_order_item_type_state_due_tries_and_answer(
    call: Call, config: Path, job: Job
) -> None:
    first, second = call("signals", "--json", "--config", config).data

    names = ("order", "item", "type", "state", "attempts", "last_answer")
    assert [first[name] for name in names] == [
        job.order_id, job.item_id, "ItemRegistered", "sent", 1, "200",
    ]  # fmt: skip
    assert [second[name] for name in names] == [
        job.order_id, job.item_id, "ItemProduce", "waiting", 0, "",
    ]  # fmt: skip
    assert first["id"] < second["id"]
    assert first["due"] < second["due"]
    text = call("signals", "--config", config).out
    assert "ItemProduce" in text
    assert "waiting" in text


@pytest.mark.parametrize(
    ("command", "words"), [("jobs", "There are no jobs"), ("signals", "There are no signals")]
)
def test_an_empty_shop_is_told_in_words_and_as_an_empty_list(
    call: Call, config: Path, command: str, words: str
) -> None:
    assert words in call(command, "--config", config).out
    assert call(command, "--json", "--config", config).data == []


def test_words_of_an_order_are_shown_as_they_are(call: Call, config: Path, shop: Shop) -> None:
    Board(shop).only("print", {("[bold]x[/bold]", "stranger"): "is [red]no[/red] folder"})

    assert "[bold]x[/bold]: is [red]no[/red] folder" in call("status", "--config", config).out


@pytest.mark.parametrize("command", ["status", "jobs", "signals", "check", "prepare"])
def test_every_command_finds_its_shop_by_option_or_by_environment(
    call: Call, config: Path, command: str
) -> None:
    assert call(command, "--config", config).code == 0
    assert call(command, environ={"HOTFOLDER_CONFIG": str(config)}).code == 0


def test_the_option_beats_the_environment(call: Call, config: Path, tmp_path: Path) -> None:
    wrong = {"HOTFOLDER_CONFIG": str(tmp_path / "none.yaml")}

    assert call("status", environ=wrong).code == 2
    assert call("status", "--config", config, environ=wrong).code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["jobs"],
        ["signals"],
        ["signals", "show", "1"],
        ["signals", "send-now"],
        ["check"],
        ["prepare"],
        ["run"],
        ["ship", "1", "2"],
        ["delay", "1", "--hours", "2", "--cause", "x"],
        ["cancel", "1", "--cause", "x", "--message", "x"],
        ["backup"],
        ["restore", "file"],
    ],
)
def test_a_command_without_a_shop_says_what_it_needs(call: Call, arguments: list[str]) -> None:
    done = call(*arguments)

    assert done.code == 2
    assert "--config" in done.err


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["jobs"],
        ["signals"],
        ["ship", "1", "2", "--tracking", "J"],
        ["delay", "1", "--hours", "2", "--cause", "x"],
        ["cancel", "1", "--cause", "x", "--message", "x"],
    ],
)
def test_a_broken_database_is_told_in_words(
    call: Call, config: Path, loaded: Loaded, command: list[str]
) -> None:
    (loaded.state_path / "hotfolder.sqlite").write_bytes(b"no database" * 500)

    done = call(*command, "--config", config)
    assert done.code == 3
    assert "not a database" in done.err


def test_what_is_listed_holds_no_key(call: Call, config: Path, job: Job) -> None:
    key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa0001"
    texts: list[Any] = []
    for command in ("status", "jobs", "signals"):
        texts += [call(command, "--config", config), call(command, "--json", "--config", config)]

    assert [text for text in texts if key in text.out + text.err] == []


def test_status_shows_a_job_that_waits_for_its_tracking_where_it_is(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    note(shop, job, "shipped")
    rounds = Rounds(shop, 5)
    rounds.step()

    folder = folder_of(shop, job).name
    assert f"shipped/{folder}: waits for tracking" in call("status", "--config", config).out
    (found,) = call("status", "--json", "--config", config).data["notes"]
    assert (found["stage"], found["name"], found["kind"]) == ("shipped", folder, "waits")


def test_status_shows_a_disk_that_is_almost_full(call: Call, config: Path, shop: Shop) -> None:
    full = replace(shop, ballast=Ballast(shop.ballast.path, least_free=2**62))
    mind_room(full)

    assert "disk: the disk of the state folder" in call("status", "--config", config).out
