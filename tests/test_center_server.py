"""A real test center for other tests: its own thread, its own free port on 127.0.0.1."""

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hotfolder.test_center.account import Account
from hotfolder.test_center.faults import read_fault
from hotfolder.test_center.push import push_orders, read_plan
from hotfolder.test_center.receiver import SIGNAL_PATH
from hotfolder.test_center.records import Accepted, Pushed, Refusal
from hotfolder.test_center.server import CenterServer
from hotfolder.test_center.state import CenterState

SIGNAL_KEY = "5" * 32
_LIMIT_SECONDS = 10.0


class RunningTestCenter:
    """Use it with `with`; `stop()` and `start()` in between make an outage on the same port."""

    def __init__(
        self,
        *,
        signal_key: str = SIGNAL_KEY,
        strict_orders: bool = True,
        account_file: Path | None = None,
    ) -> None:
        self.state = CenterState(
            signal_key=signal_key, strict_orders=strict_orders, account=Account(account_file)
        )
        self._port = 0
        self._server: CenterServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def signal_url(self) -> str:
        return f"{self.url}{SIGNAL_PATH}"

    def start(self) -> None:
        """Answers requests when this returns."""
        started = threading.Event()
        self._server = CenterServer("127.0.0.1", self._port, self.state, lambda _url: started.set())
        self._port = int(self._server.url.rpartition(":")[2])
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        assert started.wait(_LIMIT_SECONDS), "the test center did not start"

    def stop(self) -> None:
        """Nobody listens on the port when this returns; the account stays."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(_LIMIT_SECONDS)
        assert not self._thread.is_alive(), "the test center did not stop"
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()
        self.state.account.close()

    def push(self, count: int = 1, *, order_url: str, order_key: str, **more: Any) -> list[Pushed]:
        """Push orders, see PushPlan for `more`; gives the answers of the shop."""
        data = {"count": count, "order_url": order_url, "order_key": order_key, **more}
        return push_orders(self.state, read_plan(data, self.url))

    def fault(self, **fault: Any) -> None:
        """Put a fault in force, see Fault; without arguments all faults end."""
        self.state.faults.set(read_fault(fault))

    def accepted(self) -> list[Accepted]:
        return self.state.account.accepted()

    def refused(self) -> list[Refusal]:
        """Requests refused for what they held; those that met a fault are not among them."""
        return self.state.account.refused()

    def wait_for(self, test: Callable[[list[Accepted]], bool], seconds: float = 10.0) -> None:
        """Returns as soon as `test(accepted)` holds; fails the test when it does not in time."""
        reached = self.state.account.wait_until(
            lambda account: test(account.accepted()), seconds=seconds
        )
        assert reached, f"not reached; accepted: {[s.type for s in self.accepted()]}"
