"""Drawings of flows hold whatever names people gave, as text and nothing else."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.flow import Flow, Skipped, Stage
from hotfolder.domain.signal import SignalType
from hotfolder.formats.flow_lanes import lanes_of
from hotfolder.formats.flow_mermaid import mermaid_text
from hotfolder.formats.flow_svg import svg_text
from tests.builders import a_flow, a_stage, sides

SVG = "{http://www.w3.org/2000/svg}"


def test_a_box_tells_folder_signal_undo_time_and_what_is_not_usual() -> None:
    stages = (
        a_stage("new"),
        a_stage("print", signal=SignalType.PRODUCE, undo_seconds=2.5, skipped=Skipped.HOLD),
        a_stage("packed", signal=SignalType.PACKED, undo_seconds=0, skipped=Skipped.LEAVE),
        a_stage("end", skipped=Skipped.HOLD),
    )
    flow = a_flow(stages=stages)
    other = Flow(name="posters", stages=(a_stage("new"), a_stage("cut")))
    (lane,) = lanes_of([flow, other], [flow], [])
    assert [(box.folder, *box.lines) for box in lane.boxes] == [
        ("new", "also in posters"),
        ("print", "ItemProduce", "undo 2.5 s", "skipped: hold"),
        ("packed", "ItemPacked", "no undo time", "skipped: leave"),
        ("end",),
    ]


def test_stages_beside_the_flows_tell_what_they_are_for() -> None:
    *_, lane = lanes_of([a_flow()], [a_flow()], sides())
    assert [(box.folder, *box.lines) for box in lane.boxes] == [
        ("90-hold", "waits for a person"),
        ("91-delayed", "goes on later", "4 folders: ItemDelay", "undo 60 s"),
        ("92-canceled", "is not made", "21 folders: ItemCanceled", "undo 60 s"),
        ("99-archive", "is finished"),
    ]
    assert "-->" not in mermaid_text([lane])


@given(st.text(max_size=30), st.text(min_size=1, max_size=30))
def test_no_name_breaks_a_drawing(name: str, folder: str) -> None:
    flow = Flow(name=name, stages=(Stage(key="a", folder=folder), Stage(key="b", folder="b")))
    lanes = lanes_of([flow], [flow], [])

    root = ET.fromstring(svg_text(lanes).encode("utf-8", "replace"))
    bold = [one.text or "" for one in root.iter(f"{SVG}text") if one.get("font-weight")]
    assert lanes[0].boxes[0].folder in bold

    text = mermaid_text(lanes)
    assert len(text.splitlines()) == 7
    labels = [line for line in text.splitlines() if '["' in line]
    assert all(line.count('"') == 2 and line.endswith('"]') for line in labels)
