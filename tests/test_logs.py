"""The log: fields behind the words, JSON on request, and a level that changes while it runs."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from loguru import logger

from hotfolder.logs import start_logs


@pytest.fixture(autouse=True)
def _no_sink_is_left() -> Iterator[None]:
    handlers = [*logging.root.handlers]
    yield
    logger.remove()
    logging.root.handlers = handlers


def lines_of(file: Path) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in file.read_text().splitlines()]


def test_the_level_changes_while_it_runs_in_every_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hotfolder.log"
    logs = start_logs("INFO", file=file)
    logger.bind(order="o-1").debug("one")
    logs.more()
    logger.bind(order="o-1").debug("two")
    logs.more()
    logs.less()
    logger.debug("three")
    logger.info("four")
    expected = [
        "DEBUG   log level DEBUG, before: INFO",
        "DEBUG   two order=o-1",
        "INFO    log level INFO, before: DEBUG",
        "INFO    four",
    ]
    assert lines_of(file) == expected
    assert [line.split(maxsplit=1)[1] for line in capsys.readouterr().err.splitlines()] == expected


def test_a_level_that_the_configuration_gives_counts_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "hotfolder.log"
    logs = start_logs("INFO", file=file)
    logs.more()
    logs.usual_is("INFO")
    logger.debug("still told: nothing changed there")
    logs.usual_is("WARNING")
    logger.info("not told")
    logs.more()
    logs.less()
    logger.warning("told")
    assert [line.split(maxsplit=1)[1] for line in lines_of(file)][-3:] == [
        "log level DEBUG, before: WARNING",
        "log level WARNING, before: DEBUG",
        "told",
    ]


def test_the_name_of_a_file_makes_no_line_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hotfolder.log"
    start_logs("INFO", file=file)
    name = "a\n2026-03-02T08:00:00.000Z ERROR forged\x1b[31m {0}.csv"
    logger.bind(file=name, path=Path(name), number=3).info("took {}", name)
    plain = "a\\n2026-03-02T08:00:00.000Z ERROR forged\\x1b[31m {0}.csv"
    expected = [f"INFO    took {plain} file={plain} path={plain} number=3"]
    assert lines_of(file) == expected
    assert [line.split(maxsplit=1)[1] for line in capsys.readouterr().err.splitlines()] == expected


def test_what_libraries_tell_has_the_same_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hotfolder.log"
    start_logs("INFO", as_json=True, file=file)
    logging.getLogger("a.library").info("of no importance")
    logging.getLogger("a.library").warning("it is %s", "late")
    broken = RuntimeError("broken {0}")
    logging.getLogger("asyncio").error("it %s", "broke", exc_info=broken)
    late, broke = [json.loads(line)["record"] for line in capsys.readouterr().err.splitlines()]
    assert (late["message"], late["level"]["name"]) == ("it is late", "WARNING")
    assert (broke["message"], broke["extra"]) == ("it broke", {"library": "asyncio"})
    assert broke["exception"]["value"] == "broken {0}"
    assert lines_of(file)[0] == "WARNING it is late library=a.library"
    assert "RuntimeError: broken {0}" in file.read_text()


def test_json_stays_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs = start_logs("INFO", as_json=True)
    logs.more()
    logger.bind(order="o-1").debug("two")
    told = [json.loads(line)["record"] for line in capsys.readouterr().err.splitlines()]
    assert [(one["level"]["name"], one["extra"]) for one in told] == [
        ("DEBUG", {}),
        ("DEBUG", {"order": "o-1"}),
    ]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_under_the_file_does_not_end_who_changes_the_level(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs = start_logs("INFO", file=Path("/dev/full"))
    logger.info("one")
    logs.more()
    logger.debug("two")
    told = capsys.readouterr().err
    assert "INFO    one" in told
    assert "DEBUG   two" in told
    with suppress(OSError):
        logger.remove()


def test_a_file_that_can_not_be_written_is_told_and_the_log_goes_on_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hotfolder.log"
    file.mkdir()
    logs = start_logs("INFO", file=file)
    logger.info("one")
    file.rmdir()
    logs.more()
    logger.info("two")
    first, one, *_ = capsys.readouterr().err.splitlines()
    assert f"log.file {file} can not be written (Is a directory)" in first
    assert one.endswith("INFO    one")
    assert lines_of(file)[-1] == "INFO    two"
