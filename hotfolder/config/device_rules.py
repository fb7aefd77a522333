"""Ready profiles of devices, and rules about devices that need the rest of the configuration."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from hotfolder.config.devices import Device
from hotfolder.config.load import Document, Place, parse_document
from hotfolder.domain.flow import HOLD, Flow
from hotfolder.errors import Problem

PROFILES = ("hot-folder", "fiery", "callas", "ghostscript")


def profile_text(name: str) -> str:
    """A ready profile as it stands in its file, with what it means."""
    place = files("hotfolder.config") / "device_profiles" / f"{name}.yaml"
    return place.read_text(encoding="utf-8")


def with_profiles(document: Document) -> Document:
    """The document, its devices with what their ready profiles say; lines stay known."""
    entries = document.data.get("devices")
    if not isinstance(entries, list):
        return document
    lines = dict(document.lines)
    problems = list(document.problems)
    devices = []
    for index, entry in enumerate(entries):
        if isinstance(entry, dict):
            found, problem = _with_profile(document, ("devices", index), entry)
            problems += [problem] if problem else []
            devices.append(_with_listed_takes(found, lines, ("devices", index, "takes")))
        else:
            devices.append(entry)
    data = {**document.data, "devices": devices}
    return replace(document, data=data, lines=lines, problems=tuple(problems))


def _with_profile(
    document: Document, place: Place, entry: dict[str, Any]
) -> tuple[dict[str, Any], Problem | None]:
    like = entry.get("like")
    if not isinstance(like, str) or not like:
        return entry, None
    if like not in PROFILES:
        what = f"names {like!r}, which is no ready profile"
        return entry, document.problem((*place, "like"), what, f"known are {', '.join(PROFILES)}")
    profile = parse_document(profile_text(like), like).data
    return {**profile, **entry}, None


def _with_listed_takes(
    entry: dict[str, Any], lines: dict[Place, int], place: Place
) -> dict[str, Any]:
    """A single block of conditions as a list of one."""
    takes = entry.get("takes")
    if not isinstance(takes, dict):
        return entry
    depth = len(place)
    inner = {
        (*place, 0, *found[depth:]): line for found, line in lines.items() if found[:depth] == place
    }
    lines.update(inner)
    return {**entry, "takes": [takes]}


def same_devices(document: Document) -> Iterator[Problem]:
    """Names that two devices have; looked for by capitals and small letters alike."""
    first: dict[str, int] = {}
    entries = document.data.get("devices")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and first.setdefault(name.casefold(), index) != index:
            what = f"is the name of devices[{first[name.casefold()]}] already"
            yield document.problem(("devices", index, "name"), what, "give each its own name")


def misplaced_devices(
    document: Document, devices: Sequence[Device], flows: Sequence[Flow], taken: Mapping[str, Path]
) -> Iterator[Problem]:
    """What is wrong with stages and folders of devices.

    `taken` are folders in which no device may have any of its own, by what they are.
    """
    inputs: dict[Path, int] = {}
    for index, device in enumerate(devices):
        place: Place = ("devices", index)
        yield from _stages(document, place, device, flows)
        path = device.folder / device.input
        if inputs.setdefault(path, index) != index:
            what = f"is the input of devices[{inputs[path]}] already"
            hint = "two devices on one folder would take each other's files"
            yield document.problem((*place, "input"), what, hint)
        for words, other in taken.items():
            if device.folder.is_relative_to(other) or other.is_relative_to(device.folder):
                what = f"is, holds or lies in {words} ({other})"
                hint = "the folders of a device lie outside of the floor's stages and of our own"
                yield document.problem((*place, "folder"), what, hint)
                break


def shared_folders(
    document: Document, devices: Sequence[Device], others: Mapping[str, Path]
) -> Iterator[Problem]:
    """Folders that a device has with someone else: what is for the other would be set aside.

    `others` are folders, by what they are.
    """
    for index, device in enumerate(devices):
        found = device.device()
        own = {Path(found.input), *map(Path, found.result_folders())}
        for words, other in others.items():
            if other in own:
                what = f"has a folder ({other}) that is {words} as well"
                hint = "give each program folders of its own"
                yield document.problem(("devices", index, "folder"), what, hint)


def _stages(
    document: Document, place: Place, device: Device, flows: Sequence[Flow]
) -> Iterator[Problem]:
    keys = {stage.key for flow in flows for stage in flow.stages}
    known = f"known here: {', '.join(sorted(keys))}"
    if device.stage not in keys:
        what = f"names the stage {device.stage!r}, which no flow has"
        yield document.problem((*place, "stage"), what, known)
        return
    for option in ("on_done", "on_failed"):
        target = getattr(device, option)
        if not target or (option, target) == ("on_failed", HOLD):
            continue
        if target == device.stage:
            what = "is the stage of the device itself"
            hint = "leave it out to let jobs stay" if option == "on_done" else "name another one"
            yield document.problem((*place, option), what, hint)
            continue
        for flow in flows:
            if flow.position(device.stage) is not None and flow.position(target) is None:
                what = f"names the stage {target!r}, which the flow {flow.name} does not have"
                yield document.problem((*place, option), what, known)
                break
