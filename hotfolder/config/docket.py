"""The template of dockets as plain data: ours, or a shop's own file."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from hotfolder.config.load import read_text
from hotfolder.errors import ConfigError, Problem


def docket_data(page: str, template: Path | None) -> Any:
    """The content of the template; None when the shop wants no docket. Raises ConfigError."""
    if template is not None:
        text = read_text(template, "docket.template", missing_hint="make the file, or leave it out")
    elif page == "none":
        return None
    else:
        text = (files("hotfolder.config") / "dockets" / f"{page}.yaml").read_text(encoding="utf-8")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{template}:{mark.line + 1}" if mark else str(template)
        raise ConfigError([Problem(where, "is not valid YAML", "compare with a5.yaml")]) from None
