"""A network into which the weights of any earlier moment can be put, to ask it what training would have asked then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
import torch
from torch import Tensor

from playground.data import Split
from playground.engine.compile import compile_network
from playground.engine.shapes import Analysis
from playground.engine.trace import record
from playground.graph.experiment import Experiment
from playground.train.bench import answers_of, estimates_of
from playground.train.evaluation import compare_values, evaluate, find_mistakes
from playground.train.events import Mistakes, Predictions

_AT_ONCE = 256
"""Examples between two looks at whether the answer is still wanted."""

State = Mapping[str, np.ndarray]


class LookingBack:
    """The network of one run, on the CPU, in use (not training). Of one thread at a time."""

    def __init__(self, analysis: Analysis, experiment: Experiment) -> None:
        self.analysis = analysis
        self._network = compile_network(analysis, experiment.seed, initialiser=experiment.training.starting_values)
        self._split: Split | None = None
        self._x, self._target = torch.zeros(0), torch.zeros(0)

    def outputs(self, state: State, x: np.ndarray, wanted: Collection[str] | None = None) -> dict[str, np.ndarray]:
        """What each layer (or each of the `wanted` ones) makes of one example, by node id and without the batch."""
        self._network.load(state)
        frames = record(self._network, x[np.newaxis], training=False).frames
        return {key: frame.output[0] for key, frame in frames.items() if wanted is None or key in wanted}

    def mistakes(
        self, state: State, epoch: int, split: Split, goes_on: Callable[[float], bool]
    ) -> Mistakes | Predictions | None:
        """What the network gets wrong on the validation examples with these weights.

        Args:
            state: the tensors by "node id.torch name".
            epoch: so many epochs were complete.
            split: the run's data.
            goes_on: told how far this is (0 to 1); answers whether it is still wanted.

        Returns:
            None if there is nothing to judge (no validation examples, neither classes nor values), or if it was not
            wanted any more.
        """
        module = self._network.module
        self._take(split)
        learnt_from = torch.tensor(split.y_train)
        answers = answers_of(self.analysis, learnt_from)
        estimates = estimates_of(self.analysis, learnt_from, split.scale)
        judge = answers or estimates
        if module is None or judge is None or not len(self._x):
            return None
        self._network.load(state)
        self._network.train(False)
        predictions: list[Tensor] = []
        for first in range(0, len(self._x), _AT_ONCE):
            if not goes_on(first / len(self._x)):
                return None
            part = slice(first, first + _AT_ONCE)
            seen = evaluate(module, self._x[part], self._target[part], _AT_ONCE, judge, keep_predictions=True)
            assert seen is not None
            assert seen.predictions is not None
            predictions.append(seen.predictions)
        said = torch.cat(predictions)
        if answers is not None:
            return find_mistakes(epoch, said, self._x, self._target, answers)
        assert estimates is not None
        return compare_values(epoch, said, self._target, learnt_from, estimates)

    def _take(self, split: Split) -> None:
        """The validation examples as tensors; kept for the next time."""
        if split is not self._split:
            self._split = split
            self._x = torch.tensor(split.x_validation, dtype=torch.float32)
            self._target = torch.tensor(split.y_validation)
