"""Operators and accidents at random, on real folders, beside a small model of the rules."""

from tests.floor_model.accidents import Accidents
from tests.floor_model.operators import Operators


class FloorAtRandom(Operators, Accidents):
    """After every step all news were true ones, and after some calm nothing is left unknown."""
