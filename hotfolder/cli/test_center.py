"""hotfolder test-center: run a simulated Cloudprinter to try a set-up against."""

import json
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.text import Text

from hotfolder.cli.common import FILE, json_option, load, told
from hotfolder.test_center.account import Account
from hotfolder.test_center.faults import Fault, read_fault
from hotfolder.test_center.push import PushPlan, push_orders, read_plan
from hotfolder.test_center.receiver import SIGNAL_PATH
from hotfolder.test_center.records import Accepted, Pushed, Refusal
from hotfolder.test_center.state import CenterState

DEFAULT_PORT = 8090


@dataclass(frozen=True, kw_only=True, slots=True)
class Printer:
    """Says what happens, a line each: coloured on a terminal, plain elsewhere, or as JSON."""

    as_json: bool
    quiet: bool
    console: Console | None

    def listening(self, url: str, *, any_key: bool) -> None:
        if self.as_json:
            self._json("listening", url=url, signal_url=url + SIGNAL_PATH, any_key=any_key)
            return
        self._line(f"test center listens on {url}")
        if not self.quiet:
            self._line(f"signals go to {url}{SIGNAL_PATH}")
            self._line("any key is taken; give --signal-key to check it" if any_key else "")

    def news(self, news: Accepted | Refusal) -> None:
        """One line for a signal accepted or a request refused."""
        if self.quiet:
            return
        if self.as_json:
            self._json("accepted" if isinstance(news, Accepted) else "refused", **news.as_dict())
        elif isinstance(news, Accepted):
            bundle = f" (bundle {news.bundle})" if news.bundle else ""
            text = f"#{news.seq} {news.type} order {news.order} item {news.item}{bundle}"
            self._line(f"accepted  {text}", "green")
        else:
            word = "fault    " if news.by_fault else "refused  "
            what = "; ".join(news.reasons)
            named = ", ".join(news.signals) or "unreadable"
            self._line(f"{word} {named}: {what}", "yellow" if news.by_fault else "red")

    def pushed(self, pushed: Pushed) -> None:
        """One line for an order and the answer of the shop."""
        if self.quiet:
            return
        if self.as_json:
            self._json("pushed", **pushed.as_dict())
            return
        said = pushed.answer if pushed.status is None else f"{pushed.status} {pushed.answer}"
        text = f"order {pushed.order} as {pushed.form}, {len(pushed.items)} items: {said}"
        self._line(f"pushed    {text}", "cyan" if pushed.status == 200 else "red")

    def _json(self, event: str, **members: Any) -> None:
        self._line(json.dumps({"event": event, **members}))

    def _line(self, text: str, style: str = "") -> None:
        if not text:
            return
        # answers of a shop may hold line ends or worse
        clean = "".join(letter if letter.isprintable() else " " for letter in text)
        if self.console is not None and not self.as_json:
            self.console.print(Text(clean, style=style), soft_wrap=True)
        else:
            sys.stdout.write(f"{clean}\n")
            sys.stdout.flush()


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopFacts:
    """What the test center has to know of a shop in order to play Cloudprinter for it."""

    port: int = DEFAULT_PORT
    signal_key: str = field(default="", repr=False)
    order_url: str = ""
    order_key: str = field(default="", repr=False)


def _facts_of_shop(path: Path | None) -> ShopFacts:
    if path is None:
        return ShopFacts()
    config = load(path, needs_keys=True).config
    return ShopFacts(
        port=urlsplit(config.signals.url).port or DEFAULT_PORT,
        signal_key=config.signals.key.get_secret_value(),
        order_url=config.intake.address(config.intake.port),
        order_key=config.intake.interfaces[0].key.get_secret_value(),
    )


@click.command
@click.option(
    "--config",
    envvar="HOTFOLDER_CONFIG",
    show_envvar=True,
    type=FILE,
    help="A shop to stand in for: its port, keys and address are taken from there.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port; 0 takes a free one; the shop's or {DEFAULT_PORT} when not given.",
)
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--signal-key", help="Key that signals must carry; any key when not given.")
@click.option("--order-url", help="Where --push posts orders.")
@click.option("--order-key", help="Key that pushed orders carry.")
@click.option(
    "--push", type=click.IntRange(min=0), default=0, help="Push so many orders at the start."
)
@click.option("--base-url", help="Address under which the shop reaches this test center.")
@click.option(
    "--account", type=FILE, help="Write each accepted signal to this file, as JSON lines."
)
@json_option
@click.option(
    "--strict-orders/--no-strict-orders",
    default=True,
    help="Refuse signals about orders that were not pushed from here.",
)
@click.option("--fault", help='Fail from the start, e.g. \'{"status": 500, "times": 3}\'.')
@click.option("--quiet", is_flag=True, help="Print only the address.")
def run_test_center(
    config: Path | None,
    port: int | None,
    host: str,
    signal_key: str | None,
    order_url: str | None,
    order_key: str | None,
    push: int,
    base_url: str | None,
    account: Path | None,
    as_json: bool,
    strict_orders: bool,
    fault: str | None,
    quiet: bool,
) -> None:
    """Run a simulated Cloudprinter: it pushes test orders and takes signals strictly.

    Read what arrived at /account; ask for faults at /faults and for orders at /push.
    Ctrl-C ends it.
    """
    console = Console() if sys.stdout.isatty() else None
    printer = Printer(as_json=as_json, quiet=quiet, console=console)
    of_shop = _facts_of_shop(config)
    with told():
        plan_push = _push_planner(
            push, order_url or of_shop.order_url, order_key or of_shop.order_key, base_url or ""
        )
        state = CenterState(
            signal_key=signal_key or of_shop.signal_key,
            strict_orders=strict_orders,
            account=Account(account),
            news=printer.news,
        )
        state.faults.set(_parse_fault(fault))
        _run(state, printer, (host, of_shop.port if port is None else port), plan_push)


def _run(
    state: CenterState,
    printer: Printer,
    address: tuple[str, int],
    plan_push: Callable[[str], PushPlan] | None,
) -> None:
    def push_all(url: str, plan: Callable[[str], PushPlan]) -> None:
        push_orders(state, plan(url), printer.pushed)

    def ready(url: str) -> None:
        printer.listening(url, any_key=state.takes_any_key)
        if plan_push is not None:
            threading.Thread(target=push_all, args=(url, plan_push), daemon=True).start()

    from hotfolder.test_center.server import serve  # noqa: PLC0415 (a web server, which --help does not need)

    # a service manager's stop request ends it as cleanly as Ctrl-C
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(*address, state, ready)
    finally:
        signal.signal(signal.SIGTERM, before)


def _push_planner(
    count: int, order_url: str, order_key: str, base_url: str
) -> Callable[[str], PushPlan] | None:
    if not count:
        return None
    data = {"count": count, "order_url": order_url, "order_key": order_key}
    data |= {"base_url": base_url} if base_url else {}
    read_plan(data, "http://127.0.0.1")
    return lambda url: read_plan(data, url)


def _parse_fault(text: str | None) -> Fault | None:
    try:
        return read_fault(json.loads(text or "{}"))
    except ValueError as error:
        raise click.BadParameter("is not JSON", param_hint="--fault") from error
