"""How weights, gradients and activations of each layer were spread, over the whole run, in bounded memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.train.events import ActivationPicture, Histogram, LayerPicture, Pictures

What = Literal["activations", "weights", "gradients"]

MOST = 240
"""Pictures that are kept at most. When there are more, every second one is let go, and from then on only every second
one that comes is kept: they stay spread over the run. With 64 layers they take about 12 MB."""

ROWS = 41
"""Steps of value in a strip: odd, so that the middle one lies around zero."""


@dataclass(frozen=True, eq=False)
class Strip:
    """Histograms side by side, all over the same range.

    `shares[i, j]` (moments, ROWS) is the part of the values that lay, at `positions[i]` on the epoch axis, in the j-th
    of equal steps from −`reach` to `reach`.
    """

    positions: NDArray[np.float64]
    shares: NDArray[np.float64]
    reach: float

    @property
    def is_never_negative(self) -> bool:
        """Whether no value lay clearly below 0, as behind ReLU."""
        return not self.shares[:, : ROWS // 2 - 1].any()


class OverTime:
    """The pictures of one run, thinned. `version` changes with every one that is kept."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self.version = 0
        self.clear()

    def clear(self) -> None:
        """Another run begins."""
        self._kept: list[Pictures] = []
        self._newest: Pictures | None = None
        self._stride, self._since = 1, 0
        self.version += 1

    def add(self, pictures: Pictures) -> None:
        """Take these in. Those of later places are let go: the run went back to before them."""
        while self._kept and self._kept[-1].position >= pictures.position:
            self._kept.pop()
        slim = replace(pictures, filters=None)
        self._since += 1
        if self._since >= self._stride or not self._kept:
            self._kept.append(slim)
            self._newest, self._since = None, 0
        else:
            self._newest = slim
        if len(self._kept) > self._most:
            self._kept = self._kept[::-2][::-1]  # the last one stays
            self._stride *= 2
        self.version += 1

    def __len__(self) -> int:
        return len(self._all)

    @property
    def _all(self) -> list[Pictures]:
        return self._kept if self._newest is None else [*self._kept, self._newest]

    def until(self, position: float) -> Sequence[Pictures]:
        """Those up to this place on the epoch axis, in order."""
        return self._all[: bisect_right(self._all, position, key=lambda seen: seen.position)]

    def layers(self, what: What) -> tuple[str, ...]:
        """The ids of the layers of which this is known, in the order of computation."""
        for seen in reversed(self._all):
            found = seen.activations if what == "activations" else seen.layers
            if found:
                return tuple(layer.node for layer in found)
        return ()

    def strip(self, what: What, node: str) -> Strip | None:
        """How these values of a layer were spread over the run; None where that was never seen."""
        found = [(seen.position, histogram) for seen in self._all if (histogram := histogram_in(seen, what, node))]
        return _strip(found) if found else None


def histogram_in(seen: Pictures, what: What, node: str) -> Histogram | None:
    """The histogram of these values of a layer, if they are in the picture."""
    layers: Sequence[ActivationPicture | LayerPicture] = seen.activations if what == "activations" else seen.layers
    layer = next((layer for layer in layers if layer.node == node), None)
    return None if layer is None else _histogram(layer, what)


def middle_half(histogram: Histogram) -> tuple[float, float]:
    """The values between which the middle half of all lie, as exactly as the histogram knows."""
    total = histogram.counts.sum()
    if not total:
        return 0.0, 0.0
    edges = np.linspace(histogram.low, histogram.high, len(histogram.counts) + 1)
    shares = np.concatenate([[0.0], np.cumsum(histogram.counts) / total])
    low, high = np.interp([0.25, 0.75], shares, edges)
    return float(low), float(high)


def _histogram(layer: ActivationPicture | LayerPicture, what: What) -> Histogram:
    if isinstance(layer, ActivationPicture):
        return layer.values
    return layer.weights if what == "weights" else layer.gradients


def _strip(found: Sequence[tuple[float, Histogram]]) -> Strip:
    reaches = np.array([histogram.high for _, histogram in found])
    reach = float(reaches.max())
    counts = np.array([histogram.counts for _, histogram in found], dtype=np.float64)
    return Strip(np.array([position for position, _ in found]), _resampled(counts, reaches, reach), reach)


def _resampled(counts: NDArray[np.float64], reaches: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """Shares in ROWS equal steps from −reach to reach, values being spread evenly within each step of a histogram."""
    moments, bins = counts.shape
    totals = np.maximum(counts.sum(1, keepdims=True), 1.0)
    below = np.concatenate([np.zeros((moments, 1)), np.cumsum(counts / totals, 1)], 1)
    edges = np.linspace(-reach, reach, ROWS + 1)
    span = np.where(reaches > 0, reaches, 1.0)[:, None]
    place = np.clip((edges[None] / span + 1) / 2 * bins, 0, bins)
    left = np.minimum(place.astype(np.intp), bins - 1)
    lower = np.take_along_axis(below, left, 1)
    upper = np.take_along_axis(below, left + 1, 1)
    shares = np.diff(lower + (upper - lower) * (place - left), axis=1)
    all_zero = reaches <= 0
    shares[all_zero] = 0.0
    shares[all_zero, ROWS // 2] = 1.0
    return shares
