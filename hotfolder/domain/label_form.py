"""What a label program reads and writes, as its profile says. No personal data stands in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from hotfolder.domain.conditions import fits
from hotfolder.domain.tracking import Carrier


class FileForm(StrEnum):
    CSV = "csv"
    XML = "xml"
    JSON = "json"


class Quoting(StrEnum):
    """Which fields of a CSV line stand in quotes."""

    MINIMAL = "minimal"
    ALL = "all"
    NONE = "none"


class Rows(StrEnum):
    """How a reply file changes: written once, longer each time, or written anew each time."""

    ONCE = "once"
    APPENDED = "appended"
    REWRITTEN = "rewritten"


class Per(StrEnum):
    """One for each item, or one for the whole order."""

    ITEM = "item"
    ORDER = "order"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """`value` is text with placeholders. `longest` is in letters; 0: any length."""

    name: str
    value: str
    longest: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestForm:
    """How a request is written.

    `file` is its name, with placeholders. `header` writes the names of the columns, after the
    `header_lines`. With `xml` (text with placeholders) that is written and `columns` are not.
    """

    file: str
    form: FileForm = FileForm.CSV
    encoding: str = "utf-8"
    delimiter: str = ";"
    quoting: Quoting = Quoting.MINIMAL
    newline: str = "\r\n"
    header: bool = True
    header_lines: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    xml: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyForm:
    """How a reply is read.

    `key`, `tracking` and so on are where a value stands: the name or the position (from 1) of a
    column, or the path of an element below `row`. An empty `delimiter` is found out. `good` are the
    texts of `status` that mean success; `quiet_seconds` is how long a file must not change.
    """

    file: str
    key: str
    tracking: str
    form: FileForm = FileForm.CSV
    encoding: str = "utf-8"
    delimiter: str = ""
    quote: str = '"'
    header_rows: int = 1
    row: str = ""
    service: str = ""
    date: str = ""
    date_format: str = ""
    status: str = ""
    good: tuple[str, ...] = ()
    error: str = ""
    rows: Rows = Rows.ONCE


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """What a product weighs, in grams: the first entry whose `product` fits counts."""

    product: str
    grams: float = 0.0
    grams_per_page: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelProgram:
    """A label program of the shop.

    `request_folder` and `reply_folder` are absolute paths. `sender` is the country that parcels are
    sent from. `services`, `options` and `accounts` map texts, with wild cards, to those of the
    program or of Cloudprinter. After `expect_minutes` without a reply a person is told, counted
    from `replies_after` of the day when the program answers only then; None: never.
    `wait_hours`: how long a parcel waits for other items of its order; `keep_replies`: whether a
    reply stays where it is. `tells_strangers`: whether rows that are for nobody are told.
    """

    name: str
    request: RequestForm
    reply: ReplyForm
    request_folder: str
    reply_folder: str
    carrier: Carrier = Carrier.ANY
    sender: str = ""
    parcel: Per = Per.ITEM
    reference: Per = Per.ITEM
    expect_minutes: int | None = 30
    replies_after: time | None = None
    wait_hours: float = 24.0
    quiet_seconds: float = 5.0
    keep_replies: bool = False
    tells_strangers: bool = True
    services: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    weights: tuple[Weight, ...] = ()
    packaging_grams: float = 0.0
    default_grams: int = 0


def plain_manifest(option: str = "") -> LabelProgram:
    """Who lists the parcels of a day where no label program does: nobody is asked, any code goes.

    `option` is a shipping option that is told as it is.
    """
    return LabelProgram(
        name="manifest",
        request=RequestForm(file=""),
        reply=ReplyForm(file="*", key="1", tracking="2", service="3", header_rows=0),
        request_folder="",
        reply_folder="",
        expect_minutes=None,
        options={option: option},
    )


def mapped(text: str, table: Mapping[str, str]) -> str | None:
    """What the table says to a text, by its first pattern that fits; None when none does."""
    return next((value for pattern, value in table.items() if fits(text, pattern)), None)
