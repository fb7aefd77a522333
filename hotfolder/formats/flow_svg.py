"""Flows as an SVG picture: plain boxes and arrows, nothing that has to be laid out cleverly."""

import textwrap
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from hotfolder.formats.flow_lanes import Box, Lane

LETTER, LINE, MARGIN, GAP = 8, 18, 20, 40  # pixels; a letter is drawn 13 pixels high
TITLE_LETTERS = 110
INK, PAPER, FRAME = "#1b1b1b", "#ffffff", "#6b7a8c"
STYLE = {"font-family": "DejaVu Sans, Arial, sans-serif", "font-size": "13", "fill": INK}


def svg_text(lanes: Sequence[Lane]) -> str:
    """The lanes one below the other, each a row of stages."""
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    ET.SubElement(root, "title").text = "; ".join(lane.title for lane in lanes)
    ET.SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": PAPER})
    width, top = 0, MARGIN
    for lane in lanes:
        right, top = _lane(root, lane, top)
        width = max(width, right)
    root.set("viewBox", f"0 0 {width + MARGIN} {top}")
    root.set("width", f"{width + MARGIN}")
    root.set("height", f"{top}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _lane(root: ET.Element, lane: Lane, top: int) -> tuple[int, int]:
    """Draws a lane; where it ends on the right, and where the next one begins."""
    right = 0
    for line in textwrap.wrap(lane.title, TITLE_LETTERS) or [""]:
        _text(root, (MARGIN, top + LINE - 5), line, {"font-weight": "bold"})
        right = max(right, MARGIN + LETTER * len(line))
        top += LINE
    left = MARGIN
    height = LINE * (1 + max(len(box.lines) for box in lane.boxes)) + 12
    for number, box in enumerate(lane.boxes):
        if number and lane.is_way:
            _arrow(root, left - GAP, left, top + height // 2)
        left = _box(root, box, (left, top), height) + GAP
    return max(right, left - GAP), top + height + MARGIN + LINE


def _box(root: ET.Element, box: Box, corner: tuple[int, int], height: int) -> int:
    """Draws a box; where it ends on the right."""
    left, top = corner
    width = LETTER * max(len(line) for line in (box.folder, *box.lines)) + MARGIN
    place = {"x": left, "y": top, "width": width, "height": height, "rx": 6}
    _shape(root, "rect", place, {"fill": PAPER, "stroke": FRAME})
    _text(root, (left + 10, top + LINE), box.folder, {"font-weight": "bold"})
    for number, line in enumerate(box.lines, 2):
        _text(root, (left + 10, top + LINE * number), line, {})
    return left + width


def _arrow(root: ET.Element, start: int, end: int, height: int) -> None:
    place = {"x1": start + 4, "y1": height, "x2": end - 10, "y2": height}
    _shape(root, "line", place, {"stroke": INK})
    points = f"{end - 4},{height} {end - 12},{height - 4} {end - 12},{height + 4}"
    _shape(root, "polygon", {}, {"points": points, "fill": INK})


def _text(root: ET.Element, place: tuple[int, int], words: str, look: Mapping[str, str]) -> None:
    where = {"x": place[0], "y": place[1]}
    _shape(root, "text", where, {**STYLE, **look}).text = words


def _shape(
    root: ET.Element, name: str, place: Mapping[str, int], look: Mapping[str, str]
) -> ET.Element:
    return ET.SubElement(root, name, {key: f"{at}" for key, at in place.items()} | dict(look))
