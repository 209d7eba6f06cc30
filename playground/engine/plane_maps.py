"""What every unit of a dense chain says everywhere in the plane: all units in one pass.

A unit's numbers lie in a row, as its map wants them. Dense layers and the commonest curves are numpy's, whose tanh
takes a tenth of the time of torch's on one core; everything else is the layer's own torch module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from playground.engine.compile import compile_network
from playground.engine.dense_chain import DenseChain
from playground.engine.plane_grid import GRID, REACH
from playground.engine.shapes import Analysis
from playground.layers import layer_type
from playground.layers.plane import FEATURES
from playground.layers.plane_modules import PlaneFeatures

Maps = NDArray[np.float32]
"""(units, GRID, GRID): row 0 is the upper edge of the plane, column 0 its left edge."""

_STEEP = 3.0
"""For losses that want outputs of 0 and 1, or one score to lead the others by 1: how fast shares grow with outputs."""

Numbers = NDArray[np.float32]
"""(units, places)"""

Meaning = Literal["classes", "value"]


@dataclass(frozen=True, eq=False)
class PlaneMaps:
    """The maps of one moment.

    `stages` holds those of each stage's units, after what bends them. `answer` says what the network answers: for
    "classes" the share of each class, (classes, GRID, GRID), together 1; else the first of the values it predicts.
    The shares are the network's own probabilities if `are_chances`; where its loss knows none they only grow with the
    outputs, and the largest is that of the class that is named.
    """

    stages: tuple[Maps, ...]
    answer: Maps
    meaning: Meaning
    are_chances: bool


def places() -> NDArray[np.float32]:
    """(GRID², 2): the middles of the fields of a map, row after row."""
    steps = (np.arange(GRID, dtype=np.float32) + 0.5) * (2 * REACH / GRID) - REACH
    across, down = np.meshgrid(steps, -steps)
    return np.stack([across.ravel(), down.ravel()], 1)


def feature_maps() -> Maps:
    """Every feature that there is, (features, GRID, GRID), whether the network gets it or not."""
    with torch.no_grad():
        found = PlaneFeatures(tuple(FEATURES))(torch.from_numpy(places()))
    return np.ascontiguousarray(found.numpy().T).reshape(-1, GRID, GRID)


class PlaneSurvey:
    """Draws the maps of one network, whatever its weights: made once, asked for every moment."""

    def __init__(self, analysis: Analysis, chain: DenseChain, classes: int) -> None:
        self._network = compile_network(analysis, 0)
        self._network.train(False)
        self._chain, self._classes = chain, classes
        self._loss = layer_type(analysis.graph.node(chain.loss).type)
        x = torch.from_numpy(places())
        with torch.no_grad():
            seen = self._network.children[chain.features](x) if chain.features else x
        self._x: Numbers = np.ascontiguousarray(seen.numpy().T)
        self._curves = {node_id: self._curve(node_id) for stage in chain.stages for node_id in stage.after}

    def maps(self, state: Mapping[str, np.ndarray]) -> PlaneMaps:
        """The maps with these tensors, by "node id.torch name"."""
        self._network.load(state)
        stages: list[Maps] = []
        x = self._x
        with np.errstate(over="ignore", invalid="ignore"):  # weights of a run that has diverged
            for stage in self._chain.stages:
                x = self._dense(stage.dense, x)
                for node_id in stage.after:
                    x = self._curves[node_id](x)
                stages.append(x.reshape(-1, GRID, GRID))
            answer, meaning = self._answer(stages[-1])
        return PlaneMaps(tuple(stages), answer, meaning, meaning == "classes" and self._loss.takes_scores)

    def _dense(self, node_id: str, x: Numbers) -> Numbers:
        """W x + b."""
        found = dict(self._network.children[node_id].named_parameters())
        z = np.matmul(found["weight"].detach().numpy(), x)
        if "bias" in found:
            z += found["bias"].detach().numpy()[:, np.newaxis]
        return z

    def _curve(self, node_id: str) -> Callable[[Numbers], Numbers]:
        """What stands behind a dense layer, as a function that may write over its argument."""
        by_numpy = _CURVES.get(self._network.analysis.graph.node(node_id).type)
        if by_numpy is not None:
            return by_numpy
        module = self._network.children[node_id]

        def by_torch(z: Numbers) -> Numbers:
            with torch.no_grad():
                return np.ascontiguousarray(module(torch.from_numpy(z).T).numpy().T)

        return by_torch

    def _answer(self, last: Maps) -> tuple[Maps, Meaning]:
        """What the last stage's numbers mean."""
        if not self._classes:
            return last[:1], "value"
        takes_scores = self._loss.takes_scores
        if len(last) == 1:
            chance = _logistic(last) if takes_scores else np.clip(last + (0.5 - self._loss.threshold), 0, 1)
            return np.concatenate([1 - chance, chance]), "classes"
        grown = np.exp((last - last.max(0)) * np.float32(1 if takes_scores else _STEEP))
        return grown / grown.sum(0), "classes"


def _logistic(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 / (1 + e^−z) = ½ + ½ tanh(z / 2), which never overflows."""
    return np.float32(0.5) + np.float32(0.5) * np.tanh(np.float32(0.5) * scores)


_CURVES: Mapping[str, Callable[[Numbers], Numbers]] = {
    "tanh": lambda z: np.tanh(z, out=z),
    "sigmoid": _logistic,
    "relu": lambda z: np.maximum(z, np.float32(0), out=z),
}
"""By layer type."""
