"""Lines of the journal as sentences for people."""

from collections.abc import Callable, Mapping
from typing import Any

from hotfolder.domain.action import Action
from hotfolder.domain.cause import reorder_words
from hotfolder.domain.job import PUT_ON_HOLD

Detail = Mapping[str, Any]


def in_words(action: str, detail: Detail) -> str:
    """What happened, in plain words; an action that has none here is told as it was written."""
    words = _WORDS.get(action)
    return words(detail) if words else _as_written(action, detail)


def _as_written(action: str, detail: Detail) -> str:
    parts = [f"{name.replace('_', ' ')} {_text(value)}" for name, value in detail.items()]
    return f"{action}: {', '.join(parts)}" if parts else action


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " and ".join(_text(entry) for entry in value) or "none"
    return str(value)


def _taken(detail: Detail) -> str:
    through = f"{detail.get('interface')} ({detail.get('mode')})"
    return f"order taken through {through} with {_count(detail.get('items'), 'item')}"


def _changed(detail: Detail) -> str:
    number = detail.get("document")
    kept = f"kept as document {number}" if number else "kept"
    again = f"the same other document came once more, it is document {number}"
    words = detail.get("words", "came again with other content")
    return again if detail.get("again") else f"{words}, refused and {kept}"


def _reorder(detail: Detail) -> str:
    whose = f"item {detail.get('original_item')} of order {detail.get('original_order')}"
    if not detail.get("original_item"):
        whose = "an item that it does not name well"
    made = "was made here" if detail.get("known") else "was NOT made here"
    cause = f"; the cause: {reorder_words(detail['cause'])}" if detail.get("cause") else ""
    return f"is a reorder of {whose}, which {made}{cause}"


def _released(detail: Detail) -> str:
    files = _count(detail.get("files"), "file")
    return f"job folder {detail.get('folder')} put into stage {detail.get('stage')} with {files}"


def _moved(detail: Detail) -> str:
    kinds = {
        "back": "moved back",
        "skipped": "moved past stages",
        "silent": "moved, though canceled,",
        "canceled": "canceled: moved",
        "delayed": "delayed: moved",
        "held": "put on hold:",
        "resumed": "goes on:",
        "archived": "put away:",
    }
    verb = kinds.get(str(detail.get("kind")), "moved")
    parts = [f"{verb} from {detail.get('from')} to {detail.get('to')}"]
    if detail.get("by"):
        parts.append(f"by {detail['by']}")
    overruled = detail.get("overruled")
    if overruled == PUT_ON_HOLD:
        parts.append("a person had put it on hold")
    elif overruled:
        parts.append(f"a person overruled: {overruled}")
    if detail.get("doubt"):
        parts.append("waits for a person's word, as the job is in doubt since a restore")
    for name, words in (
        ("signals", "says"),
        ("inferred", "filled in"),
        ("withdrawn", "takes back"),
        ("waits_for", "waits for"),
        ("unasked", "waits for a person, as it skipped"),
        ("delay", "hours of delay:"),
        ("cause", "cause:"),
        ("message", "message:"),
        ("until", "can be taken back until"),
        ("asks", "asks a person:"),
        ("why", "because"),
    ):
        if detail.get(name):
            parts.append(f"{words} {_text(detail[name])}")
    return "; ".join(parts)


def _files_changed(detail: Detail) -> str:
    parts = [f"files were changed in stage {detail.get('stage')}"]
    for name, words in (("changed", "other content in"), ("missing", "not there")):
        if detail.get(name):
            parts.append(f"{words}: {_text(detail[name])}")
    return "; ".join(parts)


def _tracking(detail: Detail) -> str:
    words = f"tracking {detail.get('tracking')} given"
    if detail.get("shipping_option"):
        words += f", shipped with {detail['shipping_option']}"
    return f"{words}; says {_text(detail['signals'])}" if detail.get("signals") else words


def _day(detail: Detail) -> str:
    late = " (late)" if detail.get("late") else ""
    flow = f" of {detail['calendar']}" if detail.get("calendar") else ""
    return f"{detail.get('day')}{flow}{late}"


def _label_asked(detail: Detail) -> str:
    words = f"label program {detail.get('program')} is asked for a label ({detail.get('file')})"
    return f"{words}; {_text(detail['notes'])}" if detail.get("notes") else words


def _label_held(detail: Detail) -> str:
    code = f" {detail['tracking']}" if detail.get("tracking") else ""
    return f"the label{code} is held: {detail.get('words')}"


def _switched(detail: Detail) -> str:
    parts = [f"document {detail.get('document')} is the order now, on a person's decision"]
    for name, words in (
        ("added", "new items"),
        ("anew", "made anew"),
        ("off", "taken off"),
        ("alone", "left as they were"),
    ):
        if detail.get(name):
            parts.append(f"{words} {_text(detail[name])}")
    return "; ".join(parts)


def _parked(detail: Detail) -> str:
    if detail.get("by"):
        return f"{detail.get('signal')} was parked by {detail['by']}"
    return f"{detail.get('signal')} was parked: {detail.get('answer')}"


def _edited(detail: Detail) -> str:
    fields = [f"{name.replace('_', ' ')} {text}" for name, text in detail.get("fields", {}).items()]
    return f"{detail.get('signal')} was corrected by a person: {', '.join(fields)}"


def _doubt_ended(detail: Detail) -> str:
    known = detail.get("known") or []
    told = f"a person said that Cloudprinter knows {_text(known)}" if known else ""
    sent = f"{_count(detail.get('sent'), 'signal')} went out on a person's word"
    return "; ".join(part for part in (told, sent if detail.get("sent") else "") if part) or (
        "a person said what Cloudprinter knows; nothing waited"
    )


def _file(detail: Detail) -> str:
    return f"{detail.get('file') or 'the whole folder'} ({detail.get('name')})"


def _count(number: Any, thing: str) -> str:
    return f"{number} {thing}" if str(number) == "1" else f"{number} {thing}s"


_WORDS: Mapping[str, Callable[[Detail], str]] = {
    Action.ORDER_TAKEN: _taken,
    Action.ORDER_CAME_AGAIN: lambda _: "the same document came again; nothing is new",
    Action.ORDER_CAME_CHANGED: _changed,
    Action.REORDER_TAKEN: _reorder,
    Action.CHANGE_DECLINED: lambda d: (
        f"a person decided that the order stays as it is; declined document "
        f"{_text(d.get('documents', []))}"
    ),
    Action.CHANGE_TAKEN: _switched,
    Action.JOB_ANEW: lambda _: "waits for its files again, the order was changed",
    Action.JOB_OFF: lambda d: f"is not made any more: {d.get('reason')}",
    Action.JOB_RELEASED: _released,
    Action.JOB_MOVED: _moved,
    Action.JOB_PUT_AWAY: lambda d: f"its folder left stage {d.get('stage')} to be archived",
    Action.JOB_ARCHIVED: lambda d: f"its folder is archived: {d.get('path')}",
    Action.FETCH_AGAIN: lambda _: "a person asked for its files again",
    Action.JOB_HELD: lambda d: f"held for a person: {d.get('reason')}",
    Action.FILES_KEPT: lambda d: (
        f"somebody's files lay in its folder, which is not needed any more: kept in "
        f"{d.get('folder')}"
    ),
    Action.NOT_FETCHED: lambda d: (
        f"files could not be fetched (try {d.get('attempt')}): {d.get('reason')}"
    ),
    Action.DEVICE_GIVEN: lambda d: f"{_file(d)} given to the device {d.get('device')}",
    Action.DEVICE_DONE: lambda d: f"the device {d.get('device')} is done with {_file(d)}",
    Action.DEVICE_FAILED: lambda d: (
        f"the device {d.get('device')} failed with {_file(d)}: {d.get('words')}"
    ),
    Action.DEVICE_BACK: lambda d: (
        f"{_file(d)} was taken back from the device {d.get('device')}: {d.get('words')}"
    ),
    Action.TRACKING_GIVEN: _tracking,
    Action.DAY_CLOSED: lambda d: (
        f"the day {_day(d)} was closed; says {_text(d.get('signals', []))}"
    ),
    Action.DAY_REOPENED: lambda d: (
        f"the day {_day(d)} was opened again; takes back {_text(d.get('withdrawn', []))}"
    ),
    Action.LABEL_ASKED: _label_asked,
    Action.LABEL_HELD: _label_held,
    Action.LABEL_ACCEPTED: lambda d: (
        f"a person accepted the tracking code {d.get('tracking')}, though {d.get('words')}"
    ),
    Action.LABEL_REFUSED: lambda d: f"a person refused the tracking code {d.get('tracking')}",
    Action.SHIPPED_WITHOUT: lambda d: (
        f"ships without item {_text(d.get('items', []))} of its order: they did not come in time"
    ),
    Action.FILES_CHANGED: _files_changed,
    Action.SIGNAL_SENT: lambda d: f"{d.get('signal')} was accepted",
    Action.SIGNAL_PARKED: _parked,
    Action.SIGNAL_EDITED: _edited,
    Action.SIGNAL_WITHDRAWN: lambda d: f"{d.get('signal')} was withdrawn by a person",
    Action.SIGNAL_AGAIN: lambda d: f"{d.get('signal')} is to be sent again, a person asked for it",
    Action.DEADLINE_BROKEN: lambda d: (
        f"{d.get('signal')} is past its deadline: {d.get('answer') or 'nothing was heard so far'}"
    ),
    Action.ALL_SENT_NOW: lambda d: (
        f"{_count(d.get('signals'), 'signal')} that waited went out at once, a person asked for it"
    ),
    Action.RESTORED: lambda d: (
        f"the store was restored from a backup of {d.get('taken_at') or 'unknown time'}"
    ),
    Action.ORDER_FOUND: lambda d: (
        f"the backup did not know the order: found by the tickets of item "
        f"{_text(d.get('items', []))}"
    ),
    Action.JOB_FOUND: lambda d: f"found in stage {d.get('stage')} as {d.get('folder')}",
    Action.DOUBT_ENDED: _doubt_ended,
    Action.ITEM_DELAYED: lambda d: (
        f"a person told of a delay of {_count(d.get('delay'), 'hour')}: {d.get('cause')}"
    ),
    Action.ITEM_CANCELED: lambda d: f"canceled by a person, {d.get('cause')}: {d.get('message')}",
}
