"""Attention beside the same written in PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from playground.engine.shapes import analyse
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo.templates.attention import cbam, eca, eca_kernel, squeeze_excite
from tests.zoo.by_hand import Gate, Means, assert_same


def drawn(draw: Callable[[Sketch], object], channels: int) -> Graph:
    sketch = Sketch((channels, 7, 9))
    with sketch.block("block"):
        draw(sketch)
    return sketch.graph()


def test_squeeze_and_excite() -> None:
    gate = nn.Sequential(Means(), nn.Linear(12, 3), nn.ReLU(), nn.Linear(3, 12), nn.Sigmoid())
    assert_same(drawn(lambda sketch: squeeze_excite(sketch, 12, 3), 12), Gate(gate))


class ChannelGate(nn.Module):
    """σ(MLP(mean) + MLP(maximum)) with one MLP for both (Woo et al. 2018, equation 2)."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.shared = nn.Sequential(nn.Linear(channels, squeezed), nn.ReLU(), nn.Linear(squeezed, channels))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, channels)."""
        return torch.sigmoid(self.shared(x.mean((2, 3))) + self.shared(x.amax((2, 3))))


class SpatialGate(nn.Module):
    """σ(norm(conv7×7([maximum; mean]))) over the channels (Woo et al. 2018, equation 3)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)
        self.norm = nn.BatchNorm2d(1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, 1, height, width)."""
        both = torch.cat((x.amax(1, keepdim=True), x.mean(1, keepdim=True)), dim=1)
        return torch.sigmoid(self.norm(self.conv(both)))


def test_cbam() -> None:
    module = nn.Sequential(Gate(ChannelGate(12, 3)), Gate(SpatialGate()))
    assert_same(drawn(lambda sketch: cbam(sketch, 12, 3), 12), module)


def test_the_dense_layers_of_cbam_are_counted_once_as_parameters_and_twice_as_work() -> None:
    analysis = analyse(drawn(lambda sketch: cbam(sketch, 12, 3), 12))
    dense = 12 * 3 + 3 * 12
    assert analysis.parameters == (dense + 3 + 12) + (2 * 49 + 2)
    assert analysis.multiply_adds == 2 * dense + 2 * 49 * 7 * 9


class ChannelRow(nn.Module):
    """The means of the channels as a row, filtered along it."""

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, kernel, padding=kernel // 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, channels)."""
        return torch.sigmoid(self.conv(x.mean((2, 3))[:, None])[:, 0])


@pytest.mark.parametrize("kernel", [3, 5])
def test_eca(kernel: int) -> None:
    assert_same(drawn(lambda sketch: eca(sketch, kernel), 12), Gate(ChannelRow(kernel)))


@pytest.mark.parametrize(("channels", "kernel"), [(1, 1), (16, 3), (64, 3), (128, 5), (256, 5), (512, 5), (2048, 7)])
def test_the_kernel_of_eca_grows_with_the_logarithm_of_the_channels(channels: int, kernel: int) -> None:
    """Values of Wang et al. 2020, equation 12, with γ = 2 and b = 1, the nearest odd number; ties upwards."""
    assert eca_kernel(channels) == kernel
