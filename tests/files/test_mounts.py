"""What kind of file system a folder lies on."""

from pathlib import Path

import pytest

from hotfolder.files.mounts import is_remote, is_steady, kind_of

# as the kernel writes it (proc_pid_mountinfo(5)); the number of optional fields varies
TABLE = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /proc rw,nosuid - proc proc rw
90 22 0:50 / {shop} rw shared:40 master:2 - nfs4 server:/print rw,vers=4.2
91 90 0:51 / {shop}/two\\040words rw - cifs //server/print rw
92 90 0:52 / {shop}/local rw - fuse.sshfs me@host: rw
93 92 8:2 / {shop}/local rw - xfs /dev/sdb1 rw
94 22 0:60 / {shop}-2 rw - 9p share rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    table = tmp_path / "mountinfo"
    table.write_text(TABLE.format(shop=tmp_path / "shop"))
    return table


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("elsewhere", "ext4"),
        ("shop", "nfs4"),
        ("shop/floor/10-new", "nfs4"),
        ("shop/two words/10-new", "cifs"),
        ("shop/local/10-new", "xfs"),
        ("shop-2", "9p"),
        ("shop-3", "ext4"),
    ],
)
def test_the_mount_that_lies_deepest_and_on_top_counts(
    tmp_path: Path, mounts: Path, folder: str, kind: str
) -> None:
    assert kind_of(tmp_path / folder, mounts) == kind


def test_a_link_is_followed_to_where_its_folder_lies(tmp_path: Path, mounts: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "shop")
    assert kind_of(tmp_path / "link" / "10-new", mounts) == "nfs4"


def test_a_system_that_tells_nothing_is_taken_for_local(tmp_path: Path) -> None:
    assert kind_of(tmp_path, tmp_path / "missing") == ""
    (tmp_path / "odd").write_text("not a table\n\n1 2\n")
    assert kind_of(tmp_path, tmp_path / "odd") == ""
    assert not is_remote("")


def test_this_machine_tells_of_itself() -> None:
    assert kind_of(Path("/proc/self")) == "proc"


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "virtiofs"])
def test_shares_of_other_machines_are_remote(kind: str) -> None:
    assert is_remote(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk"])
def test_disks_of_this_machine_are_not(kind: str) -> None:
    assert not is_remote(kind)
    assert is_steady(kind)


def test_folders_keep_their_numbers_on_nfs_but_not_on_windows_shares() -> None:
    assert is_steady("nfs4")
    assert not is_steady("cifs")
    assert not is_steady("fuse.sshfs")
