"""The sections `limits` and `house`: what the door for orders bears, and the door for the house."""

from pydantic import Field

from hotfolder.config.section import Section
from hotfolder.config.values import Name, NetworkText, Seconds

# this machine, and the networks that no sender of the internet can come from (RFC 1918, 4193)
SHARED = (
    "127.0.0.0/8",
    "::1/128",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
)


def address(scheme: str, host: str, port: int) -> str:
    """`http://127.0.0.1:8080`."""
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


class Limits(Section):
    connections: int = Field(
        512, ge=8, le=10000, description="Most connections to the door for orders at the same time"
    )
    connections_of_one: int = Field(
        64, ge=1, le=10000, description="Most of them from one address (of IPv6: from one /64)"
    )
    requests_per_minute: int = Field(
        6000, ge=0, le=1000000, description="Most requests a minute from one address; 0: any number"
    )
    refused_per_minute: int = Field(
        120,
        ge=0,
        le=1000000,
        description="How many unknown keys, broken requests and the like are answered in a minute"
        " before an address has to wait; 0: any number",
    )
    shared_networks: tuple[NetworkText, ...] = Field(
        SHARED,
        description="Networks where one address may stand for many senders, as that of a proxy"
        " does: no limits by address there",
    )
    header_kib: int = Field(16, ge=1, le=256, description="Largest header of a request, in KiB")
    header_seconds: Seconds = Field(
        10, description="Longest time from the connection to the end of the header"
    )
    body_seconds: Seconds = Field(60, description="Longest time for an order document")
    least_speed_kib: float = Field(
        1,
        ge=0,
        le=10240,
        allow_inf_nan=False,
        description="Least speed of a document after its first ten seconds, in KiB a second",
    )
    bodies_mib: int = Field(
        64,
        ge=1,
        le=16384,
        description="Most memory for order documents above 256 KiB that come in at the same time,"
        " in MiB; one sender has half of it, smaller ones are always taken",
    )


class House(Section):
    host: Name = Field(
        "127.0.0.1",
        description="Address to listen on for health and metrics; 127.0.0.1 is this machine only."
        " Nobody is asked for a password here",
    )
    port: int = Field(8081, ge=0, le=65535, description="TCP port; 0 takes any free port")

    def address(self, port: int) -> str:
        """Where it is found when this port was bound."""
        return address("http", self.host, port)
