"""What the window microscope says in words and in the margin, from recorded numbers. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.widgets.numbers import count, fixed, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation

FORMULAS = {
    "conv": r"z = \sum x \cdot w + b",
    "fixed": r"z = \sum x \cdot w",
    "max": r"y = \max\, x",
    "average": r"y = \frac{1}{n} \sum x",
    "global": r"y = \frac{1}{n} \sum x",
}
BACKWARD_FORMULAS = {
    "conv": r"\frac{\partial E}{\partial w} = \sum x \cdot \frac{\partial E}{\partial z}",
    "fixed": r"\frac{\partial E}{\partial x} = w \cdot \frac{\partial E}{\partial z}",
    "max": r"\frac{\partial E}{\partial x} = \frac{\partial E}{\partial y}",
    "average": r"\frac{\partial E}{\partial x} = \frac{1}{n} \frac{\partial E}{\partial y}",
    "global": r"\frac{\partial E}{\partial x} = \frac{1}{n} \frac{\partial E}{\partial y}",
}


def explanation_at(model: SlideModel, place: int) -> Explanation:
    """Where the output at this place comes from."""
    from playground.engine.arithmetic import explain_output

    index = (SHOWN, model.unit)
    if model.geometry.kind != "global":
        index = (*index, *model.geometry.cell(place))
    return explain_output(model.frame, index)


def forward_words(model: SlideModel, explanation: Explanation) -> str:
    """How the filter looks, and what it makes of this patch."""
    weights = model.filter_at(0)
    look = look_of(weights) if model.geometry.kind in ("conv", "fixed") and weights is not None else ""
    return f"{look} {explanation.words}".strip()


def backward_words(model: SlideModel) -> str:
    """What happens to the blame that arrives at this layer."""
    places = count(model.geometry.places)
    if model.geometry.kind == "conv":
        return (
            f"The same filter served {places} places. At each, a weight is to blame as far as the pixel under it was "
            "bright and the feature there was to blame: pixel × blame. All these add up to the filter’s gradient."
        )
    if model.geometry.kind == "max":
        return (
            "Only the winner of a window had any influence on the result, so it takes the window’s whole blame. "
            "The other pixels get nothing."
        )
    if model.geometry.kind == "fixed":
        return (
            "The kernel is given, so it takes no blame itself. Each pixel of the window takes the blame that arrives, "
            "times the weight that lay on it."
        )
    return "Every pixel of the window had the same part in the mean, so the blame is divided into equal shares."


def look_of(weights: np.ndarray) -> str:
    """Where a filter's plane is bright and where dark: "The filter is bright top-right and dark bottom-left."."""
    if min(weights.shape) < 2:
        return ""
    bright, dark = _where(np.clip(weights, 0, None)), _where(np.clip(-weights, 0, None))
    if bright and dark and bright != dark:
        return f"The filter is bright {bright} and dark {dark}."
    return ""


def _where(amounts: np.ndarray) -> str:
    """The part of the window in which most of the amounts lie; empty where they are spread evenly."""
    total = float(amounts.sum())
    if total <= 0:
        return ""
    names: list[str] = []
    for axis, (first, last) in enumerate((("top", "bottom"), ("left", "right"))):
        extent = amounts.shape[axis]
        along = amounts.sum(axis=1 - axis)
        middle = float((along * np.arange(extent)).sum()) / total / (extent - 1) - 0.5
        if abs(middle) > 0.09:
            names.append(first if middle < 0 else last)
    if len(names) == 1:
        return {"top": "at the top", "bottom": "at the bottom"}.get(names[0], f"on the {names[0]}")
    return "-".join(names) if names else ("in the middle" if _is_central(amounts) else "")


def _is_central(amounts: np.ndarray) -> bool:
    inner = amounts[1:-1, 1:-1]
    return inner.size > 0 and float(inner.sum()) > 0.5 * float(amounts.sum())


def three_ways(model: SlideModel, place: int) -> tuple[str, list[str]]:
    """A heading and the same numbers seen in three ways."""
    geometry = model.geometry
    pixels, places = geometry.kernel[0] * geometry.kernel[1], count(geometry.places)
    inputs = geometry.channels * geometry.picture[0] * geometry.picture[1]
    outputs = geometry.units * geometry.places
    if geometry.kind != "conv":
        none = {"max": "no weights: the largest wins", "fixed": f"{pixels} weights, given"}
        weights = none.get(geometry.kind, f"{pixels} weights of 1/{pixels}, fixed")
        return "Same numbers, three ways", [
            f"{count(inputs)} numbers become {count(outputs)}",
            f"as one neuron: {weights}",
            "parameters: none, so nothing to learn",
        ]
    channels = len(model.channels)
    weights = pixels * channels
    alike = model.correlation(place)
    bias = geometry.units if model.bias is not None else 0
    parameters = weights * geometry.units + bias
    factors = "·".join(str(factor) for factor in (*geometry.kernel, channels, geometry.units))
    sum_text = f"{factors} + {bias} = {count(parameters)}" if bias else f"{factors} = {count(parameters)}"
    dense = inputs * outputs + (outputs if bias else 0)
    return "Same numbers, three ways", [
        f"correlation of patch and filter  {'—' if alike is None else fixed(alike, 2)}",
        f"as one neuron: {count(weights)} weights shared by {places} places",
        f"parameters {sum_text} (a dense layer: {count(dense)})",
    ]


def backward_lines(model: SlideModel, batch: int) -> tuple[str, list[str]]:
    """What the arriving gradient amounts to."""
    gradient = model.gradient
    assert gradient is not None
    lines = [f"largest blame that arrives  {short(float(np.abs(gradient).max()), 3)}"]
    touched = int(np.count_nonzero(gradient))
    lines.append(f"places with any blame  {count(touched)} of {count(gradient.size)}")
    if model.geometry.kind == "conv" and "weight" in model.frame.grad_weights:
        whole = model.frame.grad_weights["weight"][model.unit]
        lines.append(f"largest gradient of this filter  {short(float(np.abs(whole).max()), 3)}")
        if batch > 1:
            lines.append(f"shown: this example; the other {batch - 1} of the batch add theirs")
    return "The numbers", lines


def place_line(model: SlideModel, place: int) -> str:
    """For the header: where the window stands, and the layer's settings."""
    geometry = model.geometry
    if geometry.kind == "global":
        return f"mean of all {count(geometry.picture[0] * geometry.picture[1])} pixels of the map"
    row, column = geometry.cell(place)
    parts = [f"at row {row}, column {column}", f"stride {_pair_text(geometry.stride)}"]
    same = model.frame.params.get("padding") == "same"
    padding = f"padding {'same' if same else _pair_text(geometry.padding)}"
    parts.append(padding if same or any(geometry.padding) else "no padding")
    if geometry.dilation != (1, 1):
        parts.append(f"dilation {_pair_text(geometry.dilation)}")
    return "  ·  ".join(parts)


def _pair_text(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} × {pair[1]}"
