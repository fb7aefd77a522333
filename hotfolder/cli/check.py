"""hotfolder check: the configuration, then the world it speaks of. Changes nothing."""

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import click
from click.exceptions import Exit as Ended

from hotfolder.cli.common import Exit, config_option, load, say, tell_problems, told
from hotfolder.config.check import Loaded
from hotfolder.config.label_rules import places_of_labels
from hotfolder.doctor.places import unusable
from hotfolder.doors import build_certificate
from hotfolder.errors import FloorError, Problem, StoreError
from hotfolder.files.aside import same_volume
from hotfolder.files.floor import Floor
from hotfolder.files.lock import told_by_holder
from hotfolder.shopfront import build_archive, build_floor, database_path, lock_paths
from hotfolder.store.database import check_file
from hotfolder.ways_out import docket_template


@click.command
@config_option
def check(config: Path) -> None:
    """Say everything that is wrong, each with its place and what to do."""
    loaded = load(config, needs_keys=True, on_disk=True)
    say(f"{config}: the configuration and {len(loaded.flows)} flow(s) are fine")
    floor = build_floor(loaded)
    with told():
        docket_template(loaded.config.docket)
        build_certificate(loaded.config.intake)
    problems = {
        Exit.FLOOR: [
            *(*_stages(floor), *_volumes(loaded, floor), *_archive(loaded, floor)),
            *(*_devices(loaded), *_labels(loaded), *_manifests(loaded), *_backups(loaded)),
        ],
        Exit.STORE: [*_store(loaded)],
        Exit.CONFIGURATION: [*_trusted(loaded)],
        Exit.FAILED: [*_log_file(loaded), *_ports(loaded)],
    }
    found = [problem for group in problems.values() for problem in group]
    if found:
        tell_problems(found)
        raise Ended(next(code for code, group in problems.items() if group))
    say(f"{len(floor.stages)} stage folders, the database and the ports are fine")


def _stages(floor: Floor) -> Iterator[Problem]:
    for which, words, hint in unusable(floor):
        yield Problem(which, words, hint)


def _volumes(loaded: Loaded, floor: Floor) -> Iterator[Problem]:
    """A job appears in a first stage or one beside the flows by one rename, so on one volume."""
    spool = loaded.spool_path
    if not spool.is_dir():
        yield Problem("floor.spool", f"{spool} is not there", "make it with `hotfolder prepare`")
        return
    firsts = {flow.first.key for flow in loaded.flows}
    later = {stage.key for flow in loaded.flows for stage in flow.stages} - firsts
    for key in floor.stages:
        if key in later:
            continue
        stage = floor.stage_path(key)
        if stage.is_dir() and stage.stat().st_dev != spool.stat().st_dev:
            hint = f"set floor.spool to a folder on the volume of {stage}"
            yield Problem("floor.spool", f"{spool} is not on the volume of stage {key}", hint)


def _archive(loaded: Loaded, floor: Floor) -> Iterator[Problem]:
    """A finished job leaves its stage for the spool by one rename, and then the floor's disk."""
    archive = build_archive(loaded)
    if archive.keep.after is None:
        return
    try:
        archive.place.check()
    except FloorError as error:
        yield Problem("archive.path", str(error))
    for key in {flow.stages[-1].key for flow in loaded.flows}:
        with suppress(FloorError):
            if not same_volume(floor.stage_path(key), loaded.spool_path):
                what = f"stage {key} is not on the volume of {loaded.spool_path}"
                hint = "its finished jobs are not archived until floor.spool is on its volume"
                yield Problem("floor.spool", what, hint)


def _devices(loaded: Loaded) -> Iterator[Problem]:
    """Folders that a device has to have; they are its own and are not made by us."""
    for index, one in enumerate(loaded.config.devices):
        device = one.device()
        for folder in map(Path, dict.fromkeys((device.input, *device.result_folders()))):
            where, hint = f"devices[{index}]", "mount it, or let the device make its folders"
            if not folder.is_dir():
                yield Problem(where, f"{folder} of the device {device.name} is not there", hint)
            elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                what = f"{folder} of the device {device.name} can not be read and written"
                yield Problem(where, what, "let the user that runs Hotfolder do both")


def _labels(loaded: Loaded) -> Iterator[Problem]:
    """Folders of label programs belong to these: they are never made here."""
    for (_, index, part, name), path in places_of_labels(loaded.config.labels):
        hint = "let it read and write there; else replies stay where they are"
        yield from _place_of_others(f"labels[{index}].{part}.{name}", path, hint)


def _manifests(loaded: Loaded) -> Iterator[Problem]:
    if path := loaded.config.day.manifest:
        hint = "let it read and write there; else no manifest can be taken"
        yield from _place_of_others("day.manifest", path, hint)


def _backups(loaded: Loaded) -> Iterator[Problem]:
    if loaded.config.backup.every_hours and (path := loaded.config.backup.folder):
        hint = "let it read and write there; else no backup can be made"
        yield from _place_of_others("backup.folder", path, hint)


def _place_of_others(where: str, path: Path, hint: str) -> Iterator[Problem]:
    if not path.is_dir():
        yield Problem(where, f"{path} is not there", "mount or make it")
    elif not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield Problem(where, f"{path} can not be read and written by this user", hint)


def _store(loaded: Loaded) -> Iterator[Problem]:
    try:
        check_file(database_path(loaded))
    except StoreError as error:
        yield Problem("state.path", str(error), "see the words; nothing was changed")


def _trusted(loaded: Loaded) -> Iterator[Problem]:
    """Files of certificates: without one that is named nothing goes out that way."""
    signals, alerts = loaded.config.signals, loaded.config.alerts
    for option, path in (
        ("signals.ca_file", signals.ca_file),
        ("alerts.mail_ca_file", alerts.mail_ca_file),
        ("alerts.webhook_ca_file", alerts.webhook_ca_file),
    ):
        try:
            ssl.create_default_context(cafile=path)
        except OSError as error:
            why = getattr(error, "reason", "") or error.strerror
            hint = "name a PEM file of certificates that the user of Hotfolder can read"
            yield Problem(option, f"{path} can not be used: {why}", hint)


def _log_file(loaded: Loaded) -> Iterator[Problem]:
    file = loaded.config.log.file
    if file is None:
        return
    there = next(path for path in (file, *file.parents) if path.exists())
    is_fit = there.is_dir() is (there != file)  # folders that are missing are made
    if not is_fit or not os.access(there, os.W_OK):
        hint = "name a file where the user that runs Hotfolder may write, or null"
        yield Problem("log.file", f"{file} can not be written by this user", hint)


def _ports(loaded: Loaded) -> Iterator[Problem]:
    """Whether the ports are free, asked only when it is not our own daemon that has them."""
    if told_by_holder(lock_paths(loaded)[0]) is not None:
        return
    config = loaded.config
    with ExitStack() as both:  # of two doors with one port the second is in the way of the first
        for option, door in (("intake.port", config.intake), ("house.port", config.house)):
            family = socket.AF_INET6 if ":" in door.host else socket.AF_INET
            try:
                probe = both.enter_context(socket.socket(family, socket.SOCK_STREAM))
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((door.host, door.port))
                probe.listen()
            except OSError as error:
                words = f"port {door.port} of {door.host} can not be used: {error.strerror}"
                yield Problem(option, words, "stop the other program or choose another port")
