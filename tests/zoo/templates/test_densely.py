"""Dense connections beside the same written in PyTorch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from playground.zoo._sketch import Sketch
from playground.zoo.templates.densely import dense_block, transition
from tests.zoo.by_hand import assert_same, conv


class DenseLayers(nn.Module):
    """As in the paper: each layer is handed the list of everything before it (Huang et al. 2016, equation 2)."""

    def __init__(self, channels: int, layers: int, growth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(
                *(nn.BatchNorm2d(channels + index * growth), nn.ReLU(), conv(channels + index * growth, 4 * growth, 1)),
                *(nn.BatchNorm2d(4 * growth), nn.ReLU(), conv(4 * growth, growth, 3)),
            )
            for index in range(layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, channels + layers·growth, height, width)."""
        found = [x]
        for layer in self.layers:
            found.append(layer(torch.cat(found, dim=1)))
        return torch.cat(found, dim=1)


def test_a_dense_block_and_its_transition() -> None:
    sketch = Sketch((6, 8, 8))
    with sketch.block("dense"):
        dense_block(sketch, 4, 3)
    with sketch.block("transition"):
        transition(sketch, 9)
    module = nn.Sequential(
        *(DenseLayers(6, 4, 3), nn.BatchNorm2d(18), nn.ReLU(), conv(18, 9, 1), nn.AvgPool2d(2)),
    )
    assert_same(sketch.graph(), module)
