"""Checkouts to install from: this one, an earlier commit, and one that is broken on purpose."""

import shutil
import subprocess
from pathlib import Path

from programs import Trouble

ROOT = Path(__file__).parents[2]
INSTALLER = "scripts/install"
SHOWN = "scripts/tour"  # came when the installer was shown to work
BROKEN_STEP = '''"""A step that no other release knows."""

from typing import Any


def up(_migrator: Any, _database: Any) -> None:
    """Changes nothing; that it was taken is enough for an older release to refuse the database."""
'''
BROKEN_WORDS = "this release is broken on purpose"


def this_checkout(target: Path) -> None:
    """What lies here now, committed or not, without what git ignores."""
    if not (ROOT / ".git").exists():
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
        return
    listed = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def earlier_checkout(target: Path, commit: str | None) -> str:
    """A commit, or the first that has this tour; its short name. Raises Trouble."""
    if commit is None:
        found = _git("log", "--diff-filter=A", "--format=%H", "--", SHOWN).split()
        if not found:
            raise Trouble("an earlier commit is needed to upgrade from: name one by --from")
        commit = found[-1].decode()
    packed = _git("archive", commit)
    target.mkdir(parents=True)
    subprocess.run(["tar", "-x", "-C", str(target)], input=packed, check=True)
    if not (target / INSTALLER).exists():
        raise Trouble(f"{commit} has no {INSTALLER}: name a later commit by --from")
    return _git("rev-parse", "--short", commit).decode().strip()


def broken_checkout(target: Path, good: Path) -> None:
    """A copy that brings the database up to date for itself, and then does not start."""
    shutil.copytree(good, target, symlinks=True)
    steps = target / "hotfolder" / "store" / "migrations"
    last = max(int(path.name[:4]) for path in steps.glob("[0-9]*.py"))
    (steps / f"{last + 1:04}_broken.py").write_text(BROKEN_STEP, "utf-8")
    daemon = target / "hotfolder" / "daemon.py"
    text = daemon.read_text("utf-8")
    begin = "def _start(app: App) -> None:\n"
    if begin not in text:
        raise Trouble("the tour does not know how to break this daemon any more")
    fault = f"    raise RuntimeError({BROKEN_WORDS!r})\n"
    daemon.write_text(text.replace(begin, begin + fault), "utf-8")


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)
    if done.returncode:
        raise Trouble(f"git {words[0]}: {done.stderr.decode().strip()}")
    return done.stdout
