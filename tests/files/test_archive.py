"""Lines that only ever grow, whole or not at all, whatever a crash left behind."""

import gzip
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfolder.errors import FloorError
from hotfolder.files.archive import END, add_lines, read_lines
from tests.processes import line_of, other_process
from tests.rights import without_power

FIRST = [f'{{"id": {number}, "name": "Grüße"}}' for number in range(100)]
SECOND = ["two", "", "three"]
ADD_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from hotfolder.errors import FloorError
from hotfolder.files.archive import add_lines
path = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50, resource.RLIM_INFINITY))
try:
    add_lines(path, [str(number) for number in range(10000)])
except FloorError as error:
    print(error, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "signals.jsonl.gz"


def test_lines_are_read_as_they_were_added(path: Path) -> None:
    add_lines(path, FIRST)
    add_lines(path, SECOND)
    add_lines(path, [])
    assert list(read_lines(path)) == FIRST + SECOND
    assert path.stat().st_mode & 0o077 == 0
    assert path.stat().st_size < len("".join(FIRST))


def test_other_programs_can_read_it(path: Path) -> None:
    add_lines(path, FIRST)
    add_lines(path, SECOND)
    done = subprocess.run(["gzip", "-dc", str(path)], capture_output=True, check=True)
    assert done.stdout.decode().splitlines() == FIRST + SECOND
    assert done.stderr == b""


def test_what_stands_there_is_not_written_again(path: Path) -> None:
    add_lines(path, FIRST)
    before = path.read_bytes()
    add_lines(path, SECOND)
    assert path.read_bytes().startswith(before)
    assert path.read_bytes().endswith(END)


@pytest.mark.parametrize("kept", [0, 1, 9, 30, -1, -len(END), -len(END) - 1])
def test_a_torn_end_hides_nothing_of_before_and_nothing_of_after(path: Path, kept: int) -> None:
    add_lines(path, FIRST)
    whole = path.stat().st_size
    add_lines(path, ["torn"] * 50)
    torn = path.read_bytes()[whole:][:kept]
    path.write_bytes(path.read_bytes()[:whole] + torn)
    assert set(read_lines(path)) <= {*FIRST, "torn"}
    assert list(read_lines(path))[: len(FIRST)] == FIRST
    add_lines(path, SECOND)
    assert list(read_lines(path)) == FIRST + SECOND


@pytest.mark.parametrize("rest", [b"\0" * 5000, b"\x1f\x8b\x08 and so on", b"no gzip at all"])
def test_what_a_power_cut_left_behind_is_cut_off(path: Path, rest: bytes) -> None:
    add_lines(path, FIRST)
    with path.open("ab") as file:
        file.write(rest)
    assert list(read_lines(path)) == FIRST
    add_lines(path, SECOND)
    assert list(read_lines(path)) == FIRST + SECOND


def test_a_file_that_was_never_whole_begins_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(gzip.compress(b"half\n")[:10])
    assert list(read_lines(path)) == []
    add_lines(path, SECOND)
    assert list(read_lines(path)) == SECOND


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.text("aé{}", max_size=9), max_size=5), st.integers(0, 200)),
        max_size=6,
    )
)
def test_after_any_number_of_crashes_all_that_was_promised_is_there(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[list[str], int]]
) -> None:
    path = tmp_path_factory.mktemp("archive") / "x.gz"
    promised: list[str] = []
    for lines, torn in story:
        add_lines(path, lines)
        promised += lines
        whole = path.stat().st_size
        add_lines(path, ["a crash comes before this one is told"])
        path.write_bytes(path.read_bytes()[: min(whole + torn, path.stat().st_size - 1)])
    add_lines(path, [])
    assert list(read_lines(path)) == promised


def test_on_a_full_disk_nothing_of_the_lines_is_kept(path: Path) -> None:
    add_lines(path, FIRST)
    before = path.read_bytes()
    with other_process(ADD_ON_A_FULL_DISK, path) as adding:
        assert line_of(adding) == f"{path} can not be written whole"
    assert path.read_bytes() == before


def test_a_place_that_may_not_be_written_or_read_is_told_in_words(path: Path) -> None:
    add_lines(path, FIRST)
    path.chmod(0)
    with pytest.raises(FloorError, match=r"signals\.jsonl\.gz can not be written: Permission"):
        without_power(lambda: add_lines(path, SECOND))
    with pytest.raises(FloorError, match=r"signals\.jsonl\.gz can not be read: Permission"):
        without_power(lambda: list(read_lines(path)))
    with pytest.raises(FloorError, match=r"missing\.gz can not be read: No such file"):
        list(read_lines(path.with_name("missing.gz")))
