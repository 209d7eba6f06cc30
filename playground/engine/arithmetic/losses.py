"""Where a loss and its gradient come from. Each family of losses says its terms; here they become explanations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from playground.engine.arithmetic import distances, margins, surprise
from playground.engine.arithmetic._compose import compose, indexed, worked_out
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._loss_parts import TARGET_PORT, Parts
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    ExplanationError,
    Index,
    Namer,
    Place,
    unnamed,
    value_at,
)
from playground.engine.arithmetic._text import blame, joined
from playground.engine.arithmetic.surprise import probability

if TYPE_CHECKING:
    from playground.engine.trace import Frame

__all__ = ["CAPABILITY", "explain_grad_input", "explain_output", "explain_slope", "probability"]

SIGMA = r"\sum"

_MEASURES: Mapping[str, Callable[[Frame, Namer, float], Parts]] = {
    "cross_entropy": surprise.of_classes,
    "binary_cross_entropy": surprise.of_answers,
    "squared_error": distances.squares,
    "mean_absolute_error": distances.distances,
    "huber": distances.bounded_squares,
    "hinge": margins.missing,
    "output_loss": margins.outputs,
}
_BLAMES: Mapping[str, Callable[[Frame, int, Index, Namer], Parts]] = {
    "cross_entropy": surprise.blame_of_class,
    "binary_cross_entropy": surprise.blame_of_answer,
    "squared_error": distances.blame_of_square,
    "mean_absolute_error": distances.blame_of_distance,
    "huber": distances.blame_of_bounded_square,
    "hinge": margins.blame_of_missing,
    "output_loss": margins.blame_of_output,
}
_LETTERS: Mapping[str, str] = {"cross_entropy": "z", "binary_cross_entropy": "z", "hinge": "s"}
"""What the network's answer is called in formulas; o elsewhere."""


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """The loss of the batch; index is ()."""
    place = Place(frame.node, "output", index)
    value = value_at(frame, place)
    parts = _known(_MEASURES, frame)(frame, names, value)
    batch, weight = len(frame.inputs[0]), frame.params.get("weight", 1.0)
    title = f"{frame.node}" + (f" · mean over {batch} examples" if batch > 1 else "")
    return compose(
        frame,
        place,
        title=title if weight == 1 else f"{title} · weight {weight:g}",
        symbol=names(place) or "E",
        formula=_scaled(parts),
        terms=parts.terms,
        scale=parts.scale,
        words=parts.words,
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂o of one number of the answer, or (port 1) ∂E/∂t of one of a wired target. Here the way back begins."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    parts = _known(_BLAMES, frame)(frame, port, index, names)
    array = frame.inputs[port]
    letter = "t" if port == TARGET_PORT else _LETTERS.get(frame.type, "o")
    where = ", ".join(str(position + (1 if axis == 0 else 0)) for axis, position in enumerate(index[1:]))
    noun = "target" if port == TARGET_PORT else "output"
    example = f" · example {index[0] + 1} of {len(array)}" if len(array) > 1 else ""
    usual = names(Place(frame.node, "input", index, port)) or indexed(letter, array, index)
    return compose(
        frame,
        place,
        title=f"Blame of {noun} {where}{example}",
        symbol=names(place) or blame(usual),
        formula=_scaled(parts),
        terms=parts.terms,
        scale=parts.scale,
        words=parts.words,
    )


def explain_slope(frame: Frame, index: Index) -> Explanation:
    """How much the charge of one number of the answer grows with it: its blame before the mean and the weight.

    Raises:
        ExplanationError: the pass was made without a target, or the loss is of no known kind.
    """
    parts = _known(_BLAMES, frame)(frame, 0, index, unnamed)
    letter = indexed(_LETTERS.get(frame.type, "o"), frame.inputs[0], index)
    symbol = rf"\frac{{\partial e}}{{\partial {letter}}}"
    return worked_out("How the charge changes with the number", symbol, parts.formula, parts.terms, parts.words)


def _known(by_type: Mapping[str, Callable[..., Parts]], frame: Frame) -> Callable[..., Parts]:
    if frame.type not in by_type:
        raise ExplanationError(f"There is no explanation for losses of type “{frame.type}” yet.")
    return by_type[frame.type]


def _scaled(parts: Parts) -> str:
    if parts.scale is None:
        return parts.formula
    if parts.formula.startswith(SIGMA):
        return joined([f"{parts.scale.symbol} {parts.formula}"])
    return f"{parts.scale.symbol} {enclosed(parts.formula)}"


CAPABILITY = Capability(explain_output, explain_grad_input)
"""Of the losses that the microscope of distributions cannot show."""
