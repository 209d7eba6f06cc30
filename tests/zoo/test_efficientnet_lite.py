"""EfficientNet-Lite0 gets its pictures as Google's weights expect them."""

from __future__ import annotations

import pytest
import torch

from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.zoo import zoo_network


@pytest.mark.parametrize(("pixel", "prepared"), [(0.0, -127 / 128), (127 / 255, 0.0), (1.0, 1.0)])
def test_pixels_are_prepared_as_in_training(pixel: float, prepared: float) -> None:
    """(x − 127) / 128 for x from 0 to 255."""
    network = compile_network(analyse(zoo_network("efficientnet-lite0").build()), seed=0)
    network.train(False)
    reached: list[torch.Tensor] = []
    network.children["conv1"].register_forward_pre_hook(lambda _, inputs: reached.append(inputs[0]))
    with torch.no_grad():
        network.predictor(torch.full((1, 3, 224, 224), pixel))
    torch.testing.assert_close(reached[0], torch.full((1, 3, 224, 224), prepared))
