"""What the window microscope says in words and in the margin, from recorded numbers. No Qt."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.window_geometry import WindowGeometry
from playground.ui.widgets.numbers import count, fixed, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation

_PICTURE = 2
_FORMULAS = {
    "conv": r"z = \sum x \cdot w + b",
    "fixed": r"z = \sum x \cdot w",
    "max": r"y = \max\, x",
    "average": r"y = \frac{1}{n} \sum x",
    "global": r"y = \frac{1}{n} \sum x",
    "sum": r"y = \sum x",
    "norm": r"y = \left(\sum |x|^p\right)^{1/p}",
}
_BACKWARD = {
    "conv": r"\frac{\partial E}{\partial w} = \sum x \cdot \frac{\partial E}{\partial z}",
    "max": r"\frac{\partial E}{\partial x} = \frac{\partial E}{\partial y}",
    "average": r"\frac{\partial E}{\partial x} = \frac{1}{n} \frac{\partial E}{\partial y}",
    "global": r"\frac{\partial E}{\partial x} = \frac{1}{n} \frac{\partial E}{\partial y}",
    "sum": r"\frac{\partial E}{\partial x} = \frac{\partial E}{\partial y}",
    "norm": r"\frac{\partial E}{\partial x} = \frac{\partial y}{\partial x} \frac{\partial E}{\partial y}",
}
_WAY_BACK = r"\frac{\partial E}{\partial x} = \sum w \cdot \frac{\partial E}{\partial z}"


def formula_of(model: SlideModel, way: str) -> str:
    """The formula at the left of the result line."""
    kind = model.geometry.kind
    if model.is_way_back:
        return _WAY_BACK
    if way in ("weights", "handed"):
        return _BACKWARD[kind]
    formula = _FORMULAS[kind]
    return formula if model.bias is not None or kind != "conv" else formula.removesuffix(" + b")


def explanation_at(model: SlideModel, place: int) -> Explanation:
    """Where the output at this place comes from; on the way back the input's gradient there."""
    from playground.engine.arithmetic import explain_grad_input, explain_output

    index = model.output_place(place).index
    return explain_grad_input(model.frame, 0, index) if model.is_way_back else explain_output(model.frame, index)


def forward_words(model: SlideModel, explanation: Explanation) -> str:
    """How the filter looks, and what it makes of this patch."""
    if model.is_way_back:
        start = "The filter is turned by 180° and walks over the blame, which has zeros around it"
        spread = getattr(model, "forward", model.geometry).stride != (1, 1)
        gaps = " and, for the stride, between" if spread else ""
        return f"{start}{gaps}. {explanation.words}"
    weights = model.filter_at(0)
    look = look_of(weights) if model.geometry.kind in ("conv", "fixed") and weights is not None else ""
    return f"{look} {explanation.words}".strip()


def backward_words(model: SlideModel) -> str:
    """What happens to the blame that arrives at this layer."""
    places = count(model.geometry.places * model.geometry.slices)
    match model.geometry.kind:
        case "conv":
            what = "number" if model.geometry.dimensions != _PICTURE else "pixel"
            return (
                f"The same filter served {places} places. At each, a weight is to blame as far as the {what} under it "
                f"was large and the feature there was to blame: {what} × blame. All these add up to the filter’s "
                "gradient."
            )
        case "max":
            return (
                "The place of the winner was remembered going forward: the switch. Only the winner of a window had any "
                "influence on the result, so it takes the window’s whole blame. The others get nothing."
            )
        case "sum":
            return "Every number of the window went into the sum as it is, so each takes the whole blame."
        case "norm":
            return (
                "The more a number dominates its window, the more the norm grows with it, and the more of the blame it "
                "takes: its size over the norm, to the power p − 1."
            )
        case _:
            return "Every number of the window had the same part in the mean, so the blame is divided evenly."


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
    if model.is_way_back:
        return _way_back_lines(model, place)
    under = geometry.index(geometry.thickness, *geometry.kernel)
    pixels, places = prod(under), geometry.places * geometry.slices
    inputs = model.raw.size
    outputs = geometry.units * places
    if geometry.kind != "conv":
        none = {
            "max": "no weights: the largest wins",
            "fixed": f"{pixels} weights, given",
            "sum": f"{pixels} weights of 1, fixed",
            "norm": "no weights: the length of its numbers",
        }
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
    factors = "·".join(str(factor) for factor in (*under, channels, geometry.units))
    sum_text = f"{factors} + {bias} = {count(parameters)}" if bias else f"{factors} = {count(parameters)}"
    dense = inputs * outputs + (outputs if bias else 0)
    return "Same numbers, three ways", [
        f"correlation of patch and filter  {'—' if alike is None else fixed(alike, 2)}",
        f"as one neuron: {count(weights)} weights shared by {count(places)} places",
        f"parameters {sum_text} (a dense layer: {count(dense)})",
    ]


def _way_back_lines(model: SlideModel, place: int) -> tuple[str, list[str]]:
    """Of the way back: how many numbers of blame meet at this pixel."""
    slices = (model.geometry.patch(model.outside(offset), place) for offset in range(model.geometry.thickness))
    met = int(sum((~outside).sum() for outside in slices)) * len(model.channels)
    return "The numbers", [
        f"numbers of blame that meet here  {count(met)}",
        f"feature maps that looked at it   {count(len(model.channels))}",
        f"largest blame handed back  {short(float(np.abs(model.output).max()), 3)}",
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
    if geometry.whole:
        what = "the largest" if geometry.kind == "max" else "mean"
        return f"{what} of all {count(geometry.picture[0] * geometry.picture[1])} numbers of the map"
    row, column = geometry.cell(place)
    at = {1: f"position {column}", 2: f"row {row}, column {column}"}
    where = at.get(geometry.dimensions, f"slice {model.depth}, row {row}, column {column}")
    if model.is_way_back:
        return f"{model.frame.node}’s input at {where}, channel {model.unit + 1}  ·  the filter turned by 180°"
    params = model.frame.params
    parts = [f"at {where}", f"stride {_sizes(geometry, 'stride')}"]
    same = params.get("padding") == "same"
    padded = any(geometry.padding) or (geometry.depth is not None and geometry.depth.padding[0] > 0)
    padding = f"padding {'same' if same else _sizes(geometry, 'padding')}"
    parts.append(padding if same or padded else "no padding")
    dilation = _sizes(geometry, "dilation")
    if dilation != "1":
        parts.append(f"dilation {dilation}")
    return "  ·  ".join(parts)


def _sizes(geometry: WindowGeometry, name: str) -> str:
    """A setting in the layer's own dimensions: 2, or 0 × 2."""
    depth = 0 if geometry.depth is None else getattr(geometry.depth, name)[0]
    sizes = geometry.index(depth, *getattr(geometry, name))
    return str(sizes[0]) if len(set(sizes)) == 1 else " × ".join(str(size) for size in sizes)
