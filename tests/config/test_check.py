"""Every mistake is named at once, with file, line, key and what to do; keys are never shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from hotfolder.config.model import Config
from hotfolder.config.shape import inner_model, options
from tests.config.checking import GOOD, a_shop, checked, only_problem, problems_of

JARGON = (
    "Input",
    "pydantic",
    "validation",
    "str_",
    "dict",
    "NoneType",
    "unable to parse",
    "class ",
)


def test_five_different_mistakes_are_all_named_with_their_lines() -> None:
    problems = problems_of(
        "shop:\n  nmae: A\n"  # line 2: unknown key
        "intake:\n  port: eighty\n"  # line 4: not a number
        "  interfaces:\n"
        "    - name: a\n      key: one\n      mode: live\n"
        "    - name: b\n      key: two\n"  # line 9: no mode
        "      key_env: TWO\n"  # line 11: two keys
        "signals:\n  parallel: 17\n  key: three\n  key: four\n"  # lines 13 and 15
    )
    assert [problem.where for problem in problems] == [
        "config.yaml:2 shop.nmae",
        "config.yaml:4 intake.port",
        "config.yaml:9 intake.interfaces[1].mode",
        "config.yaml:11 intake.interfaces[1].key_env",
        "config.yaml:13 signals.parallel",
        "config.yaml:15 signals.key",
    ]
    assert [problem.what for problem in problems] == [
        "is not known here",
        "is 'eighty' but must be a whole number from 0 to 65535",
        "is missing",
        "stands beside key",
        "is '17' but must be a whole number from 1 to 16",
        "stands twice, first in line 14",
    ]
    assert problems[0].hint == "did you mean name?"
    assert problems[1].hint == "TCP port; 0 takes any free port"


def test_what_is_required_and_absent_is_named_in_one_go() -> None:
    problems = problems_of("shop:\n  name: A\n")
    assert [(problem.where, problem.what, problem.hint) for problem in problems] == [
        (
            "config.yaml:1 intake.interfaces",
            "is missing",
            "Production Interfaces whose orders are taken, one entry each",
        ),
        (
            "config.yaml:1 signals.key",
            "is missing",
            "give exactly one of key, key_file and key_env",
        ),
    ]


def test_a_section_whose_options_are_all_commented_out_keeps_its_defaults() -> None:
    assert checked(GOOD + "log:\n  # level: INFO\nfloor:\n") == checked(GOOD)


def test_options_that_lost_their_indent_are_sent_back_to_their_section() -> None:
    problem = only_problem(GOOD + "idle_timeout_seconds: 3\n")
    assert problem.where == "config.yaml:8 idle_timeout_seconds"
    assert problem.hint == "it belongs under downloads; indent it"


def test_an_unknown_key_near_to_nothing_lists_what_is_known() -> None:
    assert only_problem(GOOD + "log:\n  zzz: 1\n").hint == "known here: level, json, file"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("shop: {name: ''}", "is empty"),
        ("shop: {name: null}", "has no value; it must be text"),
        ("shop: [a]", "must be `key: value` lines"),
        ("floor: here", "must be `key: value` lines"),
        ("floor: {path: ''}", "is empty"),
        ('floor: {path: "a\\0b"}', "holds a sign that no path can hold"),
        ("floor: {path: '~nobody-of-that-name/x'}", "starts with ~ and a user whose home is not"),
        ("floor: {look_every_seconds: 0.4}", "is '0.4' but must be a number from 0.5 to 300"),
        ("floor: {settle_seconds: .inf}", "is '.inf' but must be a number from 0 to 600"),
        ("floor: {settle_seconds: nan}", "is 'nan' but must be a number from 0 to 600"),
        ("downloads: {attempts: 1.5}", "is '1.5' but must be a whole number from 1 to 100"),
        ("downloads: {size_limit_mib: 0}", "is '0' but must be a whole number of at least 1"),
        ("downloads: {allow_private_addresses: maybe}", "is 'maybe' but must be true or false"),
        ("log: {json: []}", "must be true or false"),
        ("log: {file: [a]}", "must be a path"),
        ("log: {level: LOUD}", "is 'LOUD' but must be one of TRACE, DEBUG, INFO, WARNING, ERROR"),
    ],
)
def test_a_value_that_does_not_fit_is_told_what_must_be(line: str, what: str) -> None:
    problem = only_problem(GOOD + line + "\n")
    assert problem.where.startswith("config.yaml:8 ")
    assert problem.what.startswith(what)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("port: 65536", "is '65536' but must be a whole number from 0 to 65535"),
        ("path: orders", "must start with / and hold only letters, digits and . _ ~ - /"),
        ("path: '/a b'", "must start with / and hold only letters, digits and . _ ~ - /"),
        ("unknown_key_status: 403", "must be 401 or 400"),
        ("unknown_key_status: no", "is 'no' but must be a whole number"),
    ],
)
def test_the_door_takes_only_what_it_can_serve(line: str, what: str) -> None:
    problem = only_problem(GOOD.replace("intake:", f"intake:\n  {line}"))
    assert problem.where.startswith("config.yaml:2 intake.")
    assert problem.what == what


@pytest.mark.parametrize("entries", ["[]", "live", "{name: a}"])
def test_interfaces_are_a_list_of_at_least_one(entries: str) -> None:
    problem = only_problem(f"intake:\n  interfaces: {entries}\nsignals:\n  key: a\n")
    assert problem.where == "config.yaml:2 intake.interfaces"
    assert problem.what.endswith("must be a list of at least 1 entry")


def test_an_interface_that_is_no_mapping_is_named_by_its_place() -> None:
    problem = only_problem(GOOD.replace("signals:", "    - Sesame\nsignals:"))
    assert str(problem).startswith("config.yaml:6 intake.interfaces[1]: must be `key: value` lines")
    assert "Sesame" not in str(problem)


def test_two_interfaces_of_one_name_are_refused() -> None:
    problem = only_problem(
        GOOD.replace("signals:", "    - name: live\n      key: b\n      mode: test\nsignals:")
    )
    assert problem.where == "config.yaml:6 intake.interfaces[1].name"
    assert problem.what == "is the name of interfaces[0] already"


@pytest.mark.parametrize(
    ("section", "what"),
    [
        ("  keep_days: -1\n", "is '-1' but must be a whole number from 0 to 3650"),
        ("  accept_web_pages: maybe\n", "is 'maybe' but must be true or false"),
        ("  protocol: '2'\n", "is '2' but must be one of 2.0, 1.1"),
        ("  others: old\n", "must be a list"),
        ("deadlines: {item_registered: 0}\n", "is '0' but must be a whole number from 1 to 10080"),
        ("deadlines: {item_shipped: 1.5}\n", "is '1.5' but must be a whole number from 1 to"),
        ("deadlines: {order_registered: 5}\n", "is not known here"),
    ],
)
def test_what_is_said_about_signals_and_deadlines_must_fit(section: str, what: str) -> None:
    problem = only_problem(GOOD + section)
    assert problem.where.startswith("config.yaml:8 ")
    assert problem.what.startswith(what)


@pytest.mark.parametrize("written", ["yes", "on", "true", "True", "1"])
def test_every_way_to_write_true_is_true(written: str) -> None:
    assert checked(f"{GOOD}log:\n  json: {written}\n").log.as_json is True


def test_a_log_level_may_be_written_small() -> None:
    assert checked(f"{GOOD}log:\n  level: warning\n").log.level == "WARNING"


def test_keys_are_in_no_repr_and_no_dump(tmp_path: Path) -> None:
    loaded = load_shop(a_shop(tmp_path), {})
    config = loaded.config
    assert config.intake.interfaces[0].key.get_secret_value() == "order-key"
    assert config.signals.key.get_secret_value() == "signal-key"
    shown = f"{loaded!r} {config!r} {config} {config.model_dump()} {config.model_dump_json()}"
    assert "order-key" not in shown
    assert "signal-key" not in shown


def every_option() -> Iterator[tuple[str, str]]:
    for section, found in options(Config).items():
        model = inner_model(found)
        assert model is not None
        for name in options(model):
            yield section, name


WRONG_VALUES = ("Sesame", "''", "null", "[Sesame]", "{Sesame: 1}", "[]", "-1", ".nan")


@pytest.mark.parametrize(("section", "name"), list(every_option()))
@pytest.mark.parametrize("value", WRONG_VALUES)
def test_no_wrong_value_of_any_option_is_answered_with_jargon(
    section: str, name: str, value: str
) -> None:
    # interfaces and the signal key are never both there, so there is always a problem
    problems = problems_of(f"{section}:\n  {name}: {value}\n")
    told = "\n".join(str(problem) for problem in problems)
    assert all(problem.what and problem.where for problem in problems)
    assert not [word for word in JARGON if word in told]
    if name.startswith("key") or name in {"url", "proxy"}:
        assert "Sesame" not in told
