"""What a line of the journal tells: the closed set of things that can happen."""

from enum import StrEnum


class Action(StrEnum):
    """The words as they stand in the store; `formats/journal_words` tells them to people."""

    ORDER_TAKEN = "order taken"
    ORDER_CAME_AGAIN = "order came again"
    ORDER_CAME_CHANGED = "order came changed"
    REORDER_TAKEN = "reorder taken"
    CHANGE_DECLINED = "changed order declined"
    CHANGE_TAKEN = "changed order taken"
    JOB_ANEW = "job made anew"
    JOB_OFF = "job taken off"
    JOB_RELEASED = "job released"
    JOB_HELD = "job held"
    JOB_MOVED = "job moved"
    JOB_PUT_AWAY = "job put away"  # its folder left the floor for the spool
    JOB_ARCHIVED = "job archived"  # a checked copy lies in the archive
    FETCH_AGAIN = "files asked for again"
    NOT_FETCHED = "files not fetched"
    FILES_KEPT = "files of a person kept"
    FILES_CHANGED = "files changed"
    DEVICE_GIVEN = "given to device"
    DEVICE_DONE = "device done"
    DEVICE_FAILED = "device failed"
    DEVICE_BACK = "taken back from device"
    TRACKING_GIVEN = "tracking given"
    DAY_CLOSED = "day closed"
    DAY_REOPENED = "day reopened"
    LABEL_ASKED = "label asked for"
    LABEL_HELD = "label held"
    LABEL_ACCEPTED = "label accepted"  # by a person, though something spoke against it
    LABEL_REFUSED = "label refused"
    SHIPPED_WITHOUT = "shipped without other items"
    SIGNAL_SENT = "signal sent"
    SIGNAL_PARKED = "signal parked"
    SIGNAL_EDITED = "signal edited"
    SIGNAL_WITHDRAWN = "signal withdrawn"
    SIGNAL_AGAIN = "signal sent again"
    DEADLINE_BROKEN = "deadline broken"
    ALL_SENT_NOW = "all sent now"
    ITEM_DELAYED = "item delayed"
    ITEM_CANCELED = "item canceled"
