"""The options of devices: programs that take files from a hot folder, such as RIPs."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from hotfolder.config.section import Section
from hotfolder.config.takes import Takes
from hotfolder.config.values import LocalPath, Name, not_empty
from hotfolder.domain import device as domain
from hotfolder.domain.flow import HOLD
from hotfolder.domain.handover import filled, words_of

FILE_NAME_WORDS = ("id", "order", "item", "type", "product", "copies")
CLUE_WORDS = ("id", "name", "stem")
EVERY_FILE = "{stem}*"
ONE_OF_ALL: Mapping[str, str] = dict.fromkeys(CLUE_WORDS, "HF000001")


def _known_words(value: str, known: tuple[str, ...]) -> str:
    for word in words_of(value):
        if word not in known:
            listed = ", ".join(f"{{{one}}}" for one in known)
            raise ValueError(f"has {{{word}}}, which is not known here; known are {listed}")
    return value


def _file_name(value: str) -> str:
    _known_words(value, FILE_NAME_WORDS)
    if not value.startswith("{id}"):
        raise ValueError("must begin with {id}, by which results find the way back")
    if not re.fullmatch(r"[A-Za-z0-9_{}-]+", value):
        raise ValueError("may hold only letters, digits, - and _ beside its {words}")
    if re.match(r"\{id\}[A-Za-z0-9]|\{id\}\{", value):
        raise ValueError("must have - or _ after {id}")
    return value


def _pattern(value: str) -> str:
    if "/" in value:
        raise ValueError("is of a file name, without /")
    return _known_words(value, CLUE_WORDS)


def _regex(value: str) -> str:
    _known_words(value, CLUE_WORDS)
    try:
        re.compile(filled(value, ONE_OF_ALL))
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return value


def _inside(value: str) -> str:
    parts = PurePosixPath(value).parts
    if not value.strip() or ".." in parts:
        raise ValueError("must be a folder of the device, without ..")
    return value


def _words(value: Any) -> Any:
    entries = value if isinstance(value, (list, tuple)) else [value]
    if not all(isinstance(one, str) and one.strip() for one in entries):
        raise ValueError("must be text, or a list of texts such as [a, b]")
    return tuple(one.strip() for one in entries)


def _result_folder(value: str) -> str:
    if value and (not re.fullmatch(r"[^/\\<>:\"|?*\x00-\x1f]+", value) or value[0] in ". "):
        raise ValueError("must be the name of one folder, not hidden")
    return value


Inside = Annotated[str, BeforeValidator(not_empty), AfterValidator(_inside)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Clue(Section):
    """An entry of `taken`, `done` or `failed`."""

    by: Literal["file", "gone", "marker", "log", "ticket"] = Field(
        description="What tells it: a file in a folder, the input that is gone, a marker file, a"
        " line in a log, the status in a ticket (JDF, XJDF, JSON) that comes back"
    )
    folder: Inside = Field(".", description="Folder in which it is seen, below that of the device")
    pattern: Annotated[str, AfterValidator(_pattern)] = Field(
        EVERY_FILE,
        description="Name of the file, with * and ? and {id}, {name} (of what was given) or"
        " {stem} (the same without its ending); of a log its name",
    )
    regex: Annotated[str, AfterValidator(_regex)] = Field(
        "", description="Regular expression of the line in a log, with {id}, {name} or {stem}"
    )
    status: Words = Field((), description="Status in the ticket, one of these")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.by == "log" and (not self.regex or self.pattern == EVERY_FILE):
            raise ValueError("by log needs pattern (the name of the log) and regex")
        if self.by == "log" and not words_of(self.regex):
            raise ValueError("regex must hold {id}, {name} or {stem}, or one line would mean all")
        if self.by == "ticket" and not self.status:
            raise ValueError("by ticket needs status, such as [Completed]")
        if self.by in ("file", "marker", "ticket") and not words_of(self.pattern):
            raise ValueError("pattern must hold {id}, {name} or {stem}")
        return self

    def clue(self, base: Path) -> domain.Clue:
        """The clue for the domain; its folder lies below `base`."""
        return domain.Clue(
            by=domain.By(self.by),
            folder=str(base / self.folder),
            pattern=self.pattern,
            regex=self.regex,
            status=self.status,
        )


Clues = tuple[Clue, ...]


class Device(Section):
    """An entry of `devices`. What `like` names is filled in before this is read."""

    name: Name = Field(description="Your own word for the device")
    like: str = Field(
        "",
        description="Ready profile that it is like: hot-folder, fiery, callas, ghostscript"
        " (`hotfolder devices profiles` shows them); what stands here as well counts more",
    )
    stage: Name = Field(description="Key of the stage whose jobs it gets")
    takes: Takes = Field((), description="Which jobs of the stage, as in a flow; left out: all")
    folder: LocalPath = Field(
        description="Folder that holds those of the device; Hotfolder makes its own .hotfolder in"
        " it, where files lie before they appear in the input"
    )
    input: Inside = Field(
        "input",
        description="Folder below it in which the device finds files; on a share it must not be"
        " there while the share is not mounted",
    )
    gives: Literal["job_folder", "pdf", "pdf_and_ticket"] = Field(
        "pdf",
        description="What the device gets: the job folder, its PDFs, or each PDF with a copy"
        " of the job ticket (NAME.json)",
    )
    files: Words = Field(
        (), description="Ordered file types that it gets, such as cover; none: all of the item"
    )
    file_name: Annotated[str, AfterValidator(_file_name)] = Field(
        "{id}_{item}_{type}",
        description="How it is called there; {id} is unique and finds the way back, others are"
        " {order}, {item}, {type}, {product}, {copies}",
    )
    taken: Clues = Field((), description="What tells that the device has begun; any of them")
    done: Clues = Field(min_length=1, description="What tells that it is done; any of them")
    failed: Clues = Field((), description="What tells that it failed; any of them, before done")
    collect: Annotated[tuple[Inside, ...], BeforeValidator(_words)] = Field(
        (), description="More folders of the device with files that belong to the result"
    )
    quiet_seconds: float = Field(
        5,
        ge=0,
        le=3600,
        allow_inf_nan=False,
        description="How long what it leaves must stay unchanged before it counts as whole",
    )
    limit_minutes: float = Field(
        60,
        ge=0.1,
        le=10080,
        allow_inf_nan=False,
        description="How long the device may have a file before `hotfolder status` tells of it",
    )
    result: Literal["into_job", "archive", "leave"] = Field(
        "into_job",
        description="Where its results go: into the job folder, into the folder archive"
        " of the device by month, or nowhere",
    )
    result_folder: Annotated[str, AfterValidator(_result_folder)] = Field(
        "", description="Folder for results in the job folder; empty: the name of the device"
    )
    archive: Inside = Field("archive", description="Folder of the device for archived results")
    strangers: Literal["aside", "leave"] = Field(
        "aside",
        description="What happens to files among its results that belong to no job: set aside in"
        " the folder set-aside with a note, or left where they are",
    )
    on_done: str = Field(
        "", description="Key of the stage that a job goes to when it is done; empty: it stays"
    )
    on_failed: Name = Field(
        HOLD, description="Key of the stage that a job goes to when the device failed, or hold"
    )

    @model_validator(mode="after")
    def _results_elsewhere(self) -> Self:
        for option in ("done", "failed", "taken"):
            for clue in getattr(self, option):
                if clue.by == "file" and self._folder(clue.folder) == self._folder(self.input):
                    raise ValueError(
                        f"{option} looks for a file in the input itself, where what was given lies"
                    )
        try:
            _result_folder(self.result_folder or self.name)
        except ValueError:
            raise ValueError("name can be no folder for results: give result_folder") from None
        if self._folder(self.input) in map(self._folder, self.collect):
            raise ValueError("collect names the input itself")
        return self

    def _folder(self, name: str) -> Path:
        return self.folder / name

    def device(self) -> domain.Device:
        """The device for the domain."""
        return domain.Device(
            name=self.name,
            stage=self.stage,
            folder=str(self.folder),
            input=str(self._folder(self.input)),
            takes=tuple(one.conditions() for one in self.takes),
            gives=domain.Gives(self.gives),
            files=self.files,
            file_name=self.file_name,
            taken=tuple(one.clue(self.folder) for one in self.taken),
            done=tuple(one.clue(self.folder) for one in self.done),
            failed=tuple(one.clue(self.folder) for one in self.failed),
            collect=tuple(str(self._folder(one)) for one in self.collect),
            quiet_seconds=self.quiet_seconds,
            limit=timedelta(minutes=self.limit_minutes),
            result=domain.ResultGoes(self.result),
            result_folder=self.result_folder or self.name,
            archive=str(self._folder(self.archive)),
            strangers=domain.Strangers(self.strangers),
            on_done=self.on_done,
            on_failed=self.on_failed,
        )
