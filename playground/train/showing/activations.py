"""Pictures of what the layers of a network in training answer: how their numbers are spread, and which units are mute.

They are taken on the same few training examples each time, as the network is used (dropout off), and only so often
that it costs a fiftieth of the time at most: a picture that would come too soon is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from playground.engine.chance import chance_from
from playground.engine.compile import Network
from playground.layers import Category, layer_type
from playground.train.events import ActivationPicture
from playground.train.showing.pictures import MOST_LAYERS, histogram_of

_MOST_EXAMPLES, _FEWEST_EXAMPLES = 32, 2
_WORK = 200_000_000
"""Multiply-adds that one picture may take: of large networks fewer examples are seen."""
_SHARE, _SECOND = 50, 1.0
"""After a picture there is none for so many times as long as it took; the first one is slow, since all is new then, so
the second one is waited for no longer than so many seconds."""
_SAMPLE = 10_000
"""Numbers of which a histogram is made, at most, evenly chosen."""
_BOUNDS = {"sigmoid": (0.0, 1.0), "hardsigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "scaled_tanh": (-1.7159, 1.7159)}
_NEAR = 0.0125
"""So near to a bound, as a share of the distance between both, tanh and sigmoid have a twentieth of their slope."""
_NEARLY_ALWAYS = 0.95
_CAN_DIE = ("relu", "relu6", "hardswish", "hardsigmoid")
_LINEAR = (Category.CONVOLUTION, Category.DENSE, Category.NORMALISE)


def answering_layers(network: Network) -> tuple[str, ...]:
    """The layers whose answers are worth a picture: activations, and layers with weights that no activation follows."""
    graph = network.analysis.graph
    found: list[str] = []
    for node_id in network.children:
        category = layer_type(graph.node(node_id).type).category
        after = [layer_type(graph.node(edge.target).type).category for edge in graph.outgoing(node_id)]
        follows = Category.ACTIVATION in after or Category.NORMALISE in after
        if category == Category.ACTIVATION or (category in _LINEAR and not follows):
            found.append(node_id)
    step = max(1, -(-len(found) // MOST_LAYERS))
    return tuple(found[::-1][::step][::-1])  # the last one, whose answer is the network's, is among them


class ActivationWatch:
    """Takes the pictures of one run. `x` (examples, *input shape) are its training examples."""

    def __init__(self, network: Network, x: Tensor, clock: Callable[[], float] = time.perf_counter) -> None:
        self._network, self._clock = network, clock
        work = max(1, network.analysis.multiply_adds)
        self._x = x[: min(_MOST_EXAMPLES, max(_FEWEST_EXAMPLES, _WORK // work))]
        self._layers = answering_layers(network)
        self._next, self._is_first = -float("inf"), True

    def take(self) -> tuple[ActivationPicture, ...]:
        """The pictures of now; none if it is too soon after the last ones."""
        began = self._clock()
        if began < self._next:
            return ()
        found: dict[str, ActivationPicture] = {}
        hooks = [
            self._network.children[node_id].register_forward_hook(partial(self._look, found, node_id))
            for node_id in self._layers
        ]
        was_training = {name: layer.training for name, layer in self._network.children.items()}
        try:
            self._network.train(False)
            with torch.no_grad(), chance_from(0):
                self._network.predictor(self._x)
        finally:
            for hook in hooks:
                hook.remove()
            for name, layer in self._network.children.items():
                layer.train(was_training[name])
        ended = self._clock()
        wait = _SHARE * (ended - began)
        self._next, self._is_first = ended + (min(wait, _SECOND) if self._is_first else wait), False
        return tuple(found[node_id] for node_id in self._layers if node_id in found)

    def _look(self, found: dict[str, ActivationPicture], node_id: str, _layer: Any, _inputs: Any, answer: Any) -> None:
        if isinstance(answer, Tensor) and answer.is_floating_point() and answer.ndim > 1:
            kind = self._network.analysis.graph.node(node_id).type
            found[node_id] = picture_of(node_id, kind, answer)


def picture_of(node_id: str, kind: str, answer: Tensor) -> ActivationPicture:
    """The picture of a layer's answer (examples, units or maps, …). `kind` is the key of its layer type."""
    units = answer.transpose(0, 1).flatten(1)  # (units, everything that each of them answered)
    dead = saturated = 0
    if kind in _CAN_DIE:
        dead = int((units == 0).all(1).sum())
    if kind in _BOUNDS:
        low, high = _BOUNDS[kind]
        near = _NEAR * (high - low)
        at_bounds = (units < low + near) | (units > high - near)
        saturated = int((at_bounds.float().mean(1) >= _NEARLY_ALWAYS).sum())
    flat = answer.flatten()
    sample = flat[:: max(1, -(-flat.numel() // _SAMPLE))].float()
    return ActivationPicture(
        node=node_id,
        values=histogram_of(sample),
        mean=float(sample.mean()),
        spread=float(sample.std(correction=0)),
        units=len(units),
        dead=dead,
        saturated=saturated,
        examples=len(answer),
    )
