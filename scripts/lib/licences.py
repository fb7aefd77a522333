"""Lists the licences of what a lock pins, from the packages that are installed here.

licences.py LOCK TARGET
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
TEXTS = {"Permission is hereby granted, free of charge, to any person": "MIT (by its text)"}
HEAD = """\
# Licences of the packages that Hotfolder needs

Written by `scripts/lock`, as the packages tell it themselves. Hotfolder itself: MIT.

| package | version | licence |
|---|---|---|
"""


def main() -> None:
    lock, target = map(Path, sys.argv[1:])
    rows = [
        f"| {name} | {version} | {licence_of(name)} |"
        for name, version in PINNED.findall(lock.read_text("utf-8"))
    ]
    target.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")


def licence_of(name: str) -> str:
    """As an expression, else by its classifiers, else the first words of what it says."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return "not for this system"
    classifiers = [
        one.rpartition(" :: ")[2]
        for one in told.get_all("Classifier", [])
        if one.startswith("License :: ") and one != "License :: OSI Approved"
    ]
    first = (told.get("License") or "").strip().partition("\n")[0][:60]
    said = told.get("License-Expression") or ", ".join(classifiers) or first
    return said or by_text(name) or "not told"


def by_text(name: str) -> str:
    """The licence whose words lie beside the package."""
    for file in files(name) or []:
        if file.name.upper().startswith(("LICENSE", "LICENCE")):
            text = " ".join(file.read_text("utf-8").split())
            return next((known for words, known in TEXTS.items() if words in text), "")
    return ""


if __name__ == "__main__":
    main()
