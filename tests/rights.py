"""What happens to a user without the power of root, also when root runs the tests."""

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def without_power(action: Callable[[], T]) -> T:
    """The result of `action`, done in a thread that has given up every capability of root.

    Capabilities belong to a thread and end with it, so nobody else loses anything.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        _give_up()
        try:
            results.append(action())
        except BaseException as error:  # noqa: BLE001 (raised again below)
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _give_up() -> None:
    header = _Header(_VERSION_3, 0)
    none = (_Sets * 2)()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(ctypes.byref(header), none) != 0:
        raise OSError(ctypes.get_errno(), "capset")
