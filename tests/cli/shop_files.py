"""Files of a shop that a test changes, and all of them to compare."""

from pathlib import Path


def change(path: Path, *changes: tuple[str, str]) -> None:
    """Each text in the file that must be there becomes another, where it stands first."""
    text = path.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text)


def everything(folder: Path) -> dict[Path, bytes]:
    """All files below the folder, by path."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
