"""The options of `labels`: the label programs of the shop and how each is spoken to."""

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from hotfolder.config.section import Section
from hotfolder.config.values import LocalPath, Name
from hotfolder.domain.label_form import (
    Column,
    FileForm,
    LabelProgram,
    Per,
    Quoting,
    ReplyForm,
    RequestForm,
    Rows,
    Weight,
)
from hotfolder.domain.label_request import unknown_placeholders
from hotfolder.domain.tracking import Carrier

NEWLINES = {"crlf": "\r\n", "lf": "\n"}
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|"}


def _known(value: str) -> str:
    if unknown := unknown_placeholders(value):
        raise ValueError(f"holds {{{unknown[0]}}}, which no parcel has")
    return value


def _nobody(value: str) -> str:
    if "{receiver." in value or "{sender}" in value:
        raise ValueError("must name nobody: it stands in the log")
    return value


def _file_name(value: str) -> str:
    if "/" in value or "\\" in value or value.startswith("."):
        raise ValueError("must be a name without a folder, not hidden")
    return value


def _position(value: str) -> str:
    if value.isdecimal() and int(value) == 0:
        raise ValueError("is 0, but the first column is 1")
    return value


def _clock(value: Any) -> Any:
    if value is None or isinstance(value, time):
        return value
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        raise ValueError("must be a time such as 17:30") from None


def _country(value: str) -> str:
    if value and not (len(value) == len("DK") and value.isascii() and value.isalpha()):
        raise ValueError("must be a code of two letters such as DK")
    return value.upper()


def _table(value: Any) -> Any:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ValueError("must be `text: text` lines")
    return value


Filled = Annotated[str, AfterValidator(_known)]
RequestName = Annotated[
    str,
    AfterValidator(_file_name),
    AfterValidator(_known),
    AfterValidator(_nobody),
]
ReplyName = Annotated[Name, AfterValidator(_file_name)]
Where = Annotated[str, AfterValidator(_position)]
Table = Annotated[dict[str, str], BeforeValidator(_table)]
Form = Literal["csv", "xml", "json"]
Encoding = Literal["utf-8", "utf-8-bom", "iso-8859-1", "iso-8859-15", "windows-1252", "ascii"]
Delimiter = Literal["semicolon", "comma", "tab", "pipe"]
Grams = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Clock = Annotated[time | None, BeforeValidator(_clock)]
Country = Annotated[str, AfterValidator(_country)]


class ColumnFile(Section):
    """An entry of `request.columns`."""

    name: str = Field("", description="Name of the column, or of the member in JSON (a.b: b in a)")
    value: Filled = Field(description="Text with placeholders such as {receiver.name}")
    longest: int = Field(0, ge=0, le=10_000, description="Most letters; 0: any number")


class RequestFile(Section):
    """The file that is written for a parcel."""

    folder: LocalPath = Field(description="Folder that the label program takes requests from")
    file: RequestName = Field("{reference}.csv", description="Name of the file, with placeholders")
    form: Form = Field("csv", description="What the file is")
    encoding: Encoding = Field(
        "utf-8", description="Encoding; letters that it lacks are written with others"
    )
    delimiter: Delimiter = Field("semicolon", description="Sign between two columns")
    quoting: Literal["minimal", "all", "none"] = Field(
        "minimal", description="Which fields stand in quotes; minimal: those that need it"
    )
    newline: Literal["crlf", "lf"] = Field("crlf", description="End of a line")
    header: bool = Field(default=True, description="Whether the names of the columns are written")
    header_lines: tuple[Filled, ...] = Field((), description="Lines that stand before all others")
    columns: tuple[ColumnFile, ...] = Field((), description="What is written, in this order")
    template: LocalPath | None = Field(
        None, description="XML file with placeholders, for the form xml; null: the text in xml"
    )
    xml: Filled = Field("", description="XML text with placeholders, for the form xml")

    def request(self) -> RequestForm:
        """The form for the domain."""
        return RequestForm(
            file=self.file,
            form=FileForm(self.form),
            encoding=self.encoding,
            delimiter=DELIMITERS[self.delimiter],
            quoting=Quoting(self.quoting),
            newline=NEWLINES[self.newline],
            header=self.header,
            header_lines=self.header_lines,
            columns=tuple(
                Column(name=one.name, value=one.value, longest=one.longest) for one in self.columns
            ),
            xml=self.xml,
        )


class ReplyFile(Section):
    """The file that comes back."""

    folder: LocalPath = Field(description="Folder that the label program puts replies into")
    file: ReplyName = Field("*.csv", description="Names of replies, with * and ? as wild cards")
    form: Form = Field("csv", description="What the file is")
    encoding: Encoding = Field("utf-8", description="Encoding of a CSV or JSON file")
    delimiter: Literal["auto", "semicolon", "comma", "tab", "pipe"] = Field(
        "auto", description="Sign between two columns; auto: found out"
    )
    quote: str = Field('"', max_length=1, description="Sign around a field; empty: none")
    header_rows: int = Field(
        1, ge=0, le=20, description="How many rows stand before those of parcels"
    )
    row: str = Field(
        "", description="In XML and JSON the path of a row, from the top: Replies/Parcel"
    )
    key: Where = Field(
        description="Column with the reference, or with the id of item or order: its name or its"
        " position from 1; in XML and JSON its path below the row"
    )
    tracking: Where = Field(description="Column with the tracking code")
    service: Where = Field("", description="Column with the carrier's service, for options")
    date: Where = Field("", description="Column with the date of the label")
    date_format: str = Field("", description="How it is written: %d.%m.%Y; empty: 2026-03-02")
    status: Where = Field("", description="Column that tells whether it went well")
    good: tuple[str, ...] = Field((), description="What stands in status when it went well")
    error: Where = Field(
        "", description="Column with the words of an error; without status any text is an error"
    )
    rows: Literal["once", "appended", "rewritten"] = Field(
        "once",
        description="once: a file is written and done; appended: rows are added to it; rewritten:"
        " the whole file is written anew",
    )
    afterwards: Literal["done", "leave"] = Field(
        "done", description="done: a reply that was read goes into the folder done beside; or leave"
    )
    quiet_seconds: float = Field(
        5,
        ge=0,
        le=3600,
        allow_inf_nan=False,
        description="How long a file must not change before it is read",
    )
    strangers: Literal["tell", "ignore"] = Field(
        "tell", description="Whether rows that are for no parcel of ours are told"
    )

    def reply(self) -> ReplyForm:
        """The form for the domain."""
        return ReplyForm(
            file=self.file,
            key=self.key,
            tracking=self.tracking,
            form=FileForm(self.form),
            encoding=self.encoding,
            delimiter=DELIMITERS.get(self.delimiter, ""),
            quote=self.quote,
            header_rows=self.header_rows,
            row=self.row,
            service=self.service,
            date=self.date,
            date_format=self.date_format,
            status=self.status,
            good=self.good,
            error=self.error,
            rows=Rows(self.rows),
        )


class WeightFile(Section):
    """An entry of `weights`."""

    product: Name = Field(description="Product reference, with * and ? as wild cards")
    grams: Grams = Field(0, description="Weight of a copy without its pages")
    grams_per_page: Grams = Field(0, description="Weight that each page adds")


class Labels(Section):
    """A label program."""

    name: Name = Field(description="Your own word for it; a stage names it in ask_label")
    like: str = Field("", description="A ready profile whose options hold where you give none")
    carrier: Literal["any", "ups", "dhl", "gls", "usps", "fedex", "post"] = Field(
        "any", description="Whose tracking codes are expected; any: told by their shape"
    )
    country: Country = Field(
        "", description="Country that parcels are sent from; empty: codes of posts are not compared"
    )
    parcel: Literal["item", "order"] = Field(
        "item", description="What a parcel holds: each item its own, or all items of the order"
    )
    reference: Literal["item", "order"] = Field(
        "item", description="Whose id the label carries as its reference"
    )
    wait_hours: float = Field(
        24,
        ge=0,
        le=720,
        allow_inf_nan=False,
        description="How long a parcel of a whole order waits for its other items",
    )
    expect_minutes: int | None = Field(
        30, ge=1, le=10080, description="Minutes until a missing reply is told; null: never"
    )
    replies_after: Clock = Field(
        None,
        description="Time of the daily close, for a program that answers only then; null: at once",
    )
    services: Table = Field({}, description="Shipping method of the order: service of the program")
    accounts: Table = Field({}, description="Consignor of the order: account of the program")
    options: Table = Field(
        {}, description="Service of the reply: shipping_option that Cloudprinter is told"
    )
    weights: tuple[WeightFile, ...] = Field((), description="What the products weigh, in grams")
    packaging_grams: Grams = Field(0, description="What the box weighs")
    default_grams: int = Field(
        0, ge=0, le=1_000_000, description="Weight of a parcel when it is not known; 0: none"
    )
    request: RequestFile = Field(description="What is written for the label program")
    reply: ReplyFile = Field(description="What comes back from it")

    def program(self) -> LabelProgram:
        """The label program for the domain."""
        return LabelProgram(
            name=self.name,
            request=self.request.request(),
            reply=self.reply.reply(),
            request_folder=str(self.request.folder),
            reply_folder=str(self.reply.folder),
            carrier=Carrier(self.carrier),
            sender=self.country,
            parcel=Per(self.parcel),
            reference=Per(self.reference),
            expect_minutes=self.expect_minutes,
            replies_after=self.replies_after,
            wait_hours=self.wait_hours,
            quiet_seconds=self.reply.quiet_seconds,
            keep_replies=self.reply.afterwards == "leave",
            tells_strangers=self.reply.strangers == "tell",
            services=self.services,
            options=self.options,
            accounts=self.accounts,
            weights=tuple(
                Weight(product=one.product, grams=one.grams, grams_per_page=one.grams_per_page)
                for one in self.weights
            ),
            packaging_grams=self.packaging_grams,
            default_grams=self.default_grams,
        )
