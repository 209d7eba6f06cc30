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
    nouns = {2: "a sequence", 3: "a picture", 4: "a volume"}
    return f"{nouns.get(len(shape), 'numbers of shape')} {size(shape)}" if shape else "a single number"


def pair(value: ParamValue) -> tuple[int, int]:
    """A checked `pair` parameter, as (height, width)."""
    assert isinstance(value, tuple)
    return int(value[0]), int(value[1])


def extents(value: ParamValue, dimensions: int) -> tuple[int, ...]:
    """A checked setting with a number for each dimension; a single one stands for all."""
    if isinstance(value, int):
        return (value,) * dimensions
    assert isinstance(value, tuple)
    return tuple(int(extent) for extent in value)


def short_pair(value: ParamValue) -> str:
    """2 for (2, 2), 2×3 for (2, 3); pairs, triples and single numbers."""
    sizes = extents(value, 1)
    return str(sizes[0]) if len(set(sizes)) == 1 else size(sizes)


def count(shape: tuple[int, ...]) -> int:
    """How many numbers a shape holds."""
    return prod(shape)


def product_text(factors: tuple[int, ...]) -> str:
    """28·28·6·5·5·1 = 117,600."""
    return f"{'·'.join(str(factor) for factor in factors)} = {prod(factors):,}"
