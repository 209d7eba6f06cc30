"""The checkerboard network: two ways back to 8 × 8, of which one paints unevenly."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.zoo import zoo_network
from tests.zoo.by_hand import assert_same


class ByHand(nn.Module):
    """The same in PyTorch; what the main loss compares comes out."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 4, 2, 1)
        self.kernel3 = nn.ConvTranspose2d(4, 1, 3, 2, 1, 1)
        self.kernel4 = nn.ConvTranspose2d(4, 1, 4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 1, 8, 8), as it came in."""
        return self.kernel4(self.conv(x).relu())


def test_it_computes_what_the_same_network_written_by_hand_does() -> None:
    assert_same(zoo_network("checkerboard").build(), ByHand())


def test_both_ways_back_give_the_size_that_came_in_and_are_compared_with_it() -> None:
    analysis = analyse(zoo_network("checkerboard").build())
    assert analysis.problems == ()
    for node, loss in (("kernel3", "loss3"), ("kernel4", "loss")):
        assert analysis.layers[node].output == (1, 8, 8)
        assert analysis.graph.sources(loss) == (node, "input")


@pytest.mark.parametrize(("node", "amounts"), [("kernel3", {1, 2, 4}), ("kernel4", {4})])
def test_before_training_a_cell_is_as_bright_as_it_is_often_painted(node: str, amounts: set[int]) -> None:
    network = compile_network(analyse(zoo_network("checkerboard").build()), seed=0)
    layer = network.children[node]
    with torch.no_grad():
        painted = layer(torch.ones(1, 4, 4, 4))[0, 0].numpy()
    stamp = float(layer.get_parameter("weight").detach().sum(dim=0).flatten()[0])  # of all channels, at any place
    counts = painted[2:6, 2:6] / stamp  # away from the rim
    np.testing.assert_allclose(counts, np.rint(counts), atol=1e-5)
    assert set(np.rint(counts).astype(int).reshape(-1).tolist()) == amounts
