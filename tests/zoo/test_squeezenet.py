"""SqueezeNet: the sizes and counts of the paper and of the released networks."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from playground.engine.shapes import analyse
from playground.graph.edits import set_params
from playground.zoo import zoo_network
from tests.zoo.by_hand import assert_same


class Fire(nn.Module):
    """Squeeze, then expand by 1×1 and by 3×3."""

    def __init__(self, channels: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.one = nn.Conv2d(squeezed, expanded, 1)
        self.three = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, 2·expanded, height, width)."""
        x = self.squeeze(x).relu()
        return torch.cat([self.one(x).relu(), self.three(x).relu()], dim=1)


class Prepared(nn.Module):
    """0 … 1 to 0 … 255 without ImageNet's mean colour."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 3, height, width)."""
        return x * 255 - torch.tensor([123.0, 117.0, 104.0])[:, None, None]


def squeezenet(first: nn.Conv2d, pools: tuple[int, int], padding: int) -> nn.Sequential:
    """As released; `pools` are the fire modules that a pooling follows."""
    layers: list[nn.Module] = [Prepared(), first, nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True)]
    channels = first.out_channels
    for number, squeezed in zip(range(2, 10), (16, 16, 32, 32, 48, 48, 64, 64), strict=True):
        layers.append(Fire(channels, squeezed, 4 * squeezed))
        channels = 8 * squeezed
        if number in pools:
            layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
    last = nn.Conv2d(512, 1000, 1, padding=padding)
    return nn.Sequential(*layers, nn.Dropout(0.5), last, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())


BY_HAND = {
    "squeezenet-1-0": lambda: squeezenet(nn.Conv2d(3, 96, 7, 2), (4, 8), 1),
    "squeezenet-1-1": lambda: squeezenet(nn.Conv2d(3, 64, 3, 2), (3, 5), 0),
}


@pytest.mark.parametrize("key", BY_HAND)
def test_it_computes_what_the_same_network_in_pytorch_does(key: str) -> None:
    graph = set_params(zoo_network(key).build(), "input", {"shape": (3, 100, 100)})
    assert_same(graph, BY_HAND[key]())


@pytest.mark.parametrize(("key", "parameters"), [("squeezenet-1-0", 1_248_424), ("squeezenet-1-1", 1_235_496)])
def test_parameters_are_those_published(key: str, parameters: int) -> None:
    """Table 1 of the paper, and torchvision."""
    assert analyse(zoo_network(key).build()).parameters == parameters


def test_multiply_adds_are_half_the_operations_that_the_authors_give() -> None:
    """1.72 billion for version 1.0."""
    assert round(2 * analyse(zoo_network("squeezenet-1-0").build()).multiply_adds / 1e9, 2) == 1.72


def test_the_sizes_are_those_of_table_1() -> None:
    """Output sizes of the paper; the last convolution is padded in the release, which table 1 does not show."""
    layers = analyse(zoo_network("squeezenet-1-0").build()).layers
    sizes = {
        "stem_conv1": (96, 111, 111),
        "stem_pool1": (96, 55, 55),
        "fire2_concat": (128, 55, 55),
        "fire4_concat": (256, 55, 55),
        "pool4": (256, 27, 27),
        "fire8_concat": (512, 27, 27),
        "pool8": (512, 13, 13),
        "fire9_concat": (512, 13, 13),
        "head_conv10": (1000, 15, 15),
    }
    assert {node: layers[node].output for node in sizes} == sizes


def test_the_preparation_learns_nothing() -> None:
    analysis = analyse(zoo_network("squeezenet-1-1").build())
    members = analysis.graph.members["prepare"]
    assert members
    assert [analysis.layers[node].parameters for node in members] == [0] * len(members)
    assert analysis.layers[members[-1]].output == (3, 227, 227)
