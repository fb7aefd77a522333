"""The section `downloads`: how the files of an order are fetched."""

from pydantic import Field

from hotfolder.config.section import Section
from hotfolder.config.values import Parallel, Seconds


class Downloads(Section):
    parallel: Parallel = Field(4, description="Files fetched at the same time")
    per_host: Parallel = Field(
        3,
        description="Files fetched at the same time from one server; always less than parallel, so"
        " that none takes up all",
    )
    attempts: int = Field(
        5,
        ge=1,
        le=100,
        description="How often files are tried that are not there, not whole, too slow or not as"
        " ordered before the job is held",
    )
    hold_after_hours: float = Field(
        4,
        ge=0.1,
        le=720,
        allow_inf_nan=False,
        description="How long a job waits for its files while their server is away or has a fault"
        " before it is held",
    )
    size_limit_mib: int = Field(2048, ge=1, description="Largest file that is fetched, in MiB")
    connect_timeout_seconds: Seconds = Field(10, description="Longest wait for a connection")
    idle_timeout_seconds: Seconds = Field(30, description="Longest silence in a transfer")
    total_timeout_seconds: float = Field(
        3600,
        ge=1,
        le=86400,
        allow_inf_nan=False,
        description="Longest time for one file; the next try goes on where the server allows",
    )
    least_speed_kib: int = Field(
        1,
        ge=0,
        le=10240,
        description="Least speed in KiB a second, over a minute; a file that comes more slowly is"
        " left and tried again later. 0 allows any speed",
    )
    keep_free_mib: int = Field(
        512, ge=0, description="Disk space that stays free beside what is fetched, in MiB"
    )
    allow_private_addresses: bool = Field(
        default=False,
        description="Whether orders may name files on loopback and private addresses",
    )

    @property
    def from_one_server(self) -> int:
        """Files fetched at the same time from one server; one place stays for the others."""
        return max(1, min(self.per_host, self.parallel - 1))
