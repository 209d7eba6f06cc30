"""What a network with shipped weights does to pixels before its first layer, so that they are as it was trained on.

All pictures here have values from 0 to 1. The preparation is part of the graph: it is seen, stepped through and
exported with the network. It learns nothing, so counts of parameters stay as published.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground.zoo._sketch import Sketch

_TITLE = "Preparation"


def per_pixel(sketch: Sketch, factor: float, amount: float) -> str:
    """Every value times `factor`, plus `amount`; returns the id of the last layer."""
    with sketch.block("prepare", _TITLE):
        sketch.add("scale", "scale", factor=factor)
        return sketch.add("shift", "shift", amount=amount)


def per_channel(sketch: Sketch, factor: float, amounts: Sequence[float]) -> str:
    """Every value times `factor`, plus one amount for each channel; returns the id of the last layer."""
    with sketch.block("prepare", _TITLE):
        scaled = sketch.add("scale", "scale", factor=factor)
        values = tuple(float(amount) for amount in amounts)
        shift = sketch.add("constant", "amounts", (), value=values, shape=(len(values),))
        return sketch.add("add", "add", (scaled, shift))
