"""The doors: ports, certificates, and the way out."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hotfolder.doctor.line import Line, bad, fine, warn
from hotfolder.domain.answer import Answer, Outcome, judge_answer

SOON_DAYS = 21
WAIT_SECONDS = 5.0


def port(name: str, host: str, number: int, *, running: bool) -> Iterator[Line]:
    """Whether it is free, or, while the daemon is running, answers."""
    topic, where = f"port of {name}", f"{number} of {host}"
    if number == 0:
        yield fine(topic, "any free one")
        return
    words = _refused(host, number) if running else _taken(host, number)
    if words and running:
        yield bad(topic, f"{where} does not answer though the daemon runs: {words}", "see its log")
    elif words:
        hint = f"ss -ltnp 'sport = :{number}' names who has it; stop that or choose another port"
        yield bad(topic, f"{where} can not be used: {words}", hint)
    else:
        yield fine(topic, f"{where} {'answers' if running else 'is free'}")


def _taken(host: str, number: int) -> str:
    try:
        with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, number))
            probe.listen()
    except OSError as error:
        return str(error.strerror or error)
    return ""


def _refused(host: str, number: int) -> str:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (compared, not bound)
    try:
        socket.create_connection((everywhere.get(host, host), number), WAIT_SECONDS).close()
    except OSError as error:
        return str(error.strerror or error)
    return ""


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def certificate_file(path: Path, now: datetime) -> Iterator[Line]:
    """How long the first certificate of a PEM file is good."""
    topic = "certificate"
    try:
        until = _ends(_decoded(path))
    except (OSError, ValueError, KeyError) as error:
        yield bad(topic, f"{path} can not be read: {error}", "give a file in PEM form")
        return
    yield _lasts(topic, str(path), until, now)


def _decoded(path: Path) -> Mapping[str, Any]:
    """As the standard library reads it for its own tests; there is no other door to it."""
    decode: Callable[[str], dict[str, Any]] = ssl._ssl._test_decode_cert  # type: ignore[attr-defined]  # noqa: SLF001 (the only door)
    try:
        return decode(str(path))
    except ssl.SSLError as error:
        raise ValueError(str(error)) from error


def _ends(certificate: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


def _lasts(topic: str, whose: str, until: datetime, now: datetime) -> Line:
    days = (until - now).days
    words = f"{whose}: good for {days} more days, until {until:%Y-%m-%d}"
    if until <= now:
        return bad(topic, f"{whose} ended on {until:%Y-%m-%d}", "renew it: nobody accepts it")
    return warn(topic, words, "renew it") if days < SOON_DAYS else fine(topic, words)


def peer_certificate(url: str, ca_file: str, now: datetime) -> Iterator[Line]:
    """That of the server at an https address. Connects."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        return
    topic, host = "certificate of the receiver", parts.hostname or ""
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
        with (
            socket.create_connection((host, parts.port or 443), WAIT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as line,
        ):
            until = _ends(line.getpeercert() or {})
    except (OSError, ValueError, KeyError) as error:
        words = f"{host}: {error}"
        yield bad(topic, words, "set signals.ca_file when a proxy of your own signs for it")
        return
    yield _lasts(topic, host, until, now)


def way_out(urls: Mapping[str, str]) -> Iterator[Line]:
    """Which of our addresses packets to a server leave by. Nothing is sent."""
    for name, url in urls.items():
        parts = urlsplit(url)
        host, topic = parts.hostname or "", f"way to {name}"
        try:
            found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_DGRAM)
            family, _, _, _, address = found[0]
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect(address)
                ours = probe.getsockname()[0]
        except OSError as error:
            hint = "look at DNS and the network of this machine"
            yield bad(topic, f"{host} can not be reached: {error.strerror or error}", hint)
            continue
        yield fine(topic, f"{host} by our address {ours}")


def outgoing(ask: Callable[[], str]) -> Iterator[Line]:
    """The address that others see, for the access list of the PDF server. Asks somebody."""
    topic = "outgoing address"
    try:
        yield fine(topic, f"{ask()}: others see this one; put it on the access list for PDFs")
    except (OSError, ValueError) as error:
        yield warn(topic, f"nobody tells: {error}", "ask another service with --ask-address URL")


def receiver(name: str, send: Callable[[], Answer]) -> Iterator[Line]:
    """What becomes of a signal about an order that nobody has."""
    topic = f"test signal to {name}"
    answer = send()
    judgement = judge_answer(answer, 1)
    told = f"{answer.status or ''} {answer.words}".strip()
    if judgement.outcome is Outcome.ACCEPTED:
        yield fine(topic, f"{answer.status} in {answer.milliseconds} ms: accepted")
    elif judgement.outcome is Outcome.PARK:
        words = "it was read, and no such order is known there, as it should be"
        yield fine(topic, f"{answer.status} in {answer.milliseconds} ms: {words}")
    else:
        hint = "look at signals.url, signals.key, signals.proxy and the firewall"
        yield bad(topic, f"{told or 'no answer'}: {judgement.diagnosis}", hint)
