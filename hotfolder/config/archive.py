"""The section `archive`: what becomes of the folders of finished jobs."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from hotfolder.config.section import Section
from hotfolder.config.values import LocalPath


class Archive(Section):
    after_days: int = Field(
        0,
        ge=0,
        le=3650,
        description="Days after a job was finished or canceled until its folder goes to the"
        " archive; 0: never",
    )
    form: Literal["zip", "folder"] = Field(
        "zip", description="What becomes of a job folder: one zip file, or a folder as it was"
    )
    path: LocalPath = Field(
        Path("archive"),
        description="Place of the archive, with a folder for each month; it may be on another disk",
    )
