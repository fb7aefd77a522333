"""Keys come from the file, a file beside it or the environment, and are never repeated."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from hotfolder.config.load import parse_document
from hotfolder.config.model import Config
from hotfolder.errors import ConfigError, Problem
from tests.config.checking import config_of

INTAKE = "intake:\n  interfaces:\n    - {name: a, key: order-key, mode: test}\n"


def checked(text: str, folder: Path, environ: Mapping[str, str]) -> Config:
    return config_of(parse_document(text, "config.yaml"), folder, environ)


def signal_key(line: str, folder: Path, environ: Mapping[str, str] | None = None) -> str:
    config = checked(f"{INTAKE}signals:\n  {line}\n", folder, environ or {})
    return config.signals.key.get_secret_value()


def only_problem(line: str, folder: Path, environ: Mapping[str, str] | None = None) -> Problem:
    with pytest.raises(ConfigError) as caught:
        signal_key(line, folder, environ)
    (problem,) = caught.value.problems
    assert "Sesame" not in str(problem)
    assert problem.where.startswith("config.yaml:5 signals.key")
    return problem


@pytest.mark.parametrize("written", ["Sesame", "0123", "1e5", "on", "'*a:#b'"])
def test_a_key_is_exactly_what_is_written(tmp_path: Path, written: str) -> None:
    assert signal_key(f"key: {written}", tmp_path) == written.strip("'")


def test_a_key_file_is_found_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "signal.key").write_bytes(b"\xef\xbb\xbf Sesame\r\n")
    assert signal_key("key_file: signal.key", tmp_path) == "Sesame"


def test_a_key_can_come_from_the_environment(tmp_path: Path) -> None:
    assert signal_key("key_env: SIGNAL_KEY", tmp_path, {"SIGNAL_KEY": "Sesame\n"}) == "Sesame"


def test_sources_that_are_null_do_not_count(tmp_path: Path) -> None:
    line = "{key: null, key_file: null, key_env: SIGNAL_KEY}"
    text = f"{INTAKE}signals: {line}\n"
    config = checked(text, tmp_path, {"SIGNAL_KEY": "Sesame"})
    assert config.signals.key.get_secret_value() == "Sesame"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("key: null", "is missing"),
        ("key: ''", "gives an empty key"),
        ("key: Sesame street", "gives a key of several words or lines"),
        ('key: "Sesame\\x07"', "gives a key of several words or lines"),
        ("key: [Sesame]", "must be text"),
        ("key: {Sesame: Sesame}", "must be text"),
        ("key_file: [Sesame]", "must be a path"),
        ("key_env: [Sesame]", "must be text"),
        ("key_file: Sesame", "the file does not exist"),
        ("key_file: ''", "is empty"),
        ("key_file: .", "is a folder or device, not a file"),
        ('key_file: "Sesame\\0"', "holds a sign that no path can hold"),
        ("key_file: empty.key", "gives an empty key"),
        ("key_file: two.key", "gives a key of several words or lines"),
        ("key_file: odd.key", "line 1 is not UTF-8 text"),
        ("key_env: Sesame", "names an environment variable that is not set"),
        ("key_env: EMPTY", "gives an empty key"),
    ],
)
def test_a_key_that_can_not_be_had_is_named_without_being_shown(
    tmp_path: Path, line: str, what: str
) -> None:
    (tmp_path / "empty.key").write_text("\n")
    (tmp_path / "two.key").write_text("Sesame\nSesame\n")
    (tmp_path / "odd.key").write_bytes(b"Sesame\xff")
    assert only_problem(line, tmp_path, {"EMPTY": " "}).what == what


def test_a_missing_key_file_says_where_relative_paths_start(tmp_path: Path) -> None:
    hint = f"write the key into it; a relative path starts at {tmp_path}"
    assert only_problem("key_file: Sesame", tmp_path).hint == hint


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ("{name: b, key: Sesame, mode: live}", "key"),
        ("{name: b, key_env: SECOND, mode: live}", "key_env"),
    ],
)
def test_two_interfaces_of_one_key_are_refused_wherever_it_comes_from(
    tmp_path: Path, entry: str, where: str
) -> None:
    text = f"{INTAKE}    - {entry}\nsignals:\n  key: s\n".replace("order-key", "Sesame")
    with pytest.raises(ConfigError) as caught:
        checked(text, tmp_path, {"SECOND": "Sesame"})
    (problem,) = caught.value.problems
    assert problem.where == f"config.yaml:4 intake.interfaces[1].{where}"
    assert problem.what == "gives the same key as interfaces[0]"
    assert "Sesame" not in str(problem)


def test_signals_may_use_the_key_of_an_interface(tmp_path: Path) -> None:
    assert signal_key("key: order-key", tmp_path) == "order-key"


OTHERS = "  others:\n    - {name: old, %s}\n"


@pytest.mark.parametrize("line", ["key: Sesame", "key_file: other.key", "key_env: OTHER_KEY"])
def test_another_destination_has_a_key_of_its_own_from_any_source(
    tmp_path: Path, line: str
) -> None:
    (tmp_path / "other.key").write_text("Sesame\n")
    text = f"{INTAKE}signals:\n  key: s\n{OTHERS % line}"
    config = checked(text, tmp_path, {"OTHER_KEY": "Sesame"})
    assert config.signals.others[0].key.get_secret_value() == "Sesame"
    assert config.signals.key.get_secret_value() == "s"


def test_destinations_may_share_a_key(tmp_path: Path) -> None:
    config = checked(f"{INTAKE}signals:\n  key: s\n{OTHERS % 'key: s'}", tmp_path, {})
    assert config.signals.others[0].key == config.signals.key


def test_a_key_of_another_destination_that_can_not_be_had_is_named_without_being_shown(
    tmp_path: Path,
) -> None:
    text = f"{INTAKE}signals:\n  key: s\n{OTHERS % 'key: Sesame street'}"
    with pytest.raises(ConfigError) as caught:
        checked(text, tmp_path, {})
    (problem,) = caught.value.problems
    assert problem.where == "config.yaml:7 signals.others[0].key"
    assert problem.what == "gives a key of several words or lines"
    assert "Sesame" not in str(problem)


BASIC = (
    "intake:\n  interfaces:\n    - {name: a, key: order-key, mode: test, %s}\nsignals: {key: s}\n"
)


@pytest.mark.parametrize(
    ("written", "where", "what"),
    [
        ("basic_user: cp", "basic_user", "has no password"),
        ("basic_user: cp, basic_password: ''", "basic_user", "has no password"),
        ("basic_password: Sesame", "basic_password", "has no basic_user"),
        ("basic_password_env: SECRET", "basic_password_env", "has no basic_user"),
        ("basic_user: cp, basic_password_env: GONE", "basic_password_env", "names an environment"),
        ("basic_user: cp, basic_password_file: empty", "basic_password_file", "gives an empty"),
    ],
)
def test_half_of_a_basic_login_is_a_problem_and_not_an_open_door(
    tmp_path: Path, written: str, where: str, what: str
) -> None:
    (tmp_path / "empty").write_text("")
    with pytest.raises(ConfigError) as caught:
        checked(BASIC % written, tmp_path, {"SECRET": "Sesame"})
    (problem,) = caught.value.problems
    assert problem.where == f"config.yaml:3 intake.interfaces[0].{where}"
    assert problem.what.startswith(what)
    assert problem.hint
    assert "Sesame" not in str(problem)


@pytest.mark.parametrize(
    "written",
    ["basic_password: open Sesame", "basic_password_file: secret", "basic_password_env: SECRET"],
)
def test_a_password_comes_from_where_keys_come_from(tmp_path: Path, written: str) -> None:
    (tmp_path / "secret").write_text("open Sesame\n")
    text = BASIC % f"basic_user: cp, {written}"
    (found,) = checked(text, tmp_path, {"SECRET": "open Sesame"}).intake.interfaces
    assert found.basic_password.get_secret_value() == "open Sesame"


def test_without_an_environment_a_key_from_it_is_absent_and_no_problem(tmp_path: Path) -> None:
    text = f"{INTAKE}signals:\n  key_env: SIGNAL_KEY\n".replace("key: order", "key_env: order")
    config = config_of(parse_document(text, "config.yaml"), tmp_path, None)
    assert not config.signals.key.get_secret_value()
    assert not config.intake.interfaces[0].key.get_secret_value()
