"""The ways out of a shop that runs: to CloudSignal, files of orders, dockets, the admin."""

from dataclasses import replace
from pathlib import Path

from hotfolder.config.alerts import Alerts
from hotfolder.config.docket import docket_data
from hotfolder.config.model import Config, SignalPlace, Signals
from hotfolder.config.model import Docket as DocketChoice
from hotfolder.errors import ConfigError, Problem
from hotfolder.files.fonts import usual_folders
from hotfolder.formats.docket_reader import read_template
from hotfolder.formats.docket_template import DocketTemplate
from hotfolder.net.alert_command import AlertCommand
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.net.download import KIB, Download, Limits
from hotfolder.net.mail import Mail, MailServer
from hotfolder.net.webhook import Webhook
from hotfolder.services.docket_worker import DocketWorker
from hotfolder.services.shop import DocketStyle, Shop
from hotfolder.services.tell_alerts import Way
from hotfolder.shopfront import MIB, signal_places, whole_seconds


def docket_worker() -> DocketWorker:
    """Who draws dockets, with the fonts of this machine. Nothing is started."""
    return DocketWorker(usual_folders(Path.home()))


def with_ways_out(shop: Shop, config: Config, dockets: DocketWorker) -> Shop:
    """The same shop with senders, fetcher and dockets. Raises ConfigError for a bad template."""
    places = signal_places(config)
    destinations = {
        name: replace(one, sender=sender_of(places[name], config.signals))
        for name, one in shop.destinations.items()
    }
    return replace(
        shop,
        destinations=destinations,
        fetcher=_fetcher(config),
        dockets=_dockets(config, dockets),
    )


def sender_of(place: SignalPlace, common: Signals) -> CloudSignal:
    """The way to a destination, as the daemon uses it."""
    address = Address(
        url=place.url,
        connect_seconds=common.connect_timeout_seconds,
        read_seconds=common.read_timeout_seconds,
        whole_seconds=whole_seconds(common),
        ca_file=str(common.ca_file or ""),
        proxy=common.proxy.get_secret_value() if common.proxy else "",
    )
    return CloudSignal(address, place.key.get_secret_value())


def docket_template(docket: DocketChoice) -> DocketTemplate | None:
    """The template of the shop's dockets; None when it wants none.

    Raises ConfigError with every Problem of a template of its own.
    """
    data = docket_data(docket.page, docket.template)
    try:
        return None if data is None else read_template(data)
    except ConfigError as error:
        file = docket.template
        raise ConfigError(
            [Problem(f"{file} {one.where}", one.what, one.hint) for one in error.problems]
        ) from None


def _dockets(config: Config, worker: DocketWorker) -> DocketStyle | None:
    template = docket_template(config.docket)
    return None if template is None else DocketStyle(template=template, draw=worker.render)


def _fetcher(config: Config) -> Download:
    downloads = config.downloads
    return Download(
        Limits(
            connect_seconds=downloads.connect_timeout_seconds,
            idle_seconds=downloads.idle_timeout_seconds,
            total_seconds=downloads.total_timeout_seconds,
            least_speed=downloads.least_speed_kib * KIB,
            most_bytes=downloads.size_limit_mib * MIB,
            reserve_bytes=downloads.keep_free_mib * MIB,
            per_host=downloads.from_one_server,
            private=downloads.allow_private_addresses,
        )
    )


def alert_ways(alerts: Alerts) -> dict[str, Way]:
    """By which the admin is told, by name; empty when none is configured."""
    ways: dict[str, Way] = {}
    if alerts.mail_server:
        server = MailServer(
            host=alerts.mail_server,
            port=alerts.mail_port,
            tls=alerts.mail_tls,
            ca_file=str(alerts.mail_ca_file or ""),
            user=alerts.mail_user,
            password=alerts.mail_password.get_secret_value(),
        )
        ways["mail"] = Mail(server, alerts.mail_from or alerts.mail_to[0], alerts.mail_to)
    if alerts.webhook_url:
        url = alerts.webhook_url.get_secret_value()
        ways["webhook"] = Webhook(url, str(alerts.webhook_ca_file or ""))
    if alerts.command:
        ways["command"] = AlertCommand(alerts.command)
    return ways
