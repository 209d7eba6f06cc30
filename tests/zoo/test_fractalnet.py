"""FractalNet: the block beside the paper's recursive rule, and the counts that follow from it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.graph.edits import set_params
from playground.graph.model import Graph
from playground.zoo import zoo_network
from playground.zoo._sketch import Sketch
from playground.zoo.templates.fractal import fractal
from tests.zoo.by_hand import assert_same


class Fractal(nn.Module):
    """f₁ = conv; f of C + 1 columns = conv beside f(f), all columns that end together joined by one mean.

    The convolutions are declared row by row, the shortest column first in each row, and the rule picks them by where
    it stands: column, and row at which the convolution ends.
    """

    def __init__(
        self, columns: int, channels: int, filters: int, dropout: float = 0.0, is_pooled: bool = False
    ) -> None:
        super().__init__()
        self.columns, self.is_pooled = columns, is_pooled
        self.units = nn.ModuleDict()
        for row in range(1, 2 ** (columns - 1) + 1):
            for column in range(1, columns + 1):
                length = 2 ** (columns - column)
                if row % length == 0:
                    conv = nn.Conv2d(channels if row == length else filters, filters, 3, padding=1, bias=False)
                    unit = nn.Sequential(conv, nn.Dropout(dropout), nn.BatchNorm2d(filters), nn.ReLU())
                    self.units[f"{column}_{row}"] = unit

    def ends(self, x: Tensor, column: int, row: int) -> list[Tensor]:
        """Of the part that begins after `row`: what leaves this column and the longer ones, not joined yet."""
        length = 2 ** (self.columns - column)
        short = self.units[f"{column}_{row + length}"](x)
        if length == 1:
            return [short]
        half = torch.stack(self.ends(x, column + 1, row)).mean(dim=0)
        return [short, *self.ends(half, column + 1, row + length // 2)]

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, filters, height, width), or half the size."""
        ends = self.ends(x, 1, 0)
        if self.is_pooled:
            ends = [nn.functional.max_pool2d(end, 2) for end in ends]
        return torch.stack(ends).mean(dim=0)


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 5])
def test_a_block_is_what_the_recursive_rule_makes(columns: int) -> None:
    sketch = Sketch((3, 6, 6))
    with sketch.block("fractal"):
        fractal(sketch, columns, 4)
    assert_same(sketch.graph(), Fractal(columns, 3, 4))


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_the_longest_way_doubles_with_every_column(columns: int) -> None:
    sketch = Sketch((3, 6, 6))
    fractal(sketch, columns, 4)
    graph = sketch.graph()
    assert longest_way(graph) == 2 ** (columns - 1)
    assert sum(node.type == "conv2d" for node in graph) == 2**columns - 1


def longest_way(graph: Graph) -> int:
    """Most convolutions on a way through the graph."""
    depth: dict[str, int] = {}
    for node_id in graph.order:
        before = max((depth[source] for source in graph.sources(node_id)), default=0)
        depth[node_id] = before + (graph.node(node_id).type == "conv2d")
    return max(depth.values())


def cifar(columns: int = 3) -> nn.Sequential:
    """Five blocks that each end by halving the picture."""
    layers: list[nn.Module] = []
    channels = 3
    for filters, dropout in zip((64, 128, 256, 512, 512), (0.0, 0.1, 0.2, 0.3, 0.4), strict=True):
        layers.append(Fractal(columns, channels, filters, dropout, is_pooled=True))
        channels = filters
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


def imagenet() -> nn.Sequential:
    """ResNet-34's first and last layers around four blocks of four columns."""
    stem = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    blocks = [
        Fractal(4, channels, filters, is_pooled=filters < 1024)
        for channels, filters in ((64, 128), (128, 256), (256, 512), (512, 1024))
    ]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 1000))


def test_fractalnet_20_computes_what_the_same_network_in_pytorch_does() -> None:
    with torch.device("meta"):
        by_hand = cifar()
    assert_same(zoo_network("fractalnet-20").build(), by_hand.to_empty(device="cpu"))


def test_fractalnet_34_has_the_parameters_of_the_same_network_in_pytorch() -> None:
    with torch.device("meta"):
        expected = sum(parameter.numel() for parameter in imagenet().parameters())
    analysis = analyse(zoo_network("fractalnet-34").build())
    assert analysis.parameters == expected
    assert analysis.layers["block4_join8"].output == (1024, 7, 7)


def test_depths_are_those_in_the_names() -> None:
    assert longest_way(zoo_network("fractalnet-20").build()) == 20
    assert longest_way(zoo_network("fractalnet-34").build()) == 1 + 4 * 8


def weights_only(key: str) -> int:
    """Parameters of the convolutions."""
    analysis = analyse(zoo_network(key).build())
    return sum(analysis.layers[node.id].parameters for node in analysis.graph if node.type == "conv2d")


def test_the_published_count_is_that_of_blocks_behind_a_1_by_1_convolution() -> None:
    """38.6 M, as printed, if each block's channels are changed before it; 33.7 M as described."""
    channels = (3, 64, 128, 256, 512)
    filters = (64, 128, 256, 512, 512)
    as_described = sum(9 * (3 * c * f + 4 * f * f) for c, f in zip(channels, filters, strict=True))
    as_printed = sum(9 * 7 * f * f + (c * f if c != f else 0) for c, f in zip(channels, filters, strict=True))
    assert weights_only("fractalnet-20") == as_described
    assert round(as_described / 1e6, 1) == 33.7
    assert round(as_printed / 1e6, 1) == 38.6


def test_joins_leave_ways_out_only_while_training() -> None:
    graph = set_params(zoo_network("fractalnet-small").build(), "input", {"shape": (1, 28, 28)})
    joins = [node for node in graph if node.type == "average"]
    assert joins
    assert {node.params["drop_path"] for node in joins} == {0.15}
    network = compile_network(analyse(graph), seed=0)
    x = torch.rand(4, 1, 28, 28)
    with torch.no_grad():
        network.train(False)
        assert torch.equal(network.predictor(x), network.predictor(x))
        network.train(True)
        assert not torch.equal(network.predictor(x), network.predictor(x))
