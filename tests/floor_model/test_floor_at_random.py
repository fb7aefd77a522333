"""Operators and accidents at random for some seconds; `scripts/soak --floor` does it for hours."""

from hypothesis import settings

from tests.floor_model.machine import FloorAtRandom

TestFloorAtRandom = FloorAtRandom.TestCase
TestFloorAtRandom.settings = settings(
    max_examples=16, stateful_step_count=25, deadline=None, database=None, derandomize=True
)
