"""The three ways back through a normalisation add up to torch's gradient, and each is explained."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.arithmetic import explain_grad_input
from playground.engine.arithmetic.norm_paths import explain_path, paths
from playground.layers import all_layer_types
from tests.layers.cases import frame_of

NORMS = [kind for kind in all_layer_types() if kind.capability == "normalisation"]


@pytest.mark.parametrize("kind", NORMS, ids=lambda kind: kind.key)
@pytest.mark.parametrize("training", [True, False])
def test_the_ways_back_add_up_to_what_torch_handed_back(kind: object, training: bool) -> None:
    for seed in range(3):
        frame = frame_of(kind, seed, training)  # type: ignore[arg-type]
        for index in list(np.ndindex(frame.output.shape))[:25]:
            found = paths(frame, index)
            assert sum(found) == pytest.approx(frame.grad_inputs[0][index], abs=1e-9)
            assert len(found) == (1 if not training and kind.key.startswith("batch") else 3)  # type: ignore[attr-defined]
            for way, part in enumerate(found):
                told = explain_path(frame, index, way)
                assert told.value == pytest.approx(part, abs=1e-9)
                assert told.total() == pytest.approx(told.value)


@pytest.mark.parametrize("kind", NORMS, ids=lambda kind: kind.key)
@pytest.mark.parametrize("seed", range(3))
def test_what_the_means_of_the_blame_are_made_of_leads_to_them(kind: object, seed: int) -> None:
    frame = frame_of(kind, seed, True)  # type: ignore[arg-type]
    for index in list(np.ndindex(frame.output.shape))[:12]:
        _, mean, stretch = explain_grad_input(frame, 0, index).terms
        for factor in (*mean.factors, *stretch.factors):
            assert factor.because is not None
            assert factor.because().value == pytest.approx(factor.value, abs=1e-9)
