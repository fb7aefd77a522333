"""The process that draws dockets and day lists, until its input ends."""

import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

from hotfolder.domain.day_list import DaySheet
from hotfolder.domain.docket import Docket
from hotfolder.files.fonts import FontShelf
from hotfolder.formats.day_drawing import draw_day
from hotfolder.formats.docket import render_docket
from hotfolder.services.docket_worker import TOLD, read_part, write_part


def main(folders: str) -> None:
    """Answer each question on stdin with a docket, or with words, on stdout.

    `folders` is a JSON list of the folders with fonts.
    """
    shelf = FontShelf([Path(folder) for folder in json.loads(folders)])
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        while (question := read_part(questions)) is not None:
            told, pdf = _answer(question, shelf)
            write_part(answers, json.dumps(told).encode())
            write_part(answers, pdf)
            answers.flush()
    except BrokenPipeError:
        # the daemon was killed: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _answer(question: bytes, shelf: FontShelf) -> tuple[dict[str, object], bytes]:
    asked = pickle.loads(question)  # noqa: S301 (from the daemon)
    try:
        docket = _drawn(asked, shelf)
    except Exception as error:  # noqa: BLE001 (the daemon tells it, without its words)
        return {"error": type(error).__name__}, b""
    return {name: getattr(docket, name) for name in TOLD}, docket.pdf


def _drawn(asked: Any, shelf: FontShelf) -> Docket:
    if isinstance(asked, DaySheet):
        return draw_day(asked, shelf.faces)
    facts, template, thumbnail = asked
    return render_docket(facts, template, shelf.faces, thumbnail)
