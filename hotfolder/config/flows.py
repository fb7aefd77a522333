"""flows/*.yaml to the flows of the shop, or every Problem in all of them at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from hotfolder.config.flow_file import FlowFile
from hotfolder.config.load import Document, Place, in_file_order, parse_document, read_text
from hotfolder.config.preflight import same_products
from hotfolder.config.shape import shape
from hotfolder.config.takes import (
    DEFAULT_FILE,
    unknown_interfaces,
    unreachable,
    with_listed_takes,
)
from hotfolder.config.values import STAGE_SIGNALS, stage_folder
from hotfolder.domain.flow import Flow, Ships
from hotfolder.domain.signal import SignalType
from hotfolder.errors import ConfigError, Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seat:
    """A stage as it stands in a file; what is None does not fit and is named elsewhere."""

    document: Document
    place: Place
    key: str | None
    folder: str | None
    signal: str | None
    ask_label: str | None

    def where(self, name: str) -> str:
        return self.document.where((*self.place, name))

    def problem(self, name: str, what: str, hint: str) -> Problem:
        return self.document.problem((*self.place, name), what, hint)


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowTexts:
    """Flow files as they were read: by name, in the order in which they are asked.

    `problems` are those of files that can not be read.
    """

    texts: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def read_flows(folder: Path, *, name: str, where: str) -> FlowTexts:
    """All *.yaml of the folder. Raises ConfigError when there is none.

    `name` is how people are told of the folder, `where` the place that named it.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _flow_files(folder, where):
        if path.suffix != ".yaml":
            hint = "a flow file ends in .yaml; rename it"
            problems.append(Problem(where, f"{path.name} is not read", hint))
            continue
        file = f"{name}/{path.name}"
        try:
            texts[file] = read_text(path, file)
        except ConfigError as error:
            problems += error.problems
    return FlowTexts(texts=texts, problems=tuple(problems))


def understood(
    read: FlowTexts,
    interfaces: Collection[str] | None = None,
    labels: Collection[str] | None = None,
) -> tuple[Flow, ...]:
    """The flows that stand in the files, in the order in which they are asked.

    `interfaces` are those that conditions may name, `labels` the label programs that stages may
    ask; None: any. Raises ConfigError with every Problem.
    """
    documents: list[Document] = []
    problems = list(read.problems)
    for name, text in read.texts.items():
        try:
            documents.append(with_listed_takes(parse_document(text, name)))
        except ConfigError as error:
            problems += error.problems
    flows, misfits = _flows_of(documents)
    if interfaces is not None:
        misfits += [one for pair in flows for one in unknown_interfaces(*pair, interfaces)]
    if labels is not None:
        misfits += [one for document, _ in flows for one in _unknown_labels(document, labels)]
    # who takes what is left can only be told when all of them are understood
    if found := [*problems, *misfits] or list(unreachable(flows)):
        raise ConfigError(found)
    return tuple(flow for _, flow in flows)


def flow_files(folder: Path) -> list[Path]:
    """The files in the folder that are, or look like, flow files, as they are asked."""
    found = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in {".yaml", ".yml"} and not path.name.startswith(".")
    ]
    return sorted(found, key=lambda path: (path.name == DEFAULT_FILE, path.name))


def _flow_files(folder: Path, where: str) -> list[Path]:
    try:
        files = flow_files(folder)
    except FileNotFoundError:
        what = f"the folder {folder} does not exist"
        raise ConfigError([Problem(where, what, "make it and put a flow file in it")]) from None
    except NotADirectoryError:
        raise ConfigError([Problem(where, f"{folder} is not a folder")]) from None
    except OSError as error:
        what = f"the folder {folder} can not be read: {error.strerror}"
        raise ConfigError([Problem(where, what)]) from None
    if not files:
        what = f"the folder {folder} holds no flow file"
        raise ConfigError([Problem(where, what, "put a flow file, such as default.yaml, in it")])
    return files


def _flows_of(
    documents: Sequence[Document],
) -> tuple[list[tuple[Document, Flow]], list[Problem]]:
    flows: list[tuple[Document, Flow]] = []
    found: dict[str, list[Problem]] = {}
    seats: list[_Seat] = []
    for document in documents:
        file, misfits = shape(FlowFile, document, document.data, Path())
        own = list(_seats(document))
        own_rules = (*_inside_one_flow(own), *same_products(document), *_ships(document, own))
        found[document.name] = [*document.problems, *misfits, *own_rules]
        seats += own
        if file is not None:
            flows.append((document, file.flow()))
    for document, problem in (*_across_flows(seats), *_same_names(documents)):
        found[document.name].append(problem)
    return flows, [one for part in found.values() for one in in_file_order(part)]


def _seats(document: Document) -> Iterator[_Seat]:
    entries = document.data.get("stages")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield _Seat(
                document=document,
                place=("stages", index),
                key=_text(entry.get("key")),
                folder=_folder(entry.get("folder")),
                signal=_text(entry.get("signal")),
                ask_label=_text(entry.get("ask_label")),
            )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _folder(value: Any) -> str | None:
    try:
        return stage_folder(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _inside_one_flow(seats: Sequence[_Seat]) -> Iterator[Problem]:
    keys: dict[str, _Seat] = {}
    for seat in seats:
        if seat.key is not None and keys.setdefault(seat.key, seat) is not seat:
            what = f"is the key of {_said(keys[seat.key])} already"
            yield seat.problem("key", what, "each stage of a flow has its own key")
    yield from _signal_rules(seats)
    yield from _label_rules(seats)


def _label_rules(seats: Sequence[_Seat]) -> Iterator[Problem]:
    asking = [seat for seat in seats if seat.ask_label]
    for seat in asking[1:]:
        what = f"{_said(asking[0])} asks for a label already"
        yield seat.problem("ask_label", what, "a job asks for one label; remove one")


def _unknown_labels(document: Document, labels: Collection[str]) -> Iterator[Problem]:
    for seat in _seats(document):
        if seat.ask_label and seat.ask_label not in labels:
            what = f"names {seat.ask_label!r}, which is no label program"
            hint = f"known in labels: {', '.join(labels)}" if labels else "add it to labels"
            yield seat.problem("ask_label", what, hint)


def _signal_rules(seats: Sequence[_Seat]) -> Iterator[Problem]:
    order = {signal.value: position for position, signal in enumerate(STAGE_SIGNALS)}
    latest: _Seat | None = None
    for seat in seats:
        if seat.signal not in order:
            continue
        if seat.place == ("stages", 0):
            what = "the first stage sends no signal: Hotfolder itself puts jobs there"
            yield seat.problem("signal", what, "move it to the stage that an operator drags to")
        elif latest is not None and latest.signal == seat.signal:
            what = f"is sent by {_said(latest)} already"
            yield seat.problem("signal", what, "a flow sends each signal once; remove one")
        elif latest is not None and order[seat.signal] < order[f"{latest.signal}"]:
            what = f"stands after {latest.signal} of {_said(latest)}"
            yield seat.problem("signal", what, f"the order is {', '.join(order)}")
        else:
            latest = seat


def _ships(document: Document, seats: Sequence[_Seat]) -> Iterator[Problem]:
    says_shipped = any(seat.signal == SignalType.SHIPPED for seat in seats)
    if document.data.get("ships") == Ships.END_OF_DAY and not says_shipped:
        what = f"is end_of_day, but no stage sends {SignalType.SHIPPED}"
        yield document.problem(("ships",), what, "give the shipping stage its signal, or remove it")


def _said(seat: _Seat) -> str:
    return f"stages[{seat.place[-1]}]"


def _across_flows(seats: Sequence[_Seat]) -> Iterator[tuple[Document, Problem]]:
    for position, seat in enumerate(seats):
        for earlier in seats[:position]:
            if problem := _clash(seat, earlier):
                yield seat.document, problem
                break


def _clash(seat: _Seat, earlier: _Seat) -> Problem | None:
    if seat.folder is None or earlier.folder is None:
        return None
    # many shares do not tell A from a
    here, there = (PurePosixPath(one.folder.casefold()) for one in (seat, earlier) if one.folder)
    place = earlier.where("folder")
    if seat.key == earlier.key:
        if seat.folder == earlier.folder or seat.document is earlier.document:
            return None
        what = f"stage {seat.key} has the folder {earlier.folder} at {place}"
        return seat.problem("folder", what, "a stage has one folder: write the same one")
    if here == there:
        what = f"is the folder of stage {earlier.key} at {place}"
        return seat.problem("folder", what, "one folder is one stage; use the same key or another")
    if here in there.parents or there in here.parents:
        what = f"{seat.folder} and {earlier.folder} ({place}) lie in each other"
        return seat.problem("folder", what, "put stage folders side by side")
    return None


def _same_names(documents: Sequence[Document]) -> Iterator[tuple[Document, Problem]]:
    first: dict[str, Document] = {}
    for document in documents:
        name = _text(document.data.get("name"))
        if name is not None and first.setdefault(name, document) is not document:
            what = f"is the name of {first[name].name} already"
            hint = "each flow has its own name"
            yield document, document.problem(("name",), what, hint)
