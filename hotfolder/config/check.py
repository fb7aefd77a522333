"""The configuration and the flows of a shop, or every Problem of both at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotfolder.config.alerts import alert_problems
from hotfolder.config.device_rules import (
    misplaced_devices,
    same_devices,
    shared_folders,
    with_profiles,
)
from hotfolder.config.flows import FlowTexts, read_flows, understood
from hotfolder.config.keys import interfaces, others, resolve_keys
from hotfolder.config.label_rules import (
    label_names,
    label_problems,
    manifest_problems,
    mixed_up_labels,
    places_of_labels,
    with_label_profiles,
)
from hotfolder.config.load import Document, Place, in_file_order
from hotfolder.config.model import Config
from hotfolder.config.paths import read_config, resolved
from hotfolder.config.shape import shape
from hotfolder.config.sides import side_stages
from hotfolder.domain.flow import Flow, Stage
from hotfolder.errors import ConfigError, Problem

InUse = Callable[[Path], Mapping[str, str] | None]  # flow files of the daemon of a state folder
USUAL_SIGNALS = "cloudsignal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a shop is set up to be. All paths are absolute; none needs to exist yet.

    `flow_texts` are the files that the flows stand in, by name.
    """

    config: Config
    flows: tuple[Flow, ...]
    flow_texts: Mapping[str, str]
    config_path: Path
    floor_path: Path
    spool_path: Path
    state_path: Path
    flows_path: Path

    @property
    def sides(self) -> tuple[Stage, ...]:
        """The stages beside all flows, such as hold."""
        return side_stages(self.config.beside)


def load_shop(
    config_path: Path, environ: Mapping[str, str] | None, in_use: InUse | None = None
) -> Loaded:
    """The configuration at `config_path` with its flows and keys.

    Without an `environ` the keys that should stand in it are empty, for who needs none. With
    `in_use` the flows are those that the daemon uses, when one runs; otherwise those on disk.
    Raises ConfigError with every Problem of the configuration and of all flow files. Looks at no
    folder but those of the flows and the state.
    """
    config_path = config_path.absolute()
    document = read_config(config_path)
    config, problems = check_config(document, config_path.parent, environ)
    kept = in_use(config.state.path) if in_use and config else None
    texts = FlowTexts(texts=kept or {})
    flows: tuple[Flow, ...] = ()
    try:
        if kept:
            flows = understood(texts)
        else:
            texts = _flow_texts(document, config_path.parent)
            flows = _flows_in(texts, document)
    except ConfigError as error:
        problems += error.problems
    if config is None or problems:
        raise ConfigError(problems)
    loaded = _loaded(config, flows, texts, config_path)
    if clashes := [
        *_places_in_stages(loaded, document),
        *_devices(loaded, document),
        *_manifests_among_labels(loaded, document),
        *mixed_up_labels(document, loaded.config.labels),
    ]:
        raise ConfigError(clashes)
    return loaded


def check_config(
    document: Document, folder: Path, environ: Mapping[str, str] | None
) -> tuple[Config | None, list[Problem]]:
    """The document as a Config, where it can be one, and every Problem of it.

    Relative paths start at `folder`.
    """
    document = with_label_profiles(with_profiles(document), folder)
    data, key_problems = resolve_keys(document, folder, environ)
    config, misfits = shape(Config, document, data, folder)
    names = [*_same_names(document, interfaces(data)), *_same_names(document, others(data))]
    names += [*same_devices(document), *label_problems(document), *manifest_problems(document)]
    rules = [*_signal_ways(document, data), *alert_problems(document)]
    rules += _half_of_tls(document, data)
    return config, in_file_order([*document.problems, *misfits, *key_problems, *names, *rules])


def _same_names(
    document: Document, entries: Iterable[tuple[Place, Mapping[str, Any]]]
) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for place, interface in entries:
        name = interface.get("name")
        if isinstance(name, str) and first.setdefault(name, place) is not place:
            what = f"is the name of {place[-2]}[{first[name][-1]}] already"
            yield document.problem((*place, "name"), what, "give each interface its own name")


def _signal_ways(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    names = {entry.get("name") for _, entry in others(data)}
    for place, entry in others(data):
        if entry.get("name") == USUAL_SIGNALS:
            what = "is the name of the usual CloudSignal interface"
            yield document.problem((*place, "name"), what, "choose another word")
    for place, interface in interfaces(data):
        wanted = interface.get("signals_to")
        if isinstance(wanted, str) and wanted and wanted not in names:
            what = f"names {wanted!r}, which is not in signals.others"
            yield document.problem((*place, "signals_to"), what, "add it there or leave this out")


def _half_of_tls(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    intake = data.get("intake")
    if not isinstance(intake, dict):
        return
    for name, other in (("tls_certificate", "tls_key"), ("tls_key", "tls_certificate")):
        if intake.get(name) and not intake.get(other):
            hint = f"name {other} as well, or leave both out for HTTP"
            yield document.problem(("intake", name), f"has no {other} with it", hint)


def flows_of(document: Document, folder: Path) -> tuple[Flow, ...]:
    """The flows that a configuration names; relative paths start at `folder`.

    Nothing else of it is looked at but the names of its interfaces. Raises ConfigError.
    """
    return _flows_in(_flow_texts(document, folder), document)


def _flow_texts(document: Document, folder: Path) -> FlowTexts:
    """The flow files on disk; none when their folder is named as a problem of the configuration."""
    section = document.data.get("flows")
    written = section.get("path", "flows") if isinstance(section, dict) else "flows"
    if not isinstance(written, str) or not written.strip():
        return FlowTexts(texts={})
    try:
        path = resolved(written, folder)
    except ValueError:
        return FlowTexts(texts={})
    name = str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
    return read_flows(path, name=name, where=document.where(("flows", "path")))


def _flows_in(texts: FlowTexts, document: Document) -> tuple[Flow, ...]:
    known = [f"{entry.get('name')}" for _, entry in interfaces(document.data)]
    return understood(texts, known, label_names(document))


def _loaded(config: Config, flows: tuple[Flow, ...], texts: FlowTexts, config_path: Path) -> Loaded:
    floor = config.floor.path
    return Loaded(
        config=config,
        flows=flows,
        flow_texts=texts.texts,
        config_path=config_path,
        floor_path=floor,
        spool_path=config.floor.spool or floor / ".hotfolder" / "spool",
        state_path=config.state.path,
        flows_path=config.flows.path,
    )


def _places_in_stages(loaded: Loaded, document: Document) -> Iterator[Problem]:
    """Our own files in a stage folder would be taken for jobs, by us or by a RIP."""
    stages = {loaded.floor_path / stage.folder for flow in loaded.flows for stage in flow.stages}
    beside = loaded.config.beside
    for name in ("hold", "delayed", "canceled", "archive"):
        side = loaded.floor_path / getattr(beside, name)
        if any(side.is_relative_to(other) or other.is_relative_to(side) for other in stages):
            what = "is, holds or lies in another stage folder"
            hint = "name a folder beside the stages"
            yield document.problem(("beside", name), what, hint)
        stages |= {side}
    places: Sequence[tuple[Place, Path | None]] = (
        (("floor", "spool"), loaded.spool_path),
        (("state", "path"), loaded.state_path),
        (("flows", "path"), loaded.flows_path),
        (("archive", "path"), loaded.config.archive.path),
        (("day", "lists"), loaded.config.day.lists),
        (("day", "manifest"), loaded.config.day.manifest),
        *places_of_labels(loaded.config.labels),
    )
    for place, path in places:
        if path and any(path.is_relative_to(stage) for stage in stages):
            yield document.problem(place, "lies in a stage folder", "name a folder outside")
    if loaded.config.archive.path.is_relative_to(loaded.spool_path):
        hint = "name a folder outside; the default is beside the configuration"
        yield document.problem(("archive", "path"), "lies in floor.spool", hint)
    if any(stage.is_relative_to(loaded.spool_path) for stage in stages):
        what = "holds stage folders"
        yield document.problem(("floor", "spool"), what, "name a folder that holds nothing else")


def _manifests_among_labels(loaded: Loaded, document: Document) -> Iterator[Problem]:
    """Whoever looks there first would take the files of the other."""
    if loaded.config.day.manifest in [path for _, path in places_of_labels(loaded.config.labels)]:
        what, hint = "is the folder of a label program", "name a folder of its own"
        yield document.problem(("day", "manifest"), what, hint)


def _devices(loaded: Loaded, document: Document) -> Iterator[Problem]:
    stages = [*(stage for flow in loaded.flows for stage in flow.stages), *loaded.sides]
    taken = {f"the stage {stage.key}": loaded.floor_path / stage.folder for stage in stages}
    taken |= {"floor.spool": loaded.spool_path, "state.path": loaded.state_path}
    taken |= {"archive.path": loaded.config.archive.path}
    yield from misplaced_devices(document, loaded.config.devices, loaded.flows, taken)
    config = loaded.config
    foreign = {
        f"{place[0]}[{place[1]}].{place[2]}": path
        for place, path in places_of_labels(config.labels)
    }
    foreign |= {"day.lists": config.day.lists}
    foreign |= {"day.manifest": config.day.manifest} if config.day.manifest else {}
    yield from shared_folders(document, config.devices, foreign)
