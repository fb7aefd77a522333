"""The section `alerts`: what an admin is told, when, and by which ways."""

import re
from collections.abc import Iterator
from datetime import time, timedelta, tzinfo
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from hotfolder.config.load import Document
from hotfolder.config.section import Section
from hotfolder.config.values import LocalPath, Name, not_empty, url
from hotfolder.domain.alert import AlertLimits, AlertRule, Kind, QuietHours
from hotfolder.errors import Problem

HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d) *- *([01]?\d|2[0-3]):([0-5]\d)")
ONE_OF_THREE = "give at most one of {0}, {0}_file and {0}_env"


def _kind(value: str) -> str:
    known = [kind.value for kind in Kind]
    if value not in known:
        raise ValueError(f"must be one of {', '.join(known)}")
    return value


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", value) or not value.isprintable():
        raise ValueError("must be a mail address such as admin@example.com")
    return value


def _server_name(value: str) -> str:
    is_ipv6 = value.count(":") > 1
    if re.search(r"[\s/@\[\]]", value) or (":" in value and not is_ipv6):
        raise ValueError("must be the name of a server alone; its port stands in mail_port")
    return value


def _hours(value: str) -> str:
    found = HOURS.fullmatch(value.strip())
    numbers = [int(one) for one in found.groups()] if found else []
    if not numbers or numbers[:2] == numbers[2:]:
        raise ValueError("must be two times such as 22:00-06:00")
    return value.strip()


def _secret_url(value: SecretStr) -> SecretStr:
    url(value.get_secret_value())
    return value


KindWord = Annotated[str, AfterValidator(_kind)]
ServerName = Annotated[Name, AfterValidator(_server_name)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
Hours = Annotated[str, AfterValidator(_hours)]
SecretUrl = Annotated[SecretStr, AfterValidator(_secret_url)]
Word = Annotated[str, AfterValidator(not_empty)]


class Alerts(Section):
    mail_server: ServerName | None = Field(
        None, description="Mail server that takes messages to the admin (SMTP); null: no mail"
    )
    mail_port: int = Field(587, ge=1, le=65535, description="TCP port of the mail server")
    mail_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="starttls: encrypted after a greeting, usually port 587; tls: from the first"
        " byte, usually port 465; none: not at all, for a mail server on this machine",
    )
    mail_ca_file: LocalPath | None = Field(
        None, description="PEM file of certificates to trust instead of the usual ones; null: usual"
    )
    mail_user: str = Field("", description="Name to log in with at the mail server; empty: none")
    mail_password: SecretStr = Field(
        SecretStr(""),
        repr=False,
        description=f"Password that goes with it; {ONE_OF_THREE.format('mail_password')}",
    )
    mail_password_file: LocalPath | None = Field(
        None, repr=False, description="File that holds the password and nothing else"
    )
    mail_password_env: str | None = Field(
        None, repr=False, description="Name of the environment variable that holds the password"
    )
    mail_from: MailAddress | None = Field(
        None, description="Sender of the messages; null: the first of mail_to"
    )
    mail_to: tuple[MailAddress, ...] = Field((), description="Who gets the messages by mail")
    webhook_url: SecretUrl | None = Field(
        None,
        repr=False,
        description="Address that messages are posted to as JSON, with all of it in `text` as chat"
        f" programs want it; {ONE_OF_THREE.format('webhook_url')}; null: none",
    )
    webhook_url_file: LocalPath | None = Field(
        None, repr=False, description="File that holds this address and nothing else"
    )
    webhook_url_env: str | None = Field(
        None, repr=False, description="Name of the environment variable that holds this address"
    )
    webhook_ca_file: LocalPath | None = Field(
        None, description="PEM file of certificates to trust instead of the usual ones; null: usual"
    )
    command: tuple[Word, ...] = Field(
        (),
        description="Program with its arguments that gets messages as text on its input, the"
        " subject in HOTFOLDER_SUBJECT and the facts as JSON in HOTFOLDER_MESSAGE; empty: none",
    )
    digest_minutes: float = Field(
        10,
        ge=0,
        le=1440,
        allow_inf_nan=False,
        description="Least time between two messages; what comes meanwhile goes into one",
    )
    quiet_hours: Hours | None = Field(
        None,
        description="When nobody is told, such as 22:00-06:00 in the zone of day.zone; it is told"
        " afterwards; null: never quiet",
    )
    urgent: tuple[KindWord, ...] = Field(
        (), description="Kinds that are told at once and in quiet hours too, such as destination"
    )
    without: tuple[KindWord, ...] = Field(
        (),
        description="Kinds that are not looked for, of " + ", ".join(kind.value for kind in Kind),
    )
    no_orders_hours: float | None = Field(
        None,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="Hours of working days without an order until it is told; null: never",
    )
    stuck_hours: float = Field(
        48,
        gt=0,
        le=5000,
        allow_inf_nan=False,
        description="Hours of working days that a job may stay in a stage until it is told; a"
        " stage may have its own stuck_hours",
    )
    disk_free_gib: float = Field(
        2,
        ge=0,
        le=100000,
        allow_inf_nan=False,
        description="Free space of the disks of state, floor, spool and archive below which it is"
        " told, in GiB",
    )
    backup_hours: float | None = Field(
        48,
        gt=0,
        le=5000,
        allow_inf_nan=False,
        description="Age of the last backup at which it is told, in hours; null: never",
    )

    def rule(self, zone: tzinfo) -> AlertRule:
        """When alerts are told; quiet hours are those of the zone."""
        return AlertRule(
            digest=timedelta(minutes=self.digest_minutes),
            quiet=None if self.quiet_hours is None else _quiet(self.quiet_hours, zone),
            urgent=frozenset(map(Kind, self.urgent)),
            left_out=frozenset(map(Kind, self.without)),
        )

    def limits(self) -> AlertLimits:
        """From where on something is wrong."""
        return AlertLimits(
            no_orders=_span(self.no_orders_hours),
            stuck=timedelta(hours=self.stuck_hours),
            disk_free=round(self.disk_free_gib * 1024**3),
            backup=_span(self.backup_hours),
        )


def _span(hours: float | None) -> timedelta | None:
    return None if hours is None else timedelta(hours=hours)


def _quiet(text: str, zone: tzinfo) -> QuietHours:
    found = HOURS.fullmatch(text)
    assert found is not None, "it was checked"
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    return QuietHours(begin=time(from_hour, from_minute), end=time(to_hour, to_minute), zone=zone)


def alert_problems(document: Document) -> Iterator[Problem]:
    """Ways that lack a half of what they need."""
    section = document.data.get("alerts")
    if not isinstance(section, dict):
        return
    if section.get("mail_server") and not section.get("mail_to"):
        hint = "give the addresses of those who are to be told"
        yield document.problem(("alerts", "mail_to"), "is missing beside mail_server", hint)
    if section.get("mail_to") and not section.get("mail_server"):
        what = "is missing beside mail_to"
        yield document.problem(("alerts", "mail_server"), what, "give the name of a mail server")
    password = any(section.get(f"mail_password{source}") for source in ("", "_file", "_env"))
    if section.get("mail_user") and not password:
        what = "is missing beside mail_user"
        yield document.problem(("alerts", "mail_password"), what, "give it, or leave out both")
    if password and not section.get("mail_user"):
        what = "is missing beside a password"
        yield document.problem(("alerts", "mail_user"), what, "give it, or leave out both")
