from tests.builders import a_flow


def test_a_flow_begins_with_its_first_stage() -> None:
    assert a_flow().first.key == "new"


def test_a_stage_stands_where_it_stands_in_the_flow() -> None:
    flow = a_flow()
    assert [flow.position(stage.key) for stage in flow.stages] == [0, 1, 2, 3, 4]
    assert flow.position("glue") is None
