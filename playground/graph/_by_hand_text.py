"""How numbers changed by hand stand in a `.playground` file (see `schema`)."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict

from playground.graph.experiment import ExampleByHand, WeightByHand
from playground.graph.model import LONGEST_NAME

MOST_BY_HAND = 1_000_000
"""Numbers of one example, or weights, changed by hand."""

LONGEST_DATA = 200_000
"""Characters of a data set's name: it holds the numbers of a worked example, or the columns of one's own table."""

_Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
_Count = Annotated[int, Meta(ge=0, le=2**62)]
_Index = Annotated[tuple[_Count, ...], Meta(max_length=8)]


class WeightText(Struct, forbid_unknown_fields=True):
    """A `WeightByHand` in a file."""

    node: _Id
    name: _Id
    index: _Index
    value: float
    was: float

    @classmethod
    def of(cls, entry: WeightByHand) -> WeightText:
        """As it is written."""
        return cls(entry.node, entry.name, entry.index, entry.value, entry.was)

    def read(self) -> WeightByHand:
        """As it is in memory."""
        return WeightByHand(**asdict(self))


class ExampleText(Struct, forbid_unknown_fields=True):
    """An `ExampleByHand` in a file; all of its numbers lie within its shape."""

    data: Annotated[str, Meta(max_length=LONGEST_DATA)]
    example: _Count
    part: Literal["x", "target"]
    shape: _Index
    places: Annotated[tuple[_Count, ...], Meta(max_length=MOST_BY_HAND)]
    values: Annotated[tuple[float, ...], Meta(max_length=MOST_BY_HAND)]

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec hands on with the place in the file."""
        size = math.prod(self.shape)
        if len(self.places) != len(self.values) or any(place >= size for place in self.places):
            raise ValueError("the numbers changed by hand do not fit the example's shape")

    @classmethod
    def of(cls, entry: ExampleByHand) -> ExampleText:
        """As it is written."""
        return cls(entry.data, entry.example, entry.part, entry.shape, entry.places, entry.values)

    def read(self) -> ExampleByHand:
        """As it is in memory."""
        return ExampleByHand(**asdict(self))
