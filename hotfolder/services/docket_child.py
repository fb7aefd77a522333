"""The process that draws dockets, until its input ends."""

import json
import pickle
import sys
from pathlib import Path

from hotfolder.files.fonts import FontShelf
from hotfolder.formats.docket import render_docket
from hotfolder.services.docket_worker import LENGTH


def main(folders: str) -> None:
    """Answer each question on stdin with a docket, or with words, on stdout.

    `folders` is a JSON list of the folders with fonts.
    """
    shelf = FontShelf([Path(folder) for folder in json.loads(folders)])
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := questions.read(LENGTH.size):
        facts, template, thumbnail = pickle.loads(questions.read(LENGTH.unpack(head)[0]))  # noqa: S301 (from the daemon)
        try:
            answer: object = render_docket(facts, template, shelf.faces, thumbnail)
        except Exception as error:  # noqa: BLE001 (the daemon tells it, without its words)
            answer = type(error).__name__
        data = pickle.dumps(answer)
        answers.write(LENGTH.pack(len(data)) + data)
        answers.flush()
