"""Three ways on which blame comes back through a normalisation: straight, through the mean, through the variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._spec import Explanation, Index, unnamed
from playground.engine.arithmetic._together import BATCH_NORMS, region, statistics
from playground.engine.arithmetic.normalisation import explain_grad_input

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_TITLES = ("Straight through", "Through the mean", "Through the variance")
_WORDS = (
    "If mean and variance stood still, this alone would be handed back: the blame times the scale.",
    "Moving this number moves the mean, and with it every number that is normalised together with it; so what all of "
    "them are blamed for, on average, is taken off.",
    "Moving this number moves the variance, by the more the farther it lies from the mean; so what would only stretch "
    "all the numbers is taken off.",
)


def paths(frame: Frame, index: Index) -> tuple[float, ...]:
    """What each of the three ways hands back to the number at `index`; in use only the first is there.

    Raises:
        ValueError: the pass went forward only.
    """
    if frame.grad_output is None:
        raise ValueError("This pass went forward only.")
    together = region(frame, index)
    mean, variance = statistics(frame, index)
    rest = 1 / np.sqrt(variance + float(str(frame.params["eps"])))
    weighted = frame.grad_output[together].astype(np.float64)
    if "weight" in frame.weights:
        gain = frame.weights["weight"]
        own = gain if gain.ndim > 1 else gain.reshape(-1, *(1,) * (weighted.ndim - 2))
        weighted = weighted * own[together[1]]
    inside = (index[0] - together[0].start, index[1] - together[1].start, *index[2:])
    straight = float(weighted[inside]) * rest
    if frame.type in BATCH_NORMS and not frame.training:
        return (straight,)
    normalised = (frame.inputs[0][together].astype(np.float64) - mean) * rest
    along = float((weighted * normalised).mean())
    return straight, -rest * float(weighted.mean()), -rest * float(normalised[inside]) * along


def explain_path(frame: Frame, index: Index, way: int) -> Explanation:
    """Where the part of one way comes from: 0 straight, 1 through the mean, 2 through the variance.

    Raises:
        ExplanationError: the pass went forward only, or there is no such way.
    """
    whole = explain_grad_input(frame, 0, index, unnamed)
    term, scale = whole.terms[way], whole.scale
    assert scale is not None
    inner = r" \cdot ".join(factor.symbol for factor in term.factors)
    sign = "-" if term.negative else ""
    formula = rf"{sign}{scale.symbol} \cdot {inner}"
    return worked_out(_TITLES[way], "d", formula, [term], _WORDS[way], scale=scale)
