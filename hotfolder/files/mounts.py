"""What kind of file system a folder lies on, as the kernel tells it."""

import os
import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")

# Changes that others make there are not announced to this machine (inotify(7), limitations).
REMOTE = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse", "glusterfs", "gpfs"),
        *("lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "pvfs2", "smb3"),
        *("smbfs", "vboxsf", "virtiofs", "vmhgfs"),
    }
)
# Of those the ones whose numbers of folders are the server's own and stay (nfs(5), mount.cifs(8)).
STEADY = frozenset({"ceph", "gpfs", "lustre", "nfs", "nfs4", "ocfs2"})


def kind_of(path: Path, mounts: Path = MOUNTS) -> str:
    """The type of the file system at `path`, such as ext4 or nfs4; empty when nobody tells."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
        real = os.path.realpath(path)
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, told = before.split(" "), after.split(" ")
        if len(fields) > 4 and _is_below(real, _plain(fields[4])) and len(fields[4]) >= len(best):
            best, kind = fields[4], told[0]  # of two at one place the later one lies on top
    return kind


def is_remote(kind: str) -> bool:
    """True where others change files without this machine being told."""
    return kind in REMOTE or kind.startswith("fuse.")


def is_steady(kind: str) -> bool:
    """True where the number of a folder stays the same and no other folder has it."""
    return not is_remote(kind) or kind in STEADY


def _is_below(path: str, mount: str) -> bool:
    return mount in ("/", path) or path.startswith(f"{mount}/")


def _plain(text: str) -> str:
    """Blanks and the like are written as octal numbers (proc_pid_mountinfo(5))."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
