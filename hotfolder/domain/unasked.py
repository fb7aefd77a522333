"""Signals that wait for a person, because the job was dragged past a stage that asks for one."""

from collections.abc import Sequence

UNASKED = "skipped: "  # begins the words of such a signal, and tells it from all other parked ones


def why_parked(stages: Sequence[str]) -> str:
    """The words of a signal whose drag skipped these stages; empty for none."""
    if not stages:
        return ""
    how = "`hotfolder signals resend ID` lets it go, dragging the job back withdraws it"
    return f"{UNASKED}stage {' and '.join(stages)}; {how}"
