"""What an open explanation speaks of in a dense layer, and where the numbers of one can be asked for. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.dense_numbers import DenseNumbers

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

Part = Literal["feature", "unit", "weight", "product"]
"""What is asked for: the number above a column (an input), beside a row (a unit), in a cell; of the row in focus the
product of input and weight."""

Zone = Literal["head", "body", "side", "foot"]
"""The parts of the table of weights."""


@dataclass(frozen=True)
class Spot:
    """A number on screen: the zone it lies in, its unit and its input, and how large it is."""

    zone: Zone
    unit: int
    feature: int
    value: float

    @property
    def part(self) -> Part:
        parts: dict[Zone, Part] = {"head": "feature", "side": "unit", "body": "weight", "foot": "product"}
        return parts[self.zone]


@dataclass(frozen=True)
class Lit:
    """Roles of the theme by input, by unit, by (unit, input), and of biases by unit (which `units` bear as well)."""

    features: Mapping[int, str] = field(default_factory=dict[int, str])
    units: Mapping[int, str] = field(default_factory=dict[int, str])
    weights: Mapping[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    biases: Mapping[int, str] = field(default_factory=dict[int, str])


NOTHING = Lit()


def lit_of(numbers: DenseNumbers, places: Mapping[Place, str]) -> Lit:
    """Of all places those that lie in the layer on screen."""
    features: dict[int, str] = {}
    units: dict[int, str] = {}
    weights: dict[tuple[int, int], str] = {}
    biases: dict[int, str] = {}
    node = numbers.scene.node
    for place, role in places.items():
        if place.node != node:
            continue
        if place.kind in ("input", "grad_input") and place.index[0] == SHOWN:
            features[place.index[1]] = role
        elif place.kind in ("output", "grad_output") and place.index[0] == SHOWN:
            units[place.index[1]] = role
        elif place.kind in ("weight", "grad_weight", "updated") and place.name == "weight":
            weights[place.index[0], place.index[1]] = role
        elif place.name == "bias":
            biases[place.index[0]] = role
    return Lit(features, {**biases, **units}, weights, biases)


def place_of(numbers: DenseNumbers, part: Part, unit: int, feature: int) -> Place:
    """Where a number on screen stands in the recording; a product stands for its weight."""
    from playground.engine.arithmetic import Place

    node, back = numbers.scene.node, numbers.backward
    match part:
        case "feature":
            return Place(node, "grad_input" if back else "input", (SHOWN, feature))
        case "unit":
            return Place(node, "grad_output" if back else "output", (SHOWN, unit))
        case _:
            return Place(node, "grad_weight" if back else "weight", (unit, feature), name="weight")
