"""The raw floor of a move: inotify on two folders and one kept-alive POST for each rename.

Run as its own process: python -m scripts.benchmarks.raw_loop FOLDER FOLDER URL KEY
"""

import ctypes
import http.client
import json
import os
import struct
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

IN_MOVED_TO = 0x80
EVENT = struct.Struct("iIII")
READ_BYTES = 64 * 1024


def main(first: str, second: str, url: str, key: str) -> None:
    """Signal every folder that appears in one of the two folders, until the process is ended."""
    watch = _watch(first, second)
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.connect()
    print("watching")
    while True:
        for name in _names(os.read(watch, READ_BYTES)):
            _post(connection, parts.path, key, name)


def _watch(*folders: str) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    watch = int(libc.inotify_init1(os.O_CLOEXEC))
    for folder in folders:
        if libc.inotify_add_watch(watch, os.fsencode(folder), IN_MOVED_TO) < 0:
            raise OSError(ctypes.get_errno(), f"{folder} can not be watched")
    return watch


def _names(events: bytes) -> Iterator[str]:
    place = 0
    while place < len(events):
        length = EVENT.unpack_from(events, place)[3]
        place += EVENT.size
        yield os.fsdecode(events[place : place + length].rstrip(b"\0"))
        place += length


def _post(connection: http.client.HTTPConnection, path: str, key: str, name: str) -> None:
    signal = {
        "apikey": key,
        "type": "ItemProduce",
        "order": name,
        "item": name,
        "datetime": time.strftime("%Y-%m-%d %H:%M:%S GMT", time.gmtime()),
    }
    body = json.dumps(signal).encode()
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"the receiver answered {answer.status}")


if __name__ == "__main__":
    main(*sys.argv[1:])
