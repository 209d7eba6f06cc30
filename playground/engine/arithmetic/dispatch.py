"""Explaining any recorded number, whatever its layer: chosen by the layer type's capability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from playground.engine.arithmetic import (
    affine,
    area,
    convolution,
    curve,
    distribution,
    features,
    gate,
    given,
    losses,
    mask,
    merge,
    neurons,
    normalisation,
    prototypes,
    rearrange,
    recurrent,
    reshape,
    response,
    threshold,
    transposed,
    window,
)
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    ExplanationError,
    Index,
    Namer,
    Place,
    recorded,
    unnamed,
)
from playground.layers import UnknownLayerType, layer_type

if TYPE_CHECKING:
    from playground.engine.trace import Frame

CAPABILITIES: Mapping[str, Capability] = {
    "input": given.CAPABILITY,
    "window": window.CAPABILITY,
    "convolution": convolution.CAPABILITY,
    "transposed": transposed.CAPABILITY,
    "area": area.CAPABILITY,
    "neurons": neurons.CAPABILITY,
    "threshold": threshold.CAPABILITY,
    "prototypes": prototypes.CAPABILITY,
    "recurrent": recurrent.CAPABILITY,
    "curve": curve.CAPABILITY,
    "distribution": distribution.CAPABILITY,
    "loss": losses.CAPABILITY,
    "normalisation": normalisation.CAPABILITY,
    "affine": affine.CAPABILITY,
    "response": response.CAPABILITY,
    "mask": mask.CAPABILITY,
    "merge": merge.CAPABILITY,
    "reshape": reshape.CAPABILITY,
    "rearrange": rearrange.CAPABILITY,
    "features": features.CAPABILITY,
    "gate": gate.CAPABILITY,
    "constant": given.CONSTANT,
    "parameter": given.PARAMETER,
}
"""By `LayerType.capability`."""


def explain_output(frame: Frame, index: Index, names: Namer = unnamed) -> Explanation:
    """Where `frame.output[index]` comes from; index begins with the example in the batch, and is () for a loss.

    Raises:
        ExplanationError: there is no such number, or layers of this type cannot be explained.
    """
    return _capability(frame).output(frame, index, names)


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer = unnamed) -> Explanation:
    """Where `frame.grad_inputs[port][index]` comes from: what this layer hands back to one number of an input.

    Raises:
        ExplanationError: as above, or the pass went forward only.
    """
    explain = _capability(frame).grad_input
    if explain is None:
        raise ExplanationError(f"Nothing lies before {frame.node}, so it hands no blame back.")
    recorded(frame, Place(frame.node, "grad_input", index, port))
    return explain(frame, port, index, names)


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer = unnamed) -> Explanation:
    """Where `frame.grad_weights[name][index]` comes from: a sum over the batch and all places the weight served.

    Raises:
        ExplanationError: as above, or the layer has no such parameter.
    """
    explain = _capability(frame).grad_weight
    if explain is None or not frame.weights:
        raise ExplanationError(f"{frame.node} has no weights.")
    recorded(frame, Place(frame.node, "grad_weight", index, name=name))
    return explain(frame, name, index, names)


def _capability(frame: Frame) -> Capability:
    try:
        return CAPABILITIES[layer_type(frame.type).capability]
    except (KeyError, UnknownLayerType):
        raise ExplanationError(f"There is no explanation for layers of type “{frame.type}” yet.") from None
