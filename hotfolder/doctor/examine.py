"""The whole examination of a shop's world; nothing is changed and nobody is called."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hotfolder.config.check import Loaded
from hotfolder.config.model import Config
from hotfolder.doctor import doors, machine, memory, places
from hotfolder.doctor.line import Level, Line, fine, warn
from hotfolder.doctor.samba import SMB_CONF, samba
from hotfolder.files.floor import Floor
from hotfolder.files.lock import told_by_holder
from hotfolder.files.mounts import MOUNTS
from hotfolder.shopfront import backup_place, build_floor, database_path, lock_paths, signal_places


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Where the machine tells about itself."""

    proc: Path = Path("/proc")
    mounts: Path = MOUNTS
    smb_conf: Path = SMB_CONF


def examine(
    config_path: Path, loaded: Loaded, now: datetime, world: World | None = None
) -> list[Line]:
    """One line for each thing that was looked at, well or not."""
    world = world or World()
    floor = build_floor(loaded)
    return [
        *machine.this_machine(now.date()),
        *machine.inotify(world.proc, len(floor.stages)),
        *machine.clock(now, _written(loaded), machine.clock_state()),
        *places.user(loaded.state_path),
        *places.disks(_places(loaded), world.mounts),
        *places.stages(floor),
        *places.renames(floor, loaded.spool_path, _firsts(loaded, floor)),
        *places.secrets(config_path, _key_files(loaded.config), database_path(loaded)),
        *samba(loaded.floor_path, sorted(floor.paths().values()), world.smb_conf),
        *memory.database(database_path(loaded)),
        *_backups(loaded, now),
        *_told(loaded),
        *_doors(loaded, now),
        *doors.way_out(_ways_out(loaded.config)),
    ]


def worst(lines: list[Line]) -> Level:
    """Fail before warn before ok."""
    levels = {line.level for line in lines}
    return next((one for one in (Level.FAIL, Level.WARN) if one in levels), Level.OK)


def _places(loaded: Loaded) -> dict[str, Path]:
    found = {"state": loaded.state_path, "floor": loaded.floor_path, "spool": loaded.spool_path}
    config = loaded.config
    if config.archive.after_days:
        found["archive"] = config.archive.path
    if config.backup.folder is not None:
        found["backup"] = config.backup.folder
    for one in config.devices:
        found[f"device {one.name}"] = Path(one.device().input)
    return found


def _firsts(loaded: Loaded, floor: Floor) -> frozenset[str]:
    """Where jobs appear: first stages, and those beside the flows."""
    later = {stage.key for flow in loaded.flows for stage in flow.stages[1:]}
    firsts = {flow.first.key for flow in loaded.flows}
    return frozenset(firsts | (floor.stages.keys() - later))


def _key_files(config: Config) -> list[Path]:
    """All files that hold a key, a password or an address that is one."""
    intake, alerts = config.intake, config.alerts
    files = [file for one in intake.interfaces for file in (one.key_file, one.basic_password_file)]
    files += [one.key_file for one in signal_places(config).values()]
    files += [intake.tls_key, alerts.mail_password_file, alerts.webhook_url_file]
    return [file for file in files if file is not None]


def _written(loaded: Loaded) -> datetime | None:
    """When the store was written last, by the clock of its disk."""
    path = database_path(loaded)
    times = [
        one.stat().st_mtime for one in (path, path.with_name(f"{path.name}-wal")) if one.exists()
    ]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _backups(loaded: Loaded, now: datetime) -> Iterator[Line]:
    place = backup_place(loaded)
    return memory.backups(place.folder, place.every, now, place.database, own=place.own)


def _doors(loaded: Loaded, now: datetime) -> Iterator[Line]:
    running = told_by_holder(lock_paths(loaded)[0]) is not None
    intake = loaded.config.intake
    certificate = getattr(intake, "tls_certificate", None)
    if certificate is not None:
        yield from doors.certificate_file(certificate, now)
    house = loaded.config.house
    yield from doors.port("orders", intake.host, intake.port, running=running)
    yield from doors.port("health and metrics", house.host, house.port, running=running)


def _ways_out(config: Config) -> dict[str, str]:
    """What this machine itself has to reach: behind a proxy that knows the rest, only the proxy."""
    if config.signals.proxy is not None:
        return {"the proxy": config.signals.proxy.get_secret_value()}
    return {name: one.url for name, one in signal_places(config).items()}


def _told(loaded: Loaded) -> Iterator[Line]:
    given = loaded.config.alerts
    ways = {"mail": given.mail_server, "webhook": given.webhook_url, "command": given.command}
    if any(ways.values()):
        names = ", ".join(name for name, value in ways.items() if value)
        yield fine("alerts", f"trouble is told by {names}; try it: hotfolder alerts test")
    else:
        hint = "set mail_server and mail_to, webhook_url or command in the section alerts"
        yield warn("alerts", "nobody is told when something is wrong", hint)
