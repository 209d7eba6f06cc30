"""Where a layer looks: which places of its input one place of its output depends on, along each dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playground.layers._window import Window

Number = int | Fraction


@dataclass(frozen=True)
class Reach:
    """Along one dimension, place i of the output looks at the places stride·i + first to stride·i + last of the input.

    Layers that enlarge have a stride below 1; then the bounds are fractions too, and the whole numbers between them
    are the places looked at.
    """

    stride: Number = 1
    first: Number = 0
    last: Number = 0


@dataclass(frozen=True)
class Span:
    """What one number of a layer's output depends on.

    "places": the stretch of the input that `reaches` gives for each dimension behind the channels; without reaches, the
    same place. "everything": the whole example. "scattered": one place of the input, but neighbours in the output come
    from places that are no neighbours (flattened, reshaped, shuffled pixels).
    """

    kind: Literal["places", "everything", "scattered"] = "places"
    reaches: tuple[Reach, ...] = ()


SAME_PLACE, EVERYTHING, SCATTERED = Span(), Span("everything"), Span("scattered")


def sliding(found: Window) -> Span:
    """A window that slides: place i looks at s·i − p to s·i − p + d(k − 1)."""
    sizes = zip(found.stride, found.before, found.reach, strict=True)
    return Span(reaches=tuple(Reach(stride, -before, reach - 1 - before) for stride, before, reach in sizes))


def painting(strides: Sequence[int], reaches: Sequence[int], paddings: Sequence[int]) -> Span:
    """A window that every place of the input paints: place m paints s·m − p to s·m − p + d(k − 1)."""
    return Span(
        reaches=tuple(
            Reach(Fraction(1, stride), Fraction(padding - reach + 1, stride), Fraction(padding, stride))
            for stride, reach, padding in zip(strides, reaches, paddings, strict=True)
        )
    )


def shifted(*steps: int) -> Span:
    """One place, so many places further on: cropped if positive, padded if negative."""
    return Span(reaches=tuple(Reach(1, step, step) for step in steps))
