"""The small residual networks beside the same ones written in PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.zoo import zoo_network
from tests.zoo.by_hand import Gate, Means, Residual, assert_same, conv_norm

RELU = nn.ReLU()


def branch(channels: int, out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(conv_norm(channels, out, 3, stride), RELU, conv_norm(out, out, 3))


def mini(attend: Callable[[int], nn.Module]) -> nn.Module:
    blocks = [Residual(nn.Sequential(branch(width, width), attend(width)), None, RELU) for width in (16, 32)]
    return nn.Sequential(
        *(conv_norm(1, 16, 3, 2), RELU, blocks[0], conv_norm(16, 32, 3, 2), RELU, blocks[1]),
        *(Means(), nn.Linear(32, 10)),
    )


def squeeze_excite(width: int) -> nn.Module:
    layers = (Means(), nn.Linear(width, width // 4), RELU, nn.Linear(width // 4, width), nn.Sigmoid())
    return Gate(nn.Sequential(*layers))


def test_the_mini_resnet() -> None:
    assert_same(zoo_network("residual-mini").build(), mini(lambda _: nn.Identity()))


def test_the_mini_resnet_with_squeeze_and_excite() -> None:
    assert_same(zoo_network("se-mini").build(), mini(squeeze_excite))


class HalvedWithZeros(nn.Module):
    """Every second pixel, and as many channels of zeros behind: the shortcut of option A."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, n, n) → (batch, 2·channels, n/2, n/2)."""
        return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, x.shape[1]))


def resnet_20(channels: int) -> nn.Module:
    blocks: list[nn.Module] = []
    for width in (16, 32, 64):
        if width == 16:
            blocks.append(Residual(branch(16, 16), None, RELU))
        else:
            blocks.append(Residual(branch(width // 2, width, 2), HalvedWithZeros(), RELU))
        blocks += [Residual(branch(width, width), None, RELU) for _ in range(2)]
    return nn.Sequential(conv_norm(channels, 16, 3), RELU, *blocks, Means(), nn.Linear(64, 10))


@pytest.mark.parametrize(("key", "channels"), [("resnet-20", 3), ("resnet-20-grey", 1)])
def test_resnet_20(key: str, channels: int) -> None:
    with torch.random.fork_rng():
        assert_same(zoo_network(key).build(), resnet_20(channels))
