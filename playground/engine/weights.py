"""The tensors of every layer seen so far, so that no edit and no undo loses what was learnt."""

from __future__ import annotations

import numpy as np

from playground.engine.compile import Signature, State, signatures
from playground.engine.shapes import Analysis


class WeightStore:
    """Newest tensors by layer signature (id, type, hyperparameters, input shapes).

    An edit that leaves a layer as it was finds its tensors again; so does undoing an edit that changed it. What was
    learnt from another start (`start` names it: the digest of a base, empty for drawn weights) is kept apart.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Signature], dict[str, np.ndarray]] = {}

    def remember(self, analysis: Analysis, state: State, start: str = "") -> None:
        """Keep the tensors of a network of this analysis."""
        for node_id, signature in signatures(analysis).items():
            prefix = f"{node_id}."
            tensors = {key: value for key, value in state.items() if key.startswith(prefix)}
            if tensors:
                self._kept[start, signature] = tensors

    def recall(self, analysis: Analysis, start: str = "") -> dict[str, np.ndarray]:
        """The tensors known for this analysis' layers; layers never seen are absent."""
        found: dict[str, np.ndarray] = {}
        for signature in signatures(analysis).values():
            found |= self._kept.get((start, signature), {})
        return found

    def forget(self) -> None:
        """Drop everything: the next network starts from its seed."""
        self._kept.clear()
