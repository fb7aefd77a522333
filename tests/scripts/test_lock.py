"""What is pinned is what the program asks for: each file by hash, each package with a licence."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)((?:.*\\\n)*.*)", re.MULTILINE)


def pinned(name: str) -> dict[str, tuple[Version, str]]:
    """By package, its version, and all that is said of its files."""
    text = (SCRIPTS / name).read_text("utf-8")
    return {one: (Version(version), rest) for one, version, rest in PINNED.findall(text)}


def wanted() -> list[Requirement]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [Requirement(line) for line in data["project"]["dependencies"]]


def test_every_package_that_the_program_needs_is_pinned_as_it_allows() -> None:
    found = pinned("requirements.lock")
    for requirement in wanted():
        version, _ = found[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, f"{requirement}: run scripts/lock"


@pytest.mark.parametrize("name", ["requirements.lock", "build.lock"])
def test_every_pinned_package_has_hashes_and_no_place_that_is_somebodys_own(name: str) -> None:
    for package, (_, rest) in pinned(name).items():
        assert "--hash=sha256:" in rest, package
    assert "://" not in (SCRIPTS / name).read_text("utf-8")


def test_every_pinned_package_tells_its_licence() -> None:
    text = (SCRIPTS / "licences.md").read_text("utf-8")
    for package, (version, _) in pinned("requirements.lock").items():
        assert f"| {package} | {version} |" in text, "run scripts/lock"
    assert "not told" not in text


def test_no_licence_asks_for_more_than_the_program_can_give() -> None:
    text = (SCRIPTS / "licences.md").read_text("utf-8")
    assert not re.search(r"\| [^|]*(?<!L)(AGPL|GPL-3|GPLv3)[^|]*\|$", text, re.MULTILINE)
