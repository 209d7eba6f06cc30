"""Residual blocks beside the same blocks written in PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from playground.zoo._sketch import Sketch
from playground.zoo.templates.residual import (
    basic_block,
    bottleneck,
    preactivation_block,
    preactivation_bottleneck,
)
from tests.zoo.by_hand import Residual, assert_same, conv, conv_norm

RELU = nn.ReLU()


def check(draw: Callable[[Sketch], object], module: nn.Module, channels: int) -> None:
    sketch = Sketch((channels, 8, 8))
    with sketch.block("block"):
        draw(sketch)
    assert_same(sketch.graph(), module)


@pytest.mark.parametrize(("channels", "out", "stride"), [(8, 8, 1), (8, 16, 2), (8, 12, 1), (8, 8, 2)])
def test_a_basic_block(channels: int, out: int, stride: int) -> None:
    branch = nn.Sequential(conv_norm(channels, out, 3, stride), RELU, conv_norm(out, out, 3))
    skip = None if channels == out and stride == 1 else conv_norm(channels, out, 1, stride)
    check(lambda sketch: basic_block(sketch, channels, out, stride), Residual(branch, skip, RELU), channels)


class ZeroPadded(nn.Module):
    """The shortcut without weights: windows of `window` pixels, every second of them, then channels of zeros."""

    def __init__(self, window: int) -> None:
        super().__init__()
        self.window = window

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, 2·channels, height/2, width/2)."""
        small = x[:, :, ::2, ::2] if self.window == 1 else nn.functional.avg_pool2d(x, self.window, 2)
        return torch.cat((small, torch.zeros_like(small)), dim=1)


@pytest.mark.parametrize("window", [1, 2])
def test_a_shortcut_without_weights(window: int) -> None:
    branch = nn.Sequential(conv_norm(6, 12, 3, 2), RELU, conv_norm(12, 12, 3))
    check(
        lambda sketch: basic_block(sketch, 6, 12, 2, drop=0.3, pooled_skip=window),
        Residual(branch, ZeroPadded(window), RELU),
        6,
    )


@pytest.mark.parametrize(("channels", "stride", "groups", "stride_in"), [(16, 1, 1, 1), (8, 2, 1, 1), (8, 2, 4, 2)])
def test_a_bottleneck(channels: int, stride: int, groups: int, stride_in: int) -> None:
    first, second = (stride, 1) if stride_in == 1 else (1, stride)
    branch = nn.Sequential(
        *(conv_norm(channels, 8, 1, first), RELU, conv_norm(8, 8, 3, second, groups), RELU, conv_norm(8, 16, 1))
    )
    skip = None if channels == 16 else conv_norm(channels, 16, 1, stride)
    check(
        lambda sketch: bottleneck(sketch, channels, 8, 16, stride, groups, stride_in),
        Residual(branch, skip, RELU),
        channels,
    )


@pytest.mark.parametrize(("channels", "stride", "stride_in"), [(16, 1, 1), (8, 2, 1), (8, 2, 2), (16, 2, 1)])
def test_a_preactivation_bottleneck(channels: int, stride: int, stride_in: int) -> None:
    """With a new shape, both ways begin behind the first activation; else the shortcut is the input itself."""
    first, second = (stride, 1) if stride_in == 1 else (1, stride)
    ready = nn.Sequential(nn.BatchNorm2d(channels), RELU)
    branch = nn.Sequential(
        *(conv(channels, 4, 1, first), nn.BatchNorm2d(4), RELU),
        *(conv(4, 4, 3, second), nn.BatchNorm2d(4), RELU, conv(4, 16, 1)),
    )
    skip = None if channels == 16 and stride == 1 else conv(channels, 16, 1, stride)
    check(
        lambda sketch: preactivation_bottleneck(sketch, channels, 16, stride, stride_in),
        Residual(branch, skip, before=ready),
        channels,
    )


def test_the_first_preactivation_block_takes_over_the_stems_activation() -> None:
    branch = nn.Sequential(
        conv(8, 4, 1), nn.BatchNorm2d(4), RELU, conv(4, 4, 3), nn.BatchNorm2d(4), RELU, conv(4, 16, 1)
    )
    check(lambda sketch: preactivation_bottleneck(sketch, 8, 16, is_prepared=True), Residual(branch, conv(8, 16, 1)), 8)


@pytest.mark.parametrize(("channels", "stride", "dropout"), [(8, 1, 0.3), (4, 2, 0.0)])
def test_a_wide_block(channels: int, stride: int, dropout: float) -> None:
    ready = nn.Sequential(nn.BatchNorm2d(channels), RELU)
    branch = nn.Sequential(conv(channels, 8, 3, stride), nn.BatchNorm2d(8), RELU, nn.Dropout(dropout), conv(8, 8, 3))
    skip = None if channels == 8 else conv(channels, 8, 1, stride)
    check(
        lambda sketch: preactivation_block(sketch, channels, 8, stride, dropout),
        Residual(branch, skip, before=ready),
        channels,
    )
