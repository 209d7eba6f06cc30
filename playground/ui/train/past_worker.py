"""A thread that puts the weights of earlier moments into a network of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.graph.experiment import Experiment
from playground.ui.background import Background

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.train.showing.looking_back import LookingBack


class PastWorker:
    """A thread that computes one kind of thing, and the network into which it puts the weights of a moment."""

    def __init__(self, background: Background) -> None:
        self.background = background
        self._back: LookingBack | None = None

    def network(self, analysis: Analysis, experiment: Experiment) -> LookingBack:
        """The network of this run; on the thread only."""
        from playground.train.showing.looking_back import LookingBack

        if self._back is None or self._back.analysis is not analysis:
            self._back = LookingBack(analysis, experiment)
        return self._back

    def forget(self) -> None:
        """Let the network go; on the thread only."""
        self._back = None
