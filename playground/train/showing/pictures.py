"""Pictures of a network in training: how weights and gradients are spread, and what the first filters look like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from math import prod

import numpy as np
import torch
from torch import Tensor, nn

from playground.engine.compile import Network
from playground.layers import Category, layer_type
from playground.train.events import ActivationPicture, Histogram, LayerPicture, Pictures

BINS = 31
"""Odd, so that the middle one lies around zero."""

MOST_LAYERS, MOST_FILTERS = 64, 64


def weights_of(network: Network) -> dict[str, nn.Parameter]:
    """The weights of each layer that joins inputs to outputs, by node id, in the order of computation.

    Biases and the scales of normalisations are left out: there are few of them, and they mean something else. Of
    several (a recurrent layer's) the first stands for all.
    """
    found: dict[str, nn.Parameter] = {}
    for node_id, layer in network.children.items():
        if layer_type(network.analysis.graph.node(node_id).type).category == Category.NORMALISE:
            continue
        for name, parameter in layer.named_parameters():
            if name.startswith("weight") and parameter.ndim >= 2 and len(found) < MOST_LAYERS:
                found.setdefault(node_id, parameter)
    return found


def copy_weights(network: Network) -> dict[str, Tensor]:
    """The weights before an update, for `take_pictures` after it."""
    return {node_id: weight.detach().clone() for node_id, weight in weights_of(network).items()}


def take_pictures(
    network: Network,
    before: Mapping[str, Tensor],
    step: int,
    position: float,
    activations: tuple[ActivationPicture, ...] = (),
) -> Pictures:
    """The pictures after an update; `before` are the weights that it changed."""
    with torch.no_grad():
        layers = tuple(
            LayerPicture(
                node_id,
                histogram_of(weight),
                histogram_of(weight.grad),
                _update_ratio(before[node_id], weight),
                _size(weight),
                _size(weight.grad),
            )
            for node_id, weight in weights_of(network).items()
        )
    filters_of, filters = first_filters(network)
    return Pictures(step, position, layers, filters, filters_of, activations)


def first_filters(network: Network) -> tuple[str, np.ndarray | None]:
    """The id of the first layer with weights, and these as pictures if they look at the input picture.

    A convolution on one channel, or three, shows its kernels as they are; on more, the first channel's. A dense
    layer straight behind the picture shows the weights of each unit, laid out as the picture is.
    """
    analysis = network.analysis
    for node_id, weight in weights_of(network).items():
        kind, shape = analysis.graph.node(node_id).type, analysis.input_shape or ()
        array = weight.detach().cpu().numpy()[:MOST_FILTERS]
        if kind in ("conv2d", "depthwise_conv2d", "ws_conv2d"):
            colour = array.shape[1] == 3
            return node_id, np.array(array if colour else array[:, 0])
        if kind == "dense" and len(shape) == 3 and array.shape[1] == prod(shape) and shape[0] in (1, 3):
            tiles = array.reshape(len(array), *shape)
            return node_id, np.array(tiles if shape[0] == 3 else tiles[:, 0])
        break
    return "", None


def histogram_of(values: Tensor | None) -> Histogram:
    """Counts in BINS equal steps from −m to m.

    m is the largest magnitude, or four times the root mean square if that is less; what lies beyond is counted in the
    outermost steps.
    """
    if values is None or not values.numel():
        return Histogram(np.zeros(BINS, dtype=np.int64), 0.0, 0.0)
    flat = values.detach().float().flatten().cpu()
    largest = float(flat.abs().max())
    if not np.isfinite(largest) or largest == 0.0:
        counts = np.zeros(BINS, dtype=np.int64)
        counts[BINS // 2] = flat.numel() if largest == 0.0 else 0
        return Histogram(counts, 0.0, 0.0)
    reach = min(largest, 4 * _length(flat) / flat.numel() ** 0.5)
    counts = torch.histc(flat.clamp(-reach, reach), BINS, -reach, reach)
    return Histogram(counts.numpy().astype(np.int64), -reach, reach)


def _update_ratio(before: Tensor, after: Tensor) -> float | None:
    size, change = _length(before), _length(after - before)
    return change / size if size > 0 and change > 0 else None


def _size(values: Tensor | None) -> float:
    """The root mean square."""
    return _length(values) / values.numel() ** 0.5 if values is not None and values.numel() else math.nan


def _length(values: Tensor) -> float:
    """The square root of the sum of squares."""
    return float(values.square().sum().sqrt())
