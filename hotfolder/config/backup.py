"""The section `backup`: copies of the database that the daemon makes by itself."""

from pydantic import Field

from hotfolder.config.section import Section
from hotfolder.config.values import LocalPath


class Backup(Section):
    folder: LocalPath | None = Field(
        None,
        description="Where copies of the database go, best on another disk or machine; a folder"
        " of your own has to be there. null: backups below the state folder",
    )
    every_hours: float = Field(
        6, ge=0, le=8760, allow_inf_nan=False, description="Hours between two copies; 0: never"
    )
    keep: int = Field(
        28, ge=1, le=10_000, description="How many copies are kept; the oldest ones go first"
    )
