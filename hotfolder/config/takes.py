"""The options of `takes` in a flow file, and whether every flow can be reached."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from hotfolder.config.load import Document, Place
from hotfolder.config.preflight import Pages
from hotfolder.config.section import Section
from hotfolder.domain.conditions import Conditions, fits
from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Mode
from hotfolder.domain.takes import hidden_by
from hotfolder.errors import Problem

DEFAULT_FILE = "default.yaml"  # the flow that is asked last


def _texts(value: Any) -> Any:
    entries = value if isinstance(value, list) else [value]
    if not entries or not all(isinstance(one, str) and one.strip() for one in entries):
        raise ValueError("must be text, or a list of texts such as [a, b]")
    return tuple(one.strip() for one in entries)


def _countries(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(len(one) == len("DK") and one.isascii() and one.isalpha() for one in values):
        raise ValueError("must be codes of two letters such as DK")
    return tuple(one.upper() for one in values)


def _modes(values: tuple[str, ...]) -> tuple[str, ...]:
    if not set(values) <= set(Mode):
        raise ValueError("must be live or test")
    return values


def _blocks(value: Any) -> Any:
    if not isinstance(value, (list, tuple)) or value == []:
        raise ValueError("must be conditions as `key: value` lines, or a list of such blocks")
    return value


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Countries = Annotated[tuple[str, ...], BeforeValidator(_texts), AfterValidator(_countries)]
Modes = Annotated[tuple[str, ...], BeforeValidator(_texts), AfterValidator(_modes)]


class TakesFile(Section):
    """A block of conditions: the entry of `takes`, or one of several."""

    product: Texts | None = Field(None, description="Product reference of the item")
    option: Texts | None = Field(
        None, description="Option references; it is enough that the item has one of them"
    )
    all_options: Texts | None = Field(
        None, description="Option references; the item must have each of them"
    )
    client: Texts | None = Field(None, description="Id or name of the client who ordered")
    country: Countries | None = Field(None, description="Country that the order is delivered to")
    mode: Modes | None = Field(None, description="Mode of the order: live or test")
    interface: Texts | None = Field(
        None, description="Name of the Production Interface that the order came through"
    )
    reorder: bool | None = Field(
        None, description="true: only items made again after a complaint; false: only others"
    )
    pages_min: Pages | None = Field(None, description="Least pages, as the order tells them")
    pages_max: Pages | None = Field(None, description="Most pages, as the order tells them")

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("holds no condition; leave takes out to take everything")
        if self.pages_min and self.pages_max and self.pages_min > self.pages_max:
            raise ValueError(f"pages_min {self.pages_min} is above pages_max {self.pages_max}")
        return self

    def conditions(self) -> Conditions:
        """The conditions for the domain."""
        return Conditions(
            product=self.product or (),
            option=self.option or (),
            all_options=self.all_options or (),
            client=self.client or (),
            country=self.country or (),
            mode=tuple(Mode(one) for one in self.mode or ()),
            interface=self.interface or (),
            reorder=self.reorder,
            pages_min=self.pages_min,
            pages_max=self.pages_max,
        )


Takes = Annotated[tuple[TakesFile, ...], BeforeValidator(_blocks)]


def with_listed_takes(document: Document) -> Document:
    """The document, a single block of `takes` written as a list of one; lines stay known."""
    takes = document.data.get("takes")
    if not isinstance(takes, dict):
        return document
    inner: Mapping[Place, int] = {
        ("takes", 0, *place[1:]): line
        for place, line in document.lines.items()
        if place[:1] == ("takes",)
    }
    data = {**document.data, "takes": [takes]}
    return replace(document, data=data, lines={**document.lines, **inner})


def unreachable(flows: Sequence[tuple[Document, Flow]]) -> Iterator[Problem]:
    """Flows for which earlier ones leave nothing; and, at the last one, that none takes the rest.

    The flows stand in the order in which they are asked.
    """
    for position, (document, flow) in enumerate(flows):
        earlier = [other for _, other in flows[:position]]
        if hiding := hidden_by(flow, earlier):
            words = " and ".join(hiding)
            what = f"nothing reaches this flow: {words}, asked before it, already takes all of it"
            hint = (
                f"flows are asked in the order of their file names, {DEFAULT_FILE} last; give "
                f"{words} (other) takes, or rename a file"
            )
            place = "takes" if flow.takes else "name"
            yield document.problem((place,), what, hint)
    if flows and all(flow.takes for _, flow in flows):
        document, _ = flows[-1]
        what = "no flow takes what the others leave: this one is asked last"
        hint = f"leave takes out here, or add {DEFAULT_FILE} without takes"
        yield document.problem(("takes",), what, hint)


def unknown_interfaces(document: Document, flow: Flow, known: Collection[str]) -> Iterator[Problem]:
    """Conditions on Production Interfaces that the configuration does not have."""
    for index, conditions in enumerate(flow.takes):
        for pattern in conditions.interface:
            if not any(fits(name, pattern) for name in known):
                place = ("takes", index, "interface")
                what = f"no interface of intake.interfaces is {pattern!r}"
                hint = f"known here: {', '.join(known)}"
                yield document.problem(place, what, hint)
