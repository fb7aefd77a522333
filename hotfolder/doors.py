"""The two doors: orders come in at one, the house looks in at the other."""

from ipaddress import ip_network

from hotfolder.config.model import Config, Intake
from hotfolder.domain.sender import Network
from hotfolder.pulse import Pulse
from hotfolder.services.admit import asks_basic
from hotfolder.services.shop import Shop
from hotfolder.shopfront import MIB
from hotfolder.web.certificate import Certificate
from hotfolder.web.contract import contract_route
from hotfolder.web.desk import TakeOrders
from hotfolder.web.health import health_routes
from hotfolder.web.intake import Manners, intake_route
from hotfolder.web.metrics import Take, metrics_route
from hotfolder.web.server import Door, make_app
from hotfolder.web.visitors import KIB, Limits, Visitors

EVERYBODY = (ip_network("0.0.0.0/0"), ip_network("::/0"))
HOUSE_CONNECTIONS = 64


def order_door(
    config: Config, shop: Shop, take: TakeOrders, certificate: Certificate | None
) -> Door:
    """The one that may face the internet: orders, what they must look like, and nothing else."""
    intake = config.intake
    visitors = Visitors(_limits(config))
    manners = Manners(
        body_limit=intake.body_limit_mib * MIB,
        bodies_limit=config.limits.bodies_mib * MIB,
        key_status=intake.unknown_key_status,
        asks_basic=lambda: asks_basic(shop),
        refuse=visitors.refuse,
    )
    orders = intake_route(take, intake.path, manners)
    contract = contract_route(intake.path, intake.unknown_key_status)
    return Door(
        app=make_app(orders, contract, refuse=visitors.refuse),
        host=intake.host,
        port=intake.port,
        option="intake.port",
        visitors=visitors,
        certificate=certificate,
    )


def house_door(config: Config, pulse: Pulse, readings: Take) -> Door:
    """Health and metrics, for those who are let as far as its address."""
    return Door(
        app=make_app(*health_routes(pulse.late, pulse.awaited), metrics_route(readings)),
        host=config.house.host,
        port=config.house.port,
        option="house.port",
        visitors=Visitors(Limits(connections=HOUSE_CONNECTIONS, shared=EVERYBODY)),
    )


def build_certificate(intake: Intake) -> Certificate | None:
    """The certificate that the configuration names. Raises ConfigError when it can not be used."""
    if intake.tls_certificate is None or intake.tls_key is None:
        return None
    return Certificate(intake.tls_certificate, intake.tls_key)


def _limits(config: Config) -> Limits:
    limits = config.limits
    return Limits(
        connections=limits.connections,
        connections_of_one=limits.connections_of_one,
        requests_per_minute=limits.requests_per_minute,
        refused_per_minute=limits.refused_per_minute,
        header_bytes=limits.header_kib * KIB,
        header_seconds=limits.header_seconds,
        body_seconds=limits.body_seconds,
        least_speed=limits.least_speed_kib * KIB,
        shared=_networks(limits.shared_networks),
        proxies=_networks(config.intake.proxies),
    )


def _networks(written: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(one) for one in written)
