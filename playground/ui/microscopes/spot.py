"""A cell of a picture made of numbers, and that the pointer is on one. No Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spot:
    """A cell of one of the parts: "input", "gradient", "output", or a grid; "result" is the line below.

    `plane` says which plane, where several stand side by side; None is the chosen one.
    """

    part: str
    row: int = 0
    column: int = 0
    plane: int | None = None


@dataclass
class Touched:
    """Base of what a picture shows at the moment; `hover` is the spot that the pointer is on."""

    hover: Spot | None = None
