"""The weights from which networks start in place of drawn ones: those of another network, kept for undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from playground.graph.experiment import Experiment

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.ui.session import Session

Arrays = Mapping[str, np.ndarray]


class Bases:
    """The tensors of the session's base, and of those that a step of undo or redo needs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[str, Arrays] = {}

    @property
    def name(self) -> str:
        """What the present start is called: the digest of its base, empty where all weights are drawn."""
        base = self._session.experiment.base
        return "" if base is None else base.digest

    @property
    def tensors(self) -> Arrays:
        """The weights that the network starts from, by "node id.torch name"; none where it has no base."""
        return self._kept.get(self.name, {})

    def fitting(self, analysis: Analysis) -> dict[str, np.ndarray]:
        """Of these the tensors that the layers of a network can take."""
        found: dict[str, np.ndarray] = {}
        for key, tensor in self.tensors.items():
            node_id, _, name = key.partition(".")
            report = analysis.layers.get(node_id)
            if report is not None and report.tensors.get(name, tensor.shape) == tensor.shape:
                found[key] = tensor
        return found

    def start_from(self, label: str, experiment: Experiment, tensors: Arrays) -> None:
        """One undoable edit to an experiment that starts from these tensors; its `base` bears their digest.

        What was learnt from another start stays for undo. A base is kept as long as a step of undo or redo needs it.
        """
        if experiment.base is not None:
            self._kept[experiment.base.digest] = dict(tensors)
        self._session.apply(label, experiment)
        steps, _ = self._session.document.history
        needed = {step.experiment.base.digest for step in steps if step.experiment.base is not None}
        self._kept = {digest: kept for digest, kept in self._kept.items() if digest in needed}

    def open(self, experiment: Experiment, tensors: Arrays) -> None:
        """Another document was opened, with the tensors of its base."""
        self._kept = {} if experiment.base is None else {experiment.base.digest: dict(tensors)}
