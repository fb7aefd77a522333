import stat
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_file, flush_folder, write_text
from tests.rights import without_power


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_text_is_written_as_utf8_with_plain_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "ticket.json", "Åbenrå\n書\n")
    assert (tmp_path / "ticket.json").read_bytes() == "Åbenrå\n書\n".encode()
    assert names_in(tmp_path) == ["ticket.json"]


def test_a_text_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "ticket.json"
    write_text(path, "a long first text")
    write_text(path, "short")
    assert path.read_text() == "short"


def test_a_file_gets_its_mode_whatever_the_umask(tmp_path: Path) -> None:
    write_text(tmp_path / "shared", "x")
    write_text(tmp_path / "fixed", "x", mode=0o444)
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o664
    assert stat.S_IMODE((tmp_path / "fixed").stat().st_mode) == 0o444


def test_what_a_killed_writer_left_beside_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / ".ticket.json.new").write_text("half a ti")
    write_text(tmp_path / "ticket.json", "whole")
    assert (tmp_path / "ticket.json").read_text() == "whole"
    assert names_in(tmp_path) == ["ticket.json"]


def test_a_full_disk_leaves_the_old_text_and_nothing_half(fs: FakeFilesystem) -> None:
    fs.set_disk_usage(1000, "/")
    folder = Path("/floor")
    folder.mkdir()
    write_text(folder / "ticket.json", "the old text")
    with pytest.raises(FloorError, match=r"/floor/ticket\.json can not be written: No space left"):
        write_text(folder / "ticket.json", "x" * 2000)
    assert (folder / "ticket.json").read_text() == "the old text"
    assert names_in(folder) == ["ticket.json"]


def test_a_folder_that_may_not_be_written_is_told_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(FloorError, match="can not be written: Permission denied"):
        without_power(lambda: write_text(tmp_path / "ticket.json", "x"))
    assert names_in(tmp_path) == []


def test_a_path_below_a_file_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FloorError, match="can not be written: Not a directory"):
        write_text(tmp_path / "file" / "ticket.json", "x")


def test_a_name_that_is_too_long_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(FloorError, match="can not be written: File name too long"):
        write_text(tmp_path / ("x" * 252), "x")
    assert names_in(tmp_path) == []


def test_a_text_that_can_not_take_its_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "ticket.json").mkdir()
    with pytest.raises(FloorError, match="can not be written: Is a directory"):
        write_text(tmp_path / "ticket.json", "x")
    assert names_in(tmp_path) == ["ticket.json"]


def test_what_is_there_can_be_made_durable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    flush_file(tmp_path / "file")
    flush_folder(tmp_path)
    assert (tmp_path / "file").read_text() == "x"


def test_what_is_not_there_can_not_be_made_durable(tmp_path: Path) -> None:
    with pytest.raises(FloorError, match="none can not be made durable: No such file"):
        flush_file(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(FloorError, match="can not be made durable: Not a directory"):
        flush_folder(tmp_path / "file")
