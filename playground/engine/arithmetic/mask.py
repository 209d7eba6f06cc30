"""Where the numbers of dropout and its kin come from: a mask of zeros and ones, and what is kept made larger.

Dropout draws for each number, spatial dropout for each channel, stochastic depth for each example; the recorded mask
has the shape of the output in every case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, read, upstream, where
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import number, plain, sum_of_symbols

if TYPE_CHECKING:
    from playground.engine.trace import Frame


_DROPPED = {"dropout2d": "this whole channel", "stochastic_depth": "the whole branch of this example"}
"""What the dice decide about, where it is not a single number."""


def dropout_mask(frame: Frame) -> np.ndarray:
    """1 where a number was kept, 0 where it was dropped; in use all are kept."""
    return np.ones_like(frame.output) if frame.mask is None else frame.mask


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = m x / (1 − p) in training, y = x in use."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    x = input_factor(frame, 0, index, names)
    term, scale = _kept(frame, index, x, names)
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=_formula(term, scale),
        terms=[term],
        scale=scale,
        words=_in_words(frame, index, "number"),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = m / (1 − p) · ∂E/∂y: blame goes back only where the number came through."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    term, scale = _kept(frame, index, upstream(frame, index, names), names)
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.output, index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=_formula(term, scale),
        terms=[term],
        scale=scale,
        words=_in_words(frame, index, "blame"),
    )


def _kept(frame: Frame, index: Index, factor: Factor, names: Namer) -> tuple[Term, Factor | None]:
    if frame.mask is None:
        return Term((factor,)), None
    mask = read(frame, Place(frame.node, "mask", index), indexed("m", frame.output, index), names)
    part = _part(frame)
    written = rf"\frac{{1}}{{1 - {number(part)}}}"
    return Term((mask, factor)), Factor(r"\frac{1}{1 - p}", 1 / (1 - part), written=written)


def _formula(term: Term, scale: Factor | None) -> str:
    product = sum_of_symbols([term])
    return product if scale is None else rf"{scale.symbol} \cdot {product}"


def _part(frame: Frame) -> float:
    part = frame.params["p"]
    assert isinstance(part, float)
    return part


def _in_words(frame: Frame, index: Index, what: str) -> str:
    dropped = _DROPPED.get(frame.type, "this number")
    if frame.mask is None:
        layer = "stochastic depth" if frame.type == "stochastic_depth" else "dropout"
        return f"In use {layer} does nothing: the {what} passes as it is."
    part = _part(frame)
    if not frame.mask[index]:
        return f"In this pass the dice dropped {dropped} (a chance of {plain(100 * part, 3)} %): the {what} is zero."
    kept = f"{dropped.capitalize()} was kept."
    size = f"{plain(1 / (1 - part))} times as large"
    if what == "blame":
        return f"{kept} It went on {size}, so its blame comes back {size} too."
    return f"{kept} It is made {size}, to make up for the {plain(100 * part, 3)} % that are dropped."


CAPABILITY = Capability(explain_output, explain_grad_input)
