"""Planes through the space of all weights: which two directions are looked along, and where weights lie in them.

A network has as many weights as there are directions to go in; two of them can be drawn. They are two chosen weights,
two random directions whose every filter is as long as the filter of the network (Li, Xu, Taylor, Studer and Goldstein,
2018, “Visualizing the Loss Landscape of Neural Nets”), or the two directions in which a run moved most (its principal
components).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.train.errors import TrainError
from playground.train.relief.surfaces import Floats, Window

Arrays = Mapping[str, NDArray[np.float32]]
Kind = Literal["random", "weights", "path"]

_ROUND = 0.15
"""So much of the way's extent is shown around it."""


@dataclass(frozen=True)
class WeightPlace:
    """One number of a parameter: "fc1.weight" at (0, 1)."""

    name: str
    index: tuple[int, ...]

    @property
    def title(self) -> str:
        """As it is called on screen: fc1.weight[0, 1]."""
        return f"{self.name}[{', '.join(map(str, self.index))}]"


@dataclass(frozen=True, eq=False)
class Plane:
    """All weights centre + (x − origin[0]) · first + (y − origin[1]) · second.

    `first` and `second` hold a direction by the parameters' names; what is absent stays as it is. `origin` is what the
    axes read at the centre; `window` is the part to look at.
    """

    kind: Kind
    centre: Arrays
    first: Arrays
    second: Arrays
    origin: tuple[float, float]
    labels: tuple[str, str]
    window: Window

    def place(self, states: Sequence[Arrays]) -> tuple[Floats, float]:
        """Where weights lie, seen straight from above: (states, 2), and how much of their movement that shows (0 to 1).

        The movement is the sum of the squared distances from the centre. States that lack a parameter or have it in
        another shape are taken as not having moved it.
        """
        names = [name for name in self.centre if name in self.first or name in self.second]
        others = [name for name in self.centre if name not in names]
        products, along, moved = np.zeros((2, 2)), np.zeros((len(states), 2)), 0.0
        for name in names:
            centre = self.centre[name]
            axes = np.stack([_flat(direction.get(name), centre) for direction in (self.first, self.second)])
            products += axes @ axes.T
            for row, state in enumerate(states):
                away = _away(state, name, centre)
                along[row] += axes @ away
                moved += float(away @ away)
        for name in others:
            moved += sum(float(away @ away) for state in states for away in (_away(state, name, self.centre[name]),))
        steps = np.asarray(np.linalg.lstsq(products, along.T, rcond=None)[0].T, dtype=np.float64)
        seen = float(np.sum((steps @ products) * steps))
        return steps + np.array(self.origin), min(1.0, seen / moved) if moved else 1.0


def random_plane(centre: Arrays, seed: int, reach: float = 1.0) -> Plane:
    """Two random directions whose every filter is as long as the centre's; biases and scales stay as they are.

    The axes count in filters: at 1 every filter has been moved as far as it is long. In a network without filters, with
    single numbers alone, every parameter counts as one.

    Raises:
        TrainError: all weights are 0.
    """
    rng = np.random.default_rng(seed)
    first, second = _random_direction(centre, rng), _random_direction(centre, rng)
    if not any(direction.any() for direction in first.values()):
        raise TrainError("There are no random directions to go in: all weights that training may change are 0.")
    window = (-reach, reach, -reach, reach)
    return Plane("random", centre, first, second, (0.0, 0.0), ("random direction 1", "random direction 2"), window)


def _random_direction(centre: Arrays, rng: np.random.Generator) -> Arrays:
    found: dict[str, NDArray[np.float32]] = {}
    has_filters = any(weights.ndim > 1 for weights in centre.values())
    for name, weights in centre.items():
        if has_filters and weights.ndim < 2:
            continue
        filters = weights.reshape(len(weights) if has_filters else 1, -1)
        drawn = rng.standard_normal(filters.shape, dtype=np.float32)
        wanted = np.linalg.norm(filters, axis=1)
        drawn *= (wanted / np.linalg.norm(drawn, axis=1).clip(1e-12))[:, np.newaxis]
        found[name] = drawn.reshape(weights.shape)
    return found


def weight_plane(centre: Arrays, one: WeightPlace, other: WeightPlace, reach: float) -> Plane:
    """Two weights, each from `reach` below its present value to `reach` above; the axes are their values.

    Raises:
        TrainError: they are the same, or one of them does not exist.
    """
    if one == other:
        raise TrainError("Both axes are the same weight. Choose two different ones.")
    for place in (one, other):
        weights = centre.get(place.name)
        if weights is None or not _is_inside(place.index, weights.shape):
            raise TrainError(f"The network has no weight {place.title} that training may change. Choose another one.")
    x, y = (float(centre[place.name][place.index]) for place in (one, other))
    window = (x - reach, x + reach, y - reach, y + reach)
    first, second = _towards(centre, one), _towards(centre, other)
    return Plane("weights", centre, first, second, (x, y), (one.title, other.title), window)


def _is_inside(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(index) == len(shape) and all(0 <= number < size for number, size in zip(index, shape, strict=True))


def _towards(centre: Arrays, place: WeightPlace) -> Arrays:
    direction = np.zeros_like(centre[place.name])
    direction[place.index] = 1.0
    return {place.name: direction}


def path_plane(centre: Arrays, states: Sequence[Arrays]) -> Plane:
    """The two directions in which `states` lie furthest from the centre; the axes are distances in weight space.

    The principal components of the differences, from their inner products, so that no matrix as large as the network
    is ever made.

    Raises:
        TrainError: the states do not spread in two directions.
    """
    count = len(states)
    products = np.zeros((count, count))
    for name, weights in centre.items():
        away = np.stack([_away(state, name, weights) for state in states]) if count else np.zeros((0, 0))
        products += away @ away.T
    sizes, mixtures = np.linalg.eigh(products) if count else (np.zeros(0), np.zeros((0, 0)))
    if count < 2 or sizes[-2] <= 1e-9 * max(sizes[-1], 1e-30):
        raise TrainError(
            "The way of the run is not known yet, or it is a straight line. Train for some epochs while the document "
            "is open; then its two main directions can be drawn."
        )
    first, second = (
        {
            name: np.tensordot(mixtures[:, -rank], _stack(states, name, weights), 1).astype(np.float32)
            / np.float32(np.sqrt(sizes[-rank]))
            for name, weights in centre.items()
        }
        for rank in (1, 2)
    )
    shares = [100 * float(sizes[-rank] / sizes.sum()) for rank in (1, 2)]
    labels = tuple(f"main direction {rank} ({share:.0f} % of the way)" for rank, share in enumerate(shares, 1))
    plane = Plane("path", centre, first, second, (0.0, 0.0), (labels[0], labels[1]), (-1.0, 1.0, -1.0, 1.0))
    return around(plane, plane.place(states)[0])


def around(plane: Plane, points: Floats) -> Plane:
    """The same plane with a window around the points (count, 2) and the centre."""
    held = np.vstack([points, np.array([plane.origin])])
    low, high = held.min(axis=0), held.max(axis=0)
    size = np.maximum(high - low, 1e-6)
    size = np.maximum(size, 0.25 * size.max())  # a way that is almost straight still gets some land on both sides
    middle, half = (low + high) / 2, size * (0.5 + _ROUND)
    window = (middle[0] - half[0], middle[0] + half[0], middle[1] - half[1], middle[1] + half[1])
    left, right, bottom, top = map(float, window)
    return Plane(
        plane.kind, plane.centre, plane.first, plane.second, plane.origin, plane.labels, (left, right, bottom, top)
    )


def most_moved(centre: Arrays, states: Iterable[Arrays]) -> tuple[WeightPlace, WeightPlace] | None:
    """The two weights that lie furthest from where they were in any of the states; without states the two largest.

    None if there are fewer than two weights.
    """
    known = list(states)
    found: list[tuple[float, WeightPlace]] = []
    for name, weights in centre.items():
        distance = np.max(np.abs(_stack(known, name, weights)), axis=0) if known else np.abs(weights)
        flat = distance.ravel()
        for number in np.argsort(-flat, kind="stable")[:2]:
            index = tuple(int(part) for part in np.unravel_index(int(number), weights.shape))
            found.append((float(flat[number]), WeightPlace(name, index)))
    found.sort(key=lambda pair: -pair[0])
    return (found[0][1], found[1][1]) if len(found) > 1 else None


def _flat(direction: NDArray[np.float32] | None, like: NDArray[np.float32]) -> Floats:
    return np.zeros(like.size) if direction is None else direction.ravel().astype(np.float64)


def _away(state: Arrays, name: str, centre: NDArray[np.float32]) -> Floats:
    value = state.get(name)
    if value is None or value.shape != centre.shape:
        return np.zeros(centre.size)
    return value.ravel().astype(np.float64) - centre.ravel()


def _stack(states: Sequence[Arrays], name: str, centre: NDArray[np.float32]) -> Floats:
    return np.stack([_away(state, name, centre).reshape(centre.shape) for state in states])
