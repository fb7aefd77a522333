"""The one list of options: names, defaults, limits and one-line meanings.

Checks, the example configuration and what `hotfolder init` writes are all drawn from here.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, model_validator

from hotfolder.config.alerts import Alerts
from hotfolder.config.archive import Archive
from hotfolder.config.backup import Backup
from hotfolder.config.day import Day
from hotfolder.config.deadlines import Deadlines
from hotfolder.config.devices import Device
from hotfolder.config.doors import House, Limits, address
from hotfolder.config.downloads import Downloads
from hotfolder.config.labels import Labels
from hotfolder.config.section import Section
from hotfolder.config.sides import Sides
from hotfolder.config.values import (
    IntakePath,
    LocalPath,
    LogLevel,
    Name,
    NetworkText,
    Parallel,
    Proxy,
    Seconds,
    UnknownKeyStatus,
    Url,
)

_ONE_OF_THREE = "give exactly one of key, key_file and key_env"


class Shop(Section):
    name: Name = Field("print shop", description="Name of the shop on pages, dockets and lists")


class Floor(Section):
    path: LocalPath = Field(Path("floor"), description="Folder that holds all stage folders")
    id: str = Field(
        "",
        description="Written by `hotfolder init` into the marker files of the floor, so that a"
        " foreign or empty mount is noticed",
    )
    look_every_seconds: float = Field(
        5,
        ge=0.5,
        le=300,
        allow_inf_nan=False,
        description="How often all stage folders are looked at, even when nothing was heard",
    )
    watching: Literal["auto", "events", "polling"] = Field(
        "auto",
        description="How changes on the floor are noticed; auto: by events of this machine, and on"
        " network shares, which send none, by looking every poll_seconds",
    )
    poll_seconds: float = Field(
        15,
        ge=0.5,
        le=300,
        allow_inf_nan=False,
        description="How often stage folders are looked at that are not watched by events",
    )
    settle_seconds: float = Field(
        10,
        ge=0,
        le=600,
        allow_inf_nan=False,
        description="How long a folder must stay unchanged before it counts as whole",
    )
    spool: LocalPath | None = Field(
        None,
        description="Place for half-ready jobs, on the same volume as the floor;"
        " null means .hotfolder/spool below the floor",
    )


class Docket(Section):
    page: Literal["a5", "a4", "none"] = Field(
        "a5", description="The printed page that travels with a job; none: no docket"
    )
    template: LocalPath | None = Field(
        None, description="A template of your own, made from a copy of ours; null: ours"
    )


class State(Section):
    path: LocalPath = Field(
        Path("state"), description="Folder of the database; on a local disk, not on a share"
    )


class Flows(Section):
    path: LocalPath = Field(Path("flows"), description="Folder of the flow files, *.yaml")


class Interface(Section):
    """A Production Interface of the Cloudprinter dashboard; `key` is filled whatever was given."""

    name: Name = Field(description="Your own word for this Production Interface")
    key: SecretStr = Field(
        SecretStr(""),
        repr=False,
        description=f"API key that its orders carry; {_ONE_OF_THREE}",
    )
    key_file: LocalPath | None = Field(
        None, repr=False, description="File that holds the key and nothing else"
    )
    key_env: str | None = Field(
        None, repr=False, description="Name of the environment variable that holds the key"
    )
    mode: Literal["live", "test"] = Field(
        description="live: orders are produced and shipped; test: they are marked as tests"
    )
    formats: tuple[Literal["json", "xml"], ...] = Field(
        ("json", "xml"), min_length=1, description="Formats of order documents that it takes"
    )
    basic_user: str = Field("", description="Name that senders give by HTTP Basic; empty: none")
    basic_password: SecretStr = Field(
        SecretStr(""), repr=False, description="Password that goes with it; empty: not asked for"
    )
    basic_password_file: LocalPath | None = Field(
        None, repr=False, description="File that holds the password and nothing else"
    )
    basic_password_env: str | None = Field(
        None, repr=False, description="Name of the environment variable that holds the password"
    )
    networks: tuple[NetworkText, ...] = Field(
        (), description="Networks that orders may come from, e.g. 192.0.2.0/24; empty: all"
    )
    signals_to: str = Field(
        "",
        description="Which of signals.others takes the signals of its orders; empty: the usual one",
    )


class Intake(Section):
    host: Name = Field(
        "127.0.0.1", description="Address to listen on; 127.0.0.1 is this machine only"
    )
    port: int = Field(8080, ge=0, le=65535, description="TCP port; 0 takes any free port")
    path: IntakePath = Field(
        "/orders", description="Where orders are posted to: the path of the address"
    )
    tls_certificate: LocalPath | None = Field(
        None,
        description="PEM file of the certificate, with those that vouch for it: orders are taken by"
        " HTTPS; renewed files are used without a restart. null: HTTP, for a proxy in front",
    )
    tls_key: LocalPath | None = Field(
        None, description="PEM file of the certificate's private key, without a password"
    )
    proxies: tuple[NetworkText, ...] = Field(
        (),
        description="Addresses of your own proxies in front, e.g. 127.0.0.1/32: they are believed"
        " when they tell, by X-Forwarded-For, whose request it is",
    )
    body_limit_mib: int = Field(
        5, ge=1, le=1024, description="Largest order document that is read, in MiB"
    )
    unknown_key_status: UnknownKeyStatus = Field(
        401, description="HTTP status for an order with a missing or unknown key: 401 or 400"
    )
    keep_refused_days: int = Field(
        30,
        ge=1,
        le=3650,
        description="How many days refused documents are kept for a person to look at,"
        " at most the newest 500, and of those without a known key the newest 100 and 50 MiB",
    )
    interfaces: tuple[Interface, ...] = Field(
        min_length=1, description="Production Interfaces whose orders are taken, one entry each"
    )

    def address(self, port: int) -> str:
        """Where orders are posted to when this port was bound."""
        scheme = "http" if self.tls_certificate is None else "https"
        return address(scheme, self.host, port) + self.path


class SignalPlace(Section):
    """A CloudSignal interface: where signals go and in which protocol."""

    url: Url = Field(
        "https://api.cloudprinter.com/cloudsignal/2.0/status/",
        description="Where signals are sent to, by the CloudSignal API",
    )
    key: SecretStr = Field(
        SecretStr(""), repr=False, description=f"API key of the signals; {_ONE_OF_THREE}"
    )
    key_file: LocalPath | None = Field(
        None, repr=False, description="File that holds the key and nothing else"
    )
    key_env: str | None = Field(
        None, repr=False, description="Name of the environment variable that holds the key"
    )
    protocol: Literal["2.0", "1.1"] = Field(
        "2.0", description="Version that the CloudSignal interface is set up for"
    )
    delay_as_item_error: bool = Field(
        default=False, description="Whether a delay is sent as ItemError, its older name"
    )
    bundle_limit: int = Field(
        50, ge=1, le=1000, description="Most signals of one order in one request; 1 never bundles"
    )


class OtherSignals(SignalPlace):
    name: Name = Field(description="Your own word for this CloudSignal interface")


class Signals(SignalPlace):
    parallel: Parallel = Field(4, description="Requests at the same time")
    most_per_second: int | None = Field(
        None, ge=1, le=1000, description="Most requests in a second; null: as many as go"
    )
    connect_timeout_seconds: Seconds = Field(5, description="Longest wait for a connection")
    read_timeout_seconds: Seconds = Field(15, description="Longest wait for an answer")
    ca_file: LocalPath | None = Field(
        None, description="PEM file of certificates to trust instead of the usual ones; null: usual"
    )
    proxy: Proxy | None = Field(
        None, repr=False, description="Address of an HTTP proxy; null: none"
    )
    keep_days: int = Field(
        90,
        ge=0,
        le=3650,
        description="Days after shipping until delivered signals go to the archive; 0: never",
    )
    accept_web_pages: bool = Field(
        default=False,
        description="Whether a web page with status 200 counts as accepted; it is the mark of a"
        " login page in between",
    )
    others: tuple[OtherSignals, ...] = Field(
        (), description="More CloudSignal interfaces, for orders of certain Production Interfaces"
    )


class Log(Section):
    level: LogLevel = Field(
        "INFO",
        description="Least important kind of line that is written; used at once when it is changed."
        " The signal USR1 asks the daemon for DEBUG, USR2 for this one again",
    )
    as_json: bool = Field(
        default=False, alias="json", description="One JSON object a line instead of text"
    )
    file: LocalPath | None = Field(
        None, description="File that is written as well; null: standard error only"
    )


class Config(Section):
    """All options. Paths are absolute and keys are filled when it came from `load_shop`."""

    shop: Shop = Field(description="The print shop")
    floor: Floor = Field(description="The stage folders on disk")
    beside: Sides = Field(description="The stages beside all flows, each a folder below the floor")
    state: State = Field(description="What Hotfolder remembers")
    flows: Flows = Field(description="The ways through the shop")
    intake: Intake = Field(description="The door through which orders come in")
    limits: Limits = Field(description="What the door for orders bears, whoever comes")
    house: House = Field(description="The door for the house: health and metrics")
    signals: Signals = Field(description="What is told to Cloudprinter")
    deadlines: Deadlines = Field(description="Minutes until a signal counts as late")
    docket: Docket = Field(description="The docket")
    devices: tuple[Device, ...] = Field(
        (), description="RIPs and other programs that take files from a hot folder"
    )
    downloads: Downloads = Field(description="Fetching the files of an order")
    day: Day = Field(description="The end of the day")
    labels: tuple[Labels, ...] = Field(
        (), description="Label programs, which stages ask for labels (ask_label in a flow)"
    )
    archive: Archive = Field(description="Where the folders of finished jobs are put away")
    backup: Backup = Field(description="Copies of the database")
    alerts: Alerts = Field(description="What the admin is told when something is wrong")
    log: Log = Field(description="The log")

    @model_validator(mode="before")
    @classmethod
    def _open_absent_sections(cls, data: Any) -> Any:
        # so that a default path is resolved, and what is missing inside is named with its full key
        if not isinstance(data, dict):
            return data
        empty: dict[str, Any] = {
            name: [] if found.default == () else {} for name, found in cls.model_fields.items()
        }
        return empty | {
            name: empty.get(name, {}) if value is None else value for name, value in data.items()
        }
