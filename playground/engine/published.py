"""Published numbers beside live ones: where in the record of a step a printed number is found."""

from __future__ import annotations

from typing import cast

import numpy as np

from playground.engine.trace import Frame, Trace
from playground.zoo import Published


def live_value(published: Published, trace: Trace) -> float | None:
    """What the recorded step of one example has in the place of a printed number.

    None where a single step does not tell: for numbers of later steps, for updates that were not made, and for
    layers that the network no longer has.
    """
    frame, index = trace.frames.get(published.node), published.index
    if frame is None:
        return None
    try:
        return _find(published, frame, index, trace)
    except IndexError:
        return None


def _find(published: Published, frame: Frame, index: tuple[int, ...], trace: Trace) -> float | None:
    match published.kind:
        case "output":
            return float(frame.output[0][index])
        case "loss":
            return trace.loss
        case "loss_term":
            return _half_square(frame, index)
        case "grad_output":
            return None if frame.grad_output is None else float(frame.grad_output[0][index])
        case "slope":
            return _slope(frame, index)
        case "grad_term":
            return _share(frame, index)
        case "grad_weight":
            return _entry(frame.grad_weights.get(published.tensor), index)
        case "updated":
            is_new = frame.updated.get(published.tensor) is not frame.weights.get(published.tensor)
            return _entry(frame.updated.get(published.tensor), index) if is_new else None
        case "loss_after" | "output_after":
            return None


def _entry(tensor: np.ndarray | None, index: tuple[int, ...]) -> float | None:
    return None if tensor is None else float(tensor[index])


def _half_square(frame: Frame, index: tuple[int, ...]) -> float | None:
    """½(t − o)² of one output, times the weight of the loss."""
    weight = frame.params.get("weight", 1.0)
    if frame.target is None or frame.params.get("reduction") != "half_sum" or not isinstance(weight, float):
        return None
    return float(weight * 0.5 * (frame.target[0][index] - frame.inputs[0][0][index]) ** 2)


def _slope(frame: Frame, index: tuple[int, ...]) -> float | None:
    """∂y / ∂x of an elementwise layer: what it handed back, over what it received."""
    if frame.grad_output is None or not frame.grad_inputs or frame.grad_output[0][index] == 0:
        return None
    return float(frame.grad_inputs[0][0][index] / frame.grad_output[0][index])


def _share(frame: Frame, index: tuple[int, ...]) -> float | None:
    """wⱼᵢ · ∂E/∂zⱼ: what neuron j of a dense layer hands back to its input i."""
    if frame.grad_output is None or "weight" not in frame.weights:
        return None
    source, neuron = cast("tuple[int, int]", index)
    return float(frame.weights["weight"][neuron, source] * frame.grad_output[0][neuron])
