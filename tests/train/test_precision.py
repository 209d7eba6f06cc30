"""Mixed precision: products in bfloat16, weights and results in float32."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.graph.experiment import Experiment
from playground.train import TrainError, split_for
from playground.train.device import is_mixed
from tests.train.toy_runs import finished, losses, noise, pictures, points, run


@pytest.mark.parametrize("experiment", [points(), pictures()], ids=["dense", "pictures"])
def test_it_learns_nearly_what_full_precision_does(experiment: Experiment) -> None:
    mixed = replace(experiment, training=replace(experiment.training, precision="mixed"))
    split = noise() if experiment.data.name == "mnist" else split_for(experiment)
    full, half = run(experiment, split), run(mixed, split)
    assert losses(full) != losses(half)
    np.testing.assert_allclose(losses(half), losses(full), atol=0.25)
    kinds = {array.dtype.name for array in finished(half).checkpoint.state.values()}
    assert kinds <= {"float32", "int64"}


def test_what_cannot_be_had_is_refused_before_it_begins() -> None:
    with pytest.raises(TrainError, match="no precision “double”"):
        run(points(precision="double"), noise())
    with pytest.raises(TrainError, match="CUDA and the CPU"):
        is_mixed("mixed", torch.device("mps"))
    assert not is_mixed("full", torch.device("mps"))
