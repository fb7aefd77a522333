"""The house keeps its shape: arrows, rooms of third-party packages, sizes.

The arrows themselves stand in pyproject.toml ([tool.importlinter]). Here they are run, and it is
proved that each of them bites.
"""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hotfolder"

MODULE_LINES = 300
FUNCTION_LINES = 40

# Imports inside functions, each with its reason: {"hotfolder.cli.main -> hotfolder.daemon": "..."}
LATE_IMPORTS: dict[str, str] = {
    "hotfolder.cli.common -> hotfolder.config.check": "pydantic and all models: not for a list",
    "hotfolder.cli.signals -> hotfolder.services.compact_signals": "all services: for --archive",
    "hotfolder.cli.signals -> hotfolder.shopfront": "all doors: for --archive",
    "hotfolder.cli.test_center -> hotfolder.test_center.server": "FastAPI: 16 MB, not for `run`",
    "hotfolder.files.fonts -> hotfolder.files.font_file": "HarfBuzz: 3 MB, for dockets alone",
    "hotfolder.web.metrics -> hotfolder.web.metrics_text": "1.2 MB, for who asks",
    "hotfolder.formats.docket -> hotfolder.formats.docket_drawing": "40 MB, for dockets alone",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    kept: bool
    words: str


def run_contracts(root: Path) -> Verdict:
    """What import-linter says about the package in this folder."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Verdict(kept=done.returncode == 0, words=done.stdout + done.stderr)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package with its contracts, to be spoiled; unbuilt rooms stand empty in it."""
    shutil.copytree(PACKAGE, tmp_path / "hotfolder", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for contract in contracts():
        for names in contract.values():
            for name in names if isinstance(names, list) else []:
                add_room(tmp_path, name.partition(" ")[0])
    return tmp_path


def contracts() -> list[dict[str, object]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        tools = tomllib.load(file)["tool"]
    return list(tools["importlinter"]["contracts"])


def add_room(root: Path, name: str) -> None:
    """Gives the room of this module an empty package, unless it is built."""
    package, _, rest = name.partition(".")
    room = root / package / rest.partition(".")[0]
    if package == "hotfolder" and not room.with_suffix(".py").exists():
        room.mkdir(exist_ok=True)
        (room / "__init__.py").touch()


def write_module(root: Path, name: str, text: str) -> None:
    """Adds a line to a module, which is made if it is missing."""
    path = root.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


def test_all_arrows_point_down(house: Path) -> None:
    verdict = run_contracts(house)

    assert verdict.kept, verdict.words


BAD_ARROWS = [
    # up
    ("hotfolder.errors", "hotfolder.domain"),
    ("hotfolder.domain.wrong", "hotfolder.store"),
    ("hotfolder.domain.wrong", "hotfolder.formats"),
    ("hotfolder.store.wrong", "hotfolder.services"),
    ("hotfolder.services.wrong", "hotfolder.web"),
    ("hotfolder.services.wrong", "hotfolder.logs"),
    ("hotfolder.watch.wrong", "hotfolder.app"),
    ("hotfolder.app", "hotfolder.daemon"),
    ("hotfolder.daemon", "hotfolder.cli"),
    ("hotfolder.app", "hotfolder.reload"),
    ("hotfolder.reload", "hotfolder.daemon"),
    # sideways
    ("hotfolder.formats.wrong", "hotfolder.files"),
    ("hotfolder.store.wrong", "hotfolder.config"),
    ("hotfolder.net.wrong", "hotfolder.store"),
    ("hotfolder.web.wrong", "hotfolder.watch"),
    ("hotfolder.loops", "hotfolder.timers"),
    ("hotfolder.test_center.wrong", "hotfolder.formats"),
    ("hotfolder.services.take_order", "hotfolder.services.close_day"),
    ("hotfolder.services.shop", "hotfolder.services.recover"),
    # past the services
    ("hotfolder.services.wrong", "hotfolder.net"),
    ("hotfolder.services.wrong", "hotfolder.config"),
    ("hotfolder.web.wrong", "hotfolder.store"),
    ("hotfolder.daemon", "hotfolder.test_center"),
    # out of their rooms
    ("hotfolder.services.wrong", "yaml"),
    ("hotfolder.store.wrong", "pydantic"),
    ("hotfolder.formats.order_json", "xmltodict"),
    ("hotfolder.web.wrong", "requests"),
    ("hotfolder.files.cloudsignal", "urllib3"),
    ("hotfolder.services.wrong", "peewee"),
    ("hotfolder.watch.rounds", "watchdog"),
    ("hotfolder.daemon", "click"),
    ("hotfolder.store.wrong", "loguru"),
    # impure
    ("hotfolder.domain.wrong", "os"),
    ("hotfolder.domain.wrong", "time"),
    ("hotfolder.domain.wrong", "sqlite3"),
    ("hotfolder.domain.wrong", "pathlib"),
]


@pytest.mark.parametrize(("importer", "imported"), BAD_ARROWS)
def test_a_bad_import_is_refused_by_name(house: Path, importer: str, imported: str) -> None:
    if imported.startswith("hotfolder."):
        write_module(house, imported, "")
    write_module(house, importer, f"import {imported}")

    verdict = run_contracts(house)

    assert not verdict.kept
    assert f"{importer} -> {imported} (l." in verdict.words


def test_a_bad_import_inside_a_function_is_refused_as_well(house: Path) -> None:
    write_module(house, "hotfolder.domain.wrong", "def late():\n    import hotfolder.store")

    verdict = run_contracts(house)

    assert not verdict.kept
    assert "hotfolder.domain.wrong -> hotfolder.store (l." in verdict.words


def test_a_new_room_needs_a_place_in_the_house(house: Path) -> None:
    write_module(house, "hotfolder.attic", "")

    verdict = run_contracts(house)

    assert not verdict.kept
    assert "hotfolder.attic" in verdict.words


def test_a_folder_with_modules_is_a_package_or_the_contracts_would_not_see_it() -> None:
    missing = {str(p.parent) for p in modules() if not (p.parent / "__init__.py").exists()}

    assert not missing, "\n".join(sorted(missing))


def test_each_third_party_package_has_a_room() -> None:
    named = {
        package
        for contract in contracts()
        if contract["name"] == "Third-party packages stay in their rooms"
        for package in as_names(contract["forbidden_modules"])
    }
    known = named | sys.stdlib_module_names | {"hotfolder"}
    homeless = [
        f"{importer} imports {imported}"
        for importer, imported, _ in imports()
        if imported.partition(".")[0] not in known
    ]

    assert named, "the contract has lost its name"
    assert not homeless, "\n".join(homeless)


def test_an_import_inside_a_function_has_a_listed_reason() -> None:
    late = {f"{importer} -> {imported}" for importer, imported, is_late in imports() if is_late}

    assert late == set(LATE_IMPORTS)


def test_modules_and_functions_stay_small() -> None:
    found = [
        line for path in modules() for line in too_long(name_of(path), path.read_text("utf-8"))
    ]

    assert not found, "\n".join(found)


def test_what_is_too_long_is_listed_with_its_length() -> None:
    fits = "def f() -> None:\n" + "    pass\n" * (FUNCTION_LINES - 1)
    grown = "class C:\n    def f(self) -> None:\n" + "        pass\n" * FUNCTION_LINES

    assert list(too_long("fits", fits)) == []
    assert list(too_long("grown", grown)) == [f"grown.f has {FUNCTION_LINES + 1} lines"]
    assert list(too_long("module", "x = 1\n" * MODULE_LINES)) == []
    assert list(too_long("module", "x = 1\n" * (MODULE_LINES + 1))) == [
        f"module has {MODULE_LINES + 1} lines"
    ]


def too_long(name: str, text: str) -> Iterator[str]:
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield f"{name} has {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name}.{node.name} has {lines} lines"


def imports() -> Iterator[tuple[str, str, bool]]:
    """Each import: the module it stands in, the module it names, is it inside a function."""
    for path in modules():
        tree = ast.parse(path.read_text("utf-8"))
        late = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for node in ast.walk(function)
        }
        for node in ast.walk(tree):
            for name in imported_by(node):
                yield name_of(path), name, id(node) in late


def imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["hotfolder" if node.level else node.module or ""]
    return []


def modules() -> list[Path]:
    found = sorted(PACKAGE.rglob("*.py"))
    assert found, f"no modules below {PACKAGE}"
    return found


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def as_names(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(name) for name in value]
