"""Flows as Mermaid text. https://mermaid.js.org/syntax/flowchart.html"""

import re
from collections.abc import Iterator, Sequence

from hotfolder.formats.flow_lanes import Box, Lane

PLAIN = r"[^\w .,:;()/*?+-]"  # what stands for itself in a quoted label; all else by its number


def mermaid_text(lanes: Sequence[Lane]) -> str:
    """The lanes one below the other, each a row of stages."""
    lines = ["flowchart TB"]
    for number, lane in enumerate(lanes, 1):
        lines += [f"    {line}" for line in _lane(f"lane{number}", lane)]
    return "\n".join(lines) + "\n"


def _lane(name: str, lane: Lane) -> Iterator[str]:
    yield f'subgraph {name}["{_label([lane.title])}"]'
    yield "    direction LR"
    nodes = [f"{name}_{number}" for number in range(1, len(lane.boxes) + 1)]
    for node, box in zip(nodes, lane.boxes, strict=True):
        yield f'    {node}["{_box(box)}"]'
    if lane.is_way:
        yield f"    {' --> '.join(nodes)}"
    yield "end"


def _box(box: Box) -> str:
    return _label([box.folder, *box.lines])


def _label(lines: Sequence[str]) -> str:
    return "<br/>".join(re.sub(PLAIN, lambda sign: f"#{ord(sign[0])};", line) for line in lines)
