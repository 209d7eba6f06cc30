"""Joining numbers of different shapes number by number: what is smaller stands for every place it lacks.

A list (channels,) beside a picture gives every pixel of a map the same number; a single map (1, height, width) is used
for every channel, and a single number for everything.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground.layers._spec import Shape


def widened(shape: Shape, rank: int) -> Shape:
    """The shape with so many dimensions: a list is one number for each channel, so it gets places of extent 1."""
    return (*shape, *(1,) * (rank - 1)) if len(shape) == 1 else shape


def joint_shape(shapes: Sequence[Shape]) -> Shape | None:
    """The shape that these give together; None where they do not fit.

    They fit where along every dimension all extents agree but for those that are 1.
    """
    rank = max(len(shape) for shape in shapes)
    wide = [widened(shape, rank) for shape in shapes]
    if any(len(shape) != rank for shape in wide):
        return None
    joint = tuple(max(extents) for extents in zip(*wide, strict=True))
    fits = all(extent in (1, full) for shape in wide for extent, full in zip(shape, joint, strict=True))
    return joint if fits else None


def fits(shape: Shape, other: Shape) -> bool:
    """Whether two shapes can be joined number by number."""
    return joint_shape((shape, other)) is not None
