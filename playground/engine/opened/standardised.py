"""A weight of a filter that is standardised before it is used: its own way to the result, and that through μ and σ²."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic import Factor, Index, Namer, Place, unnamed, value_at
from playground.engine.arithmetic.standardised import arriving_at, weight
from playground.engine.opened.gate_builder import Builder

if TYPE_CHECKING:
    from playground.engine.trace import Frame

WORDS = (
    "The weight moves its own standardised weight, and by way of the mean μ and the variance σ² those of all others of "
    "its filter; what these do to E comes in as one number."
)


def standardising(
    builder: Builder, frame: Frame, index: Index, names: Namer = unnamed
) -> tuple[str, dict[str, float | None]]:
    """ŵ = (w − μ) / √(σ² + ε), with σ² = mean of w² − μ², so that each use of w stands alone; the key of w, the ends.

    Of the other weights w_j of the filter, with g_j = ∂E/∂ŵ_j as it arrives, E moves by Σ g_j (w_j − μ) / √(σ² + ε):
    one number, of which E is as much to blame as it is large.
    """
    raw, arriving = frame.weights["weight"][index[0]].astype(np.float64), arriving_at(frame, index[0])
    inner, count = index[1:], raw.size
    others = np.ones(raw.shape, dtype=bool)
    others[inner] = False
    place = Place(frame.node, "weight", index, name="weight")
    leaf = builder.leaf(Factor(names(place) or "w", value_at(frame, place), place))
    name = f"{count - 1:,} others"
    total = builder.gate("add", leaf, builder.together(float(raw[others].sum()), f"{name}, added up"))
    mean = builder.call(builder.scaled(total, 1 / count), r"\mu")
    squares = builder.together(float((raw[others] ** 2).sum()), f"{name}, squared")
    square = builder.scaled(builder.gate("add", builder.gate("square", leaf), squares), 1 / count)
    variance = builder.call(builder.difference(square, builder.gate("square", mean)), r"\sigma^{2}")
    epsilon = frame.params["eps"]
    assert isinstance(epsilon, float)
    over = builder.gate("reciprocal", builder.gate("root", builder.shifted(variance, epsilon)))
    rest = builder.together(float((arriving * raw)[others].sum()), r"sum of g w of the others")
    pulled = builder.gate("add", rest, builder.scaled(mean, -float(arriving[others].sum())))
    ends: dict[str, float | None] = {
        builder.call(builder.gate("multiply", pulled, over), r"\mathrm{by\ the\ others}"): 1.0,
    }
    own = weight(frame, index, names)
    ends[builder.call(builder.gate("multiply", builder.difference(leaf, mean), over), own.symbol)] = float(
        arriving[inner]
    )
    return leaf, ends
