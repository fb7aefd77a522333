"""Samba: settings of the floor's share that hurt. Nothing of them is changed."""

import configparser
import subprocess
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from hotfolder.doctor.line import Line, bad, fine, warn
from hotfolder.domain.noise import MARKER_NAME, NOTES_NAME
from hotfolder.domain.ticket import OUR_NAMES

SMB_CONF = Path("/etc/samba/smb.conf")
TESTPARM_SECONDS = 20
YES = frozenset({"yes", "true", "1", "on"})
NO = frozenset({"no", "false", "0", "off"})
WRITE_FOR_GROUP = 0o020
Share = Mapping[str, str]

# setting, its default (smb.conf(5)), values that hurt, whether it fails, what happens, what to set
RULES = (
    ("fake oplocks", "no", YES, True, "clients keep writes to themselves: files get lost", "no"),
    ("preserve case", "yes", NO, True, "names of job files are changed", "yes"),
    ("short preserve case", "yes", NO, True, "names of job files are changed", "yes"),
    ("oplocks", "yes", YES, False, "clients may show and keep what is older than the floor", "no"),
    ("kernel oplocks", "no", YES, False, "each look of ours breaks what clients hold", "no"),
    ("strict rename", "no", YES, False, "drags fail while a file in the folder is open", "no"),
    ("case sensitive", "auto", YES, False, "Windows meets two names that differ in case", "auto"),
    ("follow symlinks", "yes", NO, False, "linked files of jobs can not be opened", "yes"),
)
OBJECTS = {
    "recycle": "deleted job folders stay on the floor, in a folder of Samba",
    "worm": "folders can not be moved after a while",
    "readonly": "nothing can be moved",
    "media_harmony": "each client sees other names",
}


def samba(floor: Path, stages: list[Path], conf: Path) -> Iterator[Line]:
    """What a share of the floor should not have; one line when there is no Samba here."""
    shares = read_shares(conf)
    if shares is None:
        yield fine("samba", f"no {conf}: the floor is not shared by Samba from here")
        return
    ours = {name: share for name, share in shares.items() if _covers(share, floor)}
    parts = [name for name, share in shares.items() if _path(share) in stages]
    if parts:
        words = f"stage folders are shared one by one ({', '.join(sorted(parts))})"
        hint = "share the floor itself, once: between two shares a drag is a copy"
        yield warn("samba", words, hint)
    if not ours and not parts:
        yield fine("samba", f"no share in {conf} holds the floor")
    for name, share in ours.items():
        wrong = [*_judged(name, share)]
        yield from wrong or [fine("samba", f"the share {name} has nothing that hurts")]


def read_shares(conf: Path) -> dict[str, Share] | None:
    """The shares with the settings of [global] as their defaults; None when there is no Samba.

    By testparm, which knows includes and other names of settings; without it as it is written.
    """
    if not conf.is_file():
        return None
    parser = configparser.ConfigParser(
        interpolation=None,
        strict=False,
        allow_no_value=True,
        default_section="global",
        delimiters=("=",),
    )
    try:
        parser.read_string(_tested(conf) or conf.read_text("utf-8", "replace"))
    except (OSError, configparser.Error):
        return {}
    return {
        name: {key.strip().lower(): (value or "").strip() for key, value in parser[name].items()}
        for name in parser.sections()
    }


def _tested(conf: Path) -> str:
    command = ["testparm", "-s", "-l", str(conf)]
    try:
        done = subprocess.run(  # noqa: S603 (a fixed program, its argument a path)
            command, capture_output=True, text=True, timeout=TESTPARM_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _path(share: Share) -> Path | None:
    written = share.get("path") or share.get("directory")
    return Path(written).resolve() if written else None


def _covers(share: Share, floor: Path) -> bool:
    path = _path(share)
    return path is not None and (floor.resolve() == path or path in floor.resolve().parents)


def _judged(name: str, share: Share) -> Iterator[Line]:
    topic = f"samba share {name}"
    for setting, default, hurts, fails, what, better in RULES:
        if share.get(setting, default).lower() in hurts:
            judge = bad if fails else warn
            yield judge(
                topic, f"{setting} = {share.get(setting, default)}: {what}", _set(setting, better)
            )
    if _is_read_only(share):
        yield bad(topic, "it can only be read: nobody can move a job", _set("read only", "no"))
    yield from _vetoed(topic, share)
    for word in share.get("vfs objects", "").split():
        if word in OBJECTS:
            yield warn(topic, f"vfs objects has {word}: {OBJECTS[word]}", f"take {word} out of it")
    for setting in ("create mask", "directory mask"):
        mask = share.get(setting, "")
        if mask and _octal(mask) is not None and not (_octal(mask) or 0) & WRITE_FOR_GROUP:
            words = f"{setting} = {mask}: what one operator makes nobody else can move"
            yield warn(topic, words, _set(setting, "0660" if "create" in setting else "2770"))


def _is_read_only(share: Share) -> bool:
    for setting in ("writeable", "writable", "write ok"):
        if setting in share:
            return share[setting].lower() in NO
    return share.get("read only", "yes").lower() not in NO


def _vetoed(topic: str, share: Share) -> Iterator[Line]:
    patterns = [one for one in share.get("veto files", "").split("/") if one]
    names = (*OUR_NAMES, MARKER_NAME, NOTES_NAME, "000000010000_book.pdf")
    hidden = [
        name
        for name in names
        if any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)
    ]
    if hidden:
        words = f"veto files hides {', '.join(hidden)}: such folders can not be moved or opened"
        yield bad(topic, words, "take these out of veto files; hide dot files = yes hides markers")
    elif patterns and share.get("delete veto files", "no").lower() not in YES:
        words = "veto files without delete veto files: folders with such files can not be moved"
        yield warn(topic, words, _set("delete veto files", "yes"))


def _set(setting: str, value: str) -> str:
    return f"set {setting} = {value} for this share, then: smbcontrol all reload-config"


def _octal(text: str) -> int | None:
    try:
        return int(text, 8)
    except ValueError:
        return None
