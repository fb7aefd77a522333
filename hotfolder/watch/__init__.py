"""Seeing what happens on the floor: hints from watchdog, the truth from looking."""
