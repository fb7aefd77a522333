"""The section `alerts`: its rules, its secrets, and what they become."""

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotfolder.config.load import parse_document
from hotfolder.domain.alert import Kind, QuietHours
from tests.config.checking import GOOD, checked, config_of, only_problem, problems_of

BERLIN = ZoneInfo("Europe/Berlin")


def alerts(text: str) -> str:
    return f"{GOOD}alerts: {{{text}}}\n"


def test_without_the_section_nobody_is_told_and_the_usual_limits_hold() -> None:
    found = checked(GOOD).alerts
    assert (found.mail_server, found.webhook_url, found.command) == (None, None, ())
    rule, limits = found.rule(BERLIN), found.limits()
    assert (rule.digest, rule.quiet, rule.left_out) == (timedelta(minutes=10), None, frozenset())
    assert (limits.no_orders, limits.stuck) == (None, timedelta(hours=48))
    assert limits.disk_free == 2 * 1024**3


def test_what_is_given_becomes_rule_and_limits() -> None:
    text = (
        "quiet_hours: '22:30 - 6:00', urgent: [disk], without: [held, stuck], digest_minutes: 0.5"
    )
    found = checked(alerts(f"{text}, no_orders_hours: 6, backup_hours: null")).alerts
    rule = found.rule(BERLIN)
    assert rule.quiet == QuietHours(begin=time(22, 30), end=time(6), zone=BERLIN)
    assert rule.urgent == {Kind.DISK}
    assert rule.left_out == {Kind.HELD, Kind.STUCK}
    assert rule.digest == timedelta(seconds=30)
    assert (found.limits().no_orders, found.limits().backup) == (timedelta(hours=6), None)


@pytest.mark.parametrize("server", ["mx", "mail.example.com", "192.0.2.1", "2001:db8::1"])
def test_a_mail_server_is_a_name_or_an_address(server: str) -> None:
    text = f"mail_server: '{server}', mail_to: [a@b]"
    assert checked(alerts(text)).alerts.mail_server == server


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("mail_server: mx", "alerts.mail_to", "is missing beside mail_server"),
        ("mail_to: [a@b]", "alerts.mail_server", "is missing beside mail_to"),
        (
            "mail_server: 'mx:25', mail_to: [a@b]",
            "alerts.mail_server",
            "must be the name of a server",
        ),
        (
            "mail_server: smtps://mx, mail_to: [a@b]",
            "alerts.mail_server",
            "must be the name of a server",
        ),
        ("mail_server: mx, mail_to: ['a b@c']", "alerts.mail_to[0]", "must be a mail address"),
        (
            'mail_server: mx, mail_to: ["a@b\\r\\nBcc: c"]',
            "alerts.mail_to[0]",
            "must be a mail address",
        ),
        ("mail_user: u", "alerts.mail_password", "is missing beside mail_user"),
        ("mail_password: p", "alerts.mail_user", "is missing beside a password"),
        ("quiet_hours: always", "alerts.quiet_hours", "must be two times such as 22:00-06:00"),
        ("quiet_hours: 8:00-8:00", "alerts.quiet_hours", "must be two times such as 22:00-06:00"),
        ("without: [nights]", "alerts.without[0]", "must be one of deadline, destination"),
        ("urgent: [disks]", "alerts.urgent[0]", "must be one of"),
        ("webhook_url: chat.example", "alerts.webhook_url", "must be a full address"),
        ("webhook_url_env: GONE", "alerts.webhook_url_env", "names an environment variable"),
        ("command: ['']", "alerts.command[0]", "is empty"),
    ],
)
def test_what_can_not_be_is_named(text: str, where: str, what: str) -> None:
    problem = only_problem(alerts(text))
    assert problem.where.endswith(where)
    assert problem.what.startswith(what)


def test_no_problem_names_a_secret() -> None:
    for text in ("webhook_url: ftp://chat/T0KEN", "mail_password: [T0KEN]"):
        assert "T0KEN" not in repr(problems_of(alerts(text)))


@pytest.mark.parametrize("source", ["mail_password: Sesame", "mail_password_file: secret"])
def test_password_and_address_come_from_wherever_keys_do(tmp_path: Path, source: str) -> None:
    (tmp_path / "secret").write_text("Sesame\n")
    text = f"mail_server: mx, mail_to: [a@b], mail_user: u, {source}, webhook_url_env: HOOK"
    document = parse_document(alerts(text), "config.yaml")
    found = config_of(document, tmp_path, {"HOOK": "https://chat.example/T0KEN"}).alerts
    assert found.mail_password.get_secret_value() == "Sesame"
    assert found.webhook_url is not None
    assert found.webhook_url.get_secret_value() == "https://chat.example/T0KEN"
    assert "Sesame" not in repr(found)
    assert "T0KEN" not in repr(found)


def test_two_sources_of_a_password_are_one_too_many() -> None:
    text = "mail_server: mx, mail_to: [a@b], mail_user: u, mail_password: p, mail_password_env: E"
    assert only_problem(alerts(text)).what == "stands beside mail_password"
