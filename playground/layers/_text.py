"""How sizes are written in layer texts."""

from __future__ import annotations

from math import prod

from playground.graph.model import ParamValue


def size(shape: tuple[int, ...]) -> str:
    """6×28×28; a plain list is just its length."""
    return "×".join(str(extent) for extent in shape) or "one number"


def words(shape: tuple[int, ...]) -> str:
    """The shape as a learner would say it: "a picture 6×28×28", "a list of 400 numbers"."""
    if len(shape) == 1:
        return f"a list of {shape[0]:,} number{'s' if shape[0] != 1 else ''}"
    if len(shape) == 3:
        return f"a picture {size(shape)}"
    return f"numbers of shape {size(shape)}" if shape else "a single number"


def pair(value: ParamValue) -> tuple[int, int]:
    """A checked `pair` parameter, as (height, width)."""
    assert isinstance(value, tuple)
    return value[0], value[1]


def short_pair(value: ParamValue) -> str:
    """2 for (2, 2), 2×3 for (2, 3)."""
    height, width = pair(value)
    return str(height) if height == width else f"{height}×{width}"


def count(shape: tuple[int, ...]) -> int:
    """How many numbers a shape holds."""
    return prod(shape)
