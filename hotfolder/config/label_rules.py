"""Ready profiles of label programs, and the rules of `labels` that go across options."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.parsers import expat

from hotfolder.config.labels import Labels
from hotfolder.config.load import Document, Place, parse_document, read_text
from hotfolder.config.paths import resolved
from hotfolder.domain.conditions import fits
from hotfolder.domain.label_request import PLACEHOLDER
from hotfolder.errors import ConfigError, Problem

PROFILES = Path(__file__).parent / "label_profiles"
COLUMNS = ("key", "tracking", "service", "date", "status", "error")
Entry = dict[str, Any]


def profile_names() -> list[str]:
    """The ready profiles, for `like`."""
    return sorted(path.stem for path in PROFILES.glob("*.yaml"))


def profile_text(name: str) -> str:
    """A ready profile as it stands in its file: the options of one entry of `labels`."""
    return read_text(PROFILES / f"{name}.yaml", name)


def with_label_profiles(document: Document, folder: Path) -> Document:
    """The document, with what its label programs have from ready profiles and templates.

    Relative paths start at `folder`. A value that came so has the line of its label program.
    """
    entries = document.data.get("labels")
    if not isinstance(entries, list):
        return document
    problems: list[Problem] = []
    whole: list[Any] = []
    for index, entry in enumerate(entries):
        place: Place = ("labels", index)
        if isinstance(entry, dict):
            ready = _with_profile(document, place, entry, problems)
            whole.append(_with_template(document, place, ready, folder, problems))
        else:
            whole.append(entry)
    data = {**document.data, "labels": whole}
    return replace(document, data=data, problems=(*document.problems, *problems))


def _with_profile(document: Document, place: Place, entry: Entry, problems: list[Problem]) -> Entry:
    like = entry.get("like")
    if not isinstance(like, str) or not like:
        return entry
    if like not in profile_names():
        hint = f"ready are {', '.join(profile_names())}"
        problems.append(document.problem((*place, "like"), f"there is no profile {like!r}", hint))
        like = "generic-csv"  # so that what it would have given is not told as missing
    return _over(parse_document(profile_text(like), like).data, entry)


def _over(ready: Entry, own: Entry) -> Entry:
    """The ready options with the shop's own ones over them; lists and tables are whole."""
    both = {
        name: _over(ready[name], value)
        for name, value in own.items()
        if name in ("request", "reply")
        and isinstance(value, dict)
        and isinstance(ready.get(name), dict)
    }
    return {**ready, **own, **both}


def _with_template(
    document: Document, place: Place, entry: Entry, folder: Path, problems: list[Problem]
) -> Entry:
    request = entry.get("request")
    template = request.get("template") if isinstance(request, dict) else None
    if not isinstance(request, dict) or not isinstance(template, str) or not template.strip():
        return entry
    here = (*place, "request", "template")
    try:
        text = read_text(resolved(template, folder), document.where(here))
    except ConfigError as error:
        problems.extend(error.problems)
        return entry
    except ValueError as error:
        problems.append(document.problem(here, str(error)))
        return entry
    return {**entry, "request": {**request, "xml": text}}


def label_names(document: Document) -> list[str]:
    """The names of the label programs, as far as they can be told."""
    return [f"{entry.get('name')}" for _, entry in _entries(document)]


def label_problems(document: Document) -> list[Problem]:
    """What is wrong across the options of label programs; each alone may be fine."""
    found = [*_same_names(document), *_same_replies(document)]
    for place, entry in _entries(document):
        request, reply = _part(entry, "request"), _part(entry, "reply")
        found += _request_problems(document, (*place, "request"), request)
        found += _reply_problems(document, (*place, "reply"), reply)
    return found


def manifest_problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the label program that the section `day` names."""
    day = document.data.get("day")
    name = day.get("manifest_from") if isinstance(day, dict) else None
    if not isinstance(name, str) or not isinstance(day, dict) or not name:
        return
    place: Place = ("day", "manifest_from")
    if name not in label_names(document):
        what = f"there is no label program {name!r} in labels"
        yield document.problem(place, what, "give the name of one, or leave it out")
    if not day.get("manifest"):
        what = "is given, but manifest is not"
        yield document.problem(place, what, "give the folder of the manifests as well")


def _entries(document: Document) -> Iterator[tuple[Place, Entry]]:
    entries = document.data.get("labels")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield ("labels", index), entry


def _part(entry: Entry, name: str) -> Mapping[str, Any]:
    part = entry.get(name)
    return part if isinstance(part, dict) else {}


def _same_names(document: Document) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for place, entry in _entries(document):
        name = entry.get("name")
        if isinstance(name, str) and first.setdefault(name, place) is not place:
            what = f"is the name of labels[{first[name][-1]}] already"
            yield document.problem((*place, "name"), what, "give each label program its own name")


def _same_replies(document: Document) -> Iterator[Problem]:
    first: dict[tuple[Any, Any], Place] = {}
    for place, entry in _entries(document):
        reply = _part(entry, "reply")
        files = (reply.get("folder"), reply.get("file"))
        if reply.get("folder") and first.setdefault(files, place) is not place:
            what = f"has the same files as labels[{first[files][-1]}]"
            hint = "give each label program a folder or names of its own"
            yield document.problem((*place, "reply", "file"), what, hint)


def _request_problems(
    document: Document, place: Place, request: Mapping[str, Any]
) -> Iterator[Problem]:
    if not request:
        return
    file = request.get("file", "{reference}")
    if isinstance(file, str) and "{reference}" not in file:
        what = "does not hold {reference}: two requests could have one name"
        yield document.problem((*place, "file"), what, "write it into the name")
    form, xml = request.get("form", "csv"), request.get("xml")
    if form == "xml" and not xml:
        what = "is xml, but there is no text to write"
        yield document.problem((*place, "form"), what, "give request.template or request.xml")
    elif form == "xml" and isinstance(xml, str):
        yield from _not_well_formed(document, place, request, xml)
    elif form in ("csv", "json") and not request.get("columns"):
        hint = "give a list such as [{name: reference, value: '{reference}'}]"
        yield document.problem((*place, "columns"), "is empty, so nothing would be written", hint)


def _not_well_formed(
    document: Document, place: Place, request: Mapping[str, Any], xml: str
) -> Iterator[Problem]:
    key = "template" if request.get("template") else "xml"
    parser = expat.ParserCreate("utf-8")
    try:
        parser.Parse(PLACEHOLDER.sub("x", xml).encode(), True)
    except (expat.ExpatError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        what = f"the XML is not well-formed: line {line}"
        yield document.problem((*place, key), what, "close every element; write & as &amp;")


def _reply_problems(
    document: Document, place: Place, reply: Mapping[str, Any]
) -> Iterator[Problem]:
    form, rows = reply.get("form", "csv"), reply.get("rows", "once")
    if form == "csv" and reply.get("header_rows") == "0":
        for name in COLUMNS:
            where = reply.get(name)
            if isinstance(where, str) and where and not where.isdecimal():
                what = f"is the name {where!r}, but header_rows is 0"
                yield document.problem((*place, name), what, "give the position: 1, 2, 3 ...")
    if rows in ("appended", "rewritten") and reply.get("afterwards", "done") == "done":
        what = f"is done, but rows is {rows}: the label program goes on writing that file"
        yield document.problem((*place, "afterwards"), what, "write `afterwards: leave`")
    if form == "xml" and not reply.get("row") and reply:
        what = "is missing, which XML needs"
        yield document.problem((*place, "row"), what, "the path from the root: Replies/Parcel")


def mixed_up_labels(document: Document, labels: Sequence[Labels]) -> Iterator[Problem]:
    """Requests that would be read as replies, and be taken away before their program has them."""
    for index, one in enumerate(labels):
        name = PLACEHOLDER.sub("1", one.request.file)
        for other, reader in enumerate(labels):
            is_same_place = one.request.folder == reader.reply.folder
            if is_same_place and fits(name, reader.reply.file):
                what = f"its files are read as replies of labels[{other}]: {reader.reply.file}"
                hint = "let replies come into a folder of their own, or under other names"
                yield document.problem(("labels", index, "request", "folder"), what, hint)


def places_of_labels(labels: Sequence[Labels]) -> list[tuple[Place, Path]]:
    """The folders of label programs: where others put files that are no jobs."""
    return [
        (("labels", index, part, "folder"), folder)
        for index, one in enumerate(labels)
        for part, folder in (("request", one.request.folder), ("reply", one.reply.folder))
    ]
