"""Where signals go: other destinations, addresses that can be called, and a proxy."""

import pytest
from pydantic import SecretStr

from tests.config.checking import GOOD, checked, only_problem

OTHERS = """\
  others:
    - {name: old, key: old-key, url: "https://old.example/", protocol: 1.1}
    - {name: third, key: third-key, delay_as_item_error: yes}
"""


def test_signals_of_an_interface_may_go_elsewhere_and_in_another_protocol() -> None:
    config = checked(GOOD.replace("mode: live", "mode: live\n      signals_to: old") + OTHERS)
    assert config.intake.interfaces[0].signals_to == "old"
    old, third = config.signals.others
    assert (old.name, old.url, old.protocol) == ("old", "https://old.example/", "1.1")
    assert old.key.get_secret_value() == "old-key"
    assert (third.protocol, third.delay_as_item_error) == ("2.0", True)
    assert (config.signals.protocol, config.signals.delay_as_item_error) == ("2.0", False)


def test_a_destination_that_does_not_exist_is_refused() -> None:
    text = GOOD.replace("mode: live", "mode: live\n      signals_to: odl") + OTHERS
    problem = only_problem(text)
    assert problem.where == "config.yaml:6 intake.interfaces[0].signals_to"
    assert problem.what == "names 'odl', which is not in signals.others"
    assert problem.hint == "add it there or leave this out"


def test_the_usual_destination_needs_no_name_and_lends_it_to_nobody() -> None:
    problem = only_problem(GOOD + OTHERS.replace("name: third", "name: cloudsignal"))
    assert problem.where == "config.yaml:10 signals.others[1].name"
    assert problem.what == "is the name of the usual CloudSignal interface"


def test_two_destinations_of_one_name_are_refused() -> None:
    problem = only_problem(GOOD + OTHERS.replace("name: third", "name: old"))
    assert problem.where == "config.yaml:10 signals.others[1].name"
    assert problem.what == "is the name of others[0] already"


@pytest.mark.parametrize(
    ("written", "instead", "where", "what"),
    [
        ("key: old-key, ", "", "others[0].key", "is missing"),
        ("key: old-key", "key: old-key, key_env: SESAME", "others[0].key_env", "stands beside key"),
        ("key: old-key", "key_env: SESAME", "others[0].key_env", "names an environment variable"),
        ("name: old", "name: ''", "others[0].name", "is empty"),
        (
            "protocol: 1.1",
            "protocol: 3",
            "others[0].protocol",
            "is '3' but must be one of 2.0, 1.1",
        ),
        ("https://old", "ftp://old", "others[0].url", "must be a full address"),
        ("protocol: 1.1", "bundle: 1", "others[0].bundle", "is not known here"),
    ],
)
def test_a_mistake_in_another_destination_is_named_by_its_place(
    written: str, instead: str, where: str, what: str
) -> None:
    problem = only_problem(GOOD + OTHERS.replace(written, instead))
    assert problem.where == f"config.yaml:9 signals.{where}"
    assert problem.what.startswith(what)


def test_the_keys_of_other_destinations_are_in_no_repr_and_no_dump() -> None:
    config = checked(GOOD + OTHERS)
    shown = f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"
    assert "old-key" not in shown
    assert "third-key" not in shown


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("url: api.example.com", "must be a full address that starts with https:// or http://"),
        ("url: ftp://example.com/", "must be a full address that starts with https:// or http://"),
        ("url: 'https://a b/'", "must be a full address that starts with https:// or http://"),
        ("url: https://h:99999/", "must be a full address that starts with https:// or http://"),
        ("url: https://me:Sesame@example.com/", "must not hold a user name or password"),
        ("proxy: me:Sesame@proxy:3128", "must be a full address that starts with https://"),
        ("proxy: [Sesame]", "must be text"),
    ],
)
def test_an_address_that_can_not_be_called_is_refused_and_not_repeated(
    line: str, what: str
) -> None:
    problem = only_problem(f"{GOOD}  {line}\n")
    assert problem.where.startswith("config.yaml:8 signals.")
    assert problem.what.startswith(what)
    assert "Sesame" not in str(problem)


def test_a_proxy_keeps_its_password_to_itself() -> None:
    config = checked(f"{GOOD}  proxy: http://me:Sesame@proxy:3128\n")
    assert config.signals.proxy == SecretStr("http://me:Sesame@proxy:3128")
    assert "Sesame" not in repr(config) + config.model_dump_json()
