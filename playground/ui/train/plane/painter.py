"""Maps and their pixels for the plane view, made off the GUI thread: one painter for each network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playground.engine.dense_chain import DenseChain
from playground.ui.train.plane.colours import Inks, Pixels, class_pixels, signed_pixels

if TYPE_CHECKING:
    from playground.engine.plane_maps import Maps, PlaneMaps, PlaneSurvey
    from playground.engine.shapes import Analysis

_WITHIN_ONE = ("tanh", "sigmoid", "hardsigmoid", "softmax", "sine", "step")
"""Layer types whose numbers are never larger than 1, so that full colour is 1."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Everything of one moment: `columns` are pixels (units · GRID, GRID) of the features and of every stage."""

    maps: PlaneMaps
    features: Maps
    columns: tuple[Pixels, ...]
    answer: Pixels
    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32] | None, ...]


class PlanePainter:
    """Paints one network's maps. `paint` is called on a worker thread, by one job at a time."""

    def __init__(self, analysis: Analysis, chain: DenseChain, classes: int) -> None:
        self.analysis, self.chain, self.classes = analysis, chain, classes
        self._survey: PlaneSurvey | None = None
        self._features: Maps | None = None
        self._feature_pixels: tuple[object, Pixels] | None = None

    def fits(self, state: Mapping[str, np.ndarray]) -> bool:
        """Whether these tensors are those of this network."""
        shapes = {stage.dense: self.analysis.layers[stage.dense] for stage in self.chain.stages}
        found = {key: state.get(f"{key}.weight") for key in shapes}
        return all(
            array is not None and array.shape == (shapes[key].output[0], shapes[key].inputs[0][0])
            for key, array in found.items()
        )

    def paint(self, state: Mapping[str, np.ndarray], inks: Inks, discrete: bool) -> Frame:
        """The maps with these tensors, all units in one pass, and their pixels."""
        from playground.engine.plane_maps import PlaneSurvey, feature_maps

        if self._survey is None or self._features is None:
            self._survey = PlaneSurvey(self.analysis, self.chain, self.classes)
            self._features = feature_maps()
        maps = self._survey.maps(state)
        features, look = self._features, (int(inks.signed[0]), int(inks.signed[-1]), inks.zero, discrete)
        if self._feature_pixels is None or self._feature_pixels[0] != look:
            reach = np.abs(features).max((1, 2), keepdims=True)
            self._feature_pixels = (look, _stacked(signed_pixels(features / reach, 1.0, inks, discrete)))
        columns = [self._feature_pixels[1]]
        for stage, values in zip(self.chain.stages, maps.stages, strict=True):
            columns.append(_stacked(signed_pixels(values, self._scale(stage.output, values), inks, discrete)))
        if maps.meaning == "classes":
            answer = class_pixels(maps.answer, inks, discrete)
        else:
            answer = signed_pixels(maps.answer[0], 1.0, inks, discrete)
        dense = [stage.dense for stage in self.chain.stages]
        weights = tuple(np.asarray(state[f"{key}.weight"]) for key in dense)
        return Frame(maps, features, tuple(columns), answer, weights, tuple(state.get(f"{key}.bias") for key in dense))

    def _scale(self, node_id: str, values: Maps) -> float:
        """The number that gets full colour: 1, or what is reached where numbers may be larger."""
        if self.analysis.graph.node(node_id).type in _WITHIN_ONE:
            return 1.0
        finite = np.abs(values[np.isfinite(values)])
        return max(1e-6, float(finite.max(initial=0.0)))


def _stacked(pixels: Pixels) -> Pixels:
    """(units, rows, columns) below each other."""
    return pixels.reshape(-1, pixels.shape[-1])
