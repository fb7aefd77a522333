"""message.txt: a few words that a person put into a job folder for Cloudprinter."""

import codecs
import re

CANCEL_NAMES = ("message.txt",)
DELAY_NAMES = ("cause.txt", "message.txt")
MOST_LETTERS = 500


def read(data: bytes) -> str:
    """The words on one line, cut after 500 letters; empty when there are none.

    What common editors save is understood: UTF-8, UTF-16 with its mark, otherwise Windows-1252.
    """
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", _decoded(data)).strip()[:MOST_LETTERS]


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
