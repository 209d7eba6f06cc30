"""Small networks that several tests of the engine share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from playground.engine.compile import Network, compile_network
from playground.engine.shapes import analyse
from playground.graph.edits import add, append
from playground.graph.model import Graph, Nested, Node, ParamValue
from playground.layers import Shape


@dataclass(frozen=True)
class Data:
    """As much of a data set as the layers ask for."""

    title: str
    sample_shape: Shape
    classes: tuple[str, ...] = ()
    target_shape: Shape = ()

    def fits(self, shape: Shape) -> bool:
        """Whether an input of that shape can take its examples."""
        return shape == self.sample_shape


DIGITS = Data("MNIST digits", (1, 28, 28), tuple("0123456789"))
TWO_VALUES = Data("Two values", (2,), target_shape=(2,))


def node(node_id: str, key: str, **params: ParamValue) -> Node:
    return Node(node_id, key, params)


def given(node_id: str, key: str, initial: Mapping[str, Nested], /, **params: ParamValue) -> Node:
    """A layer whose starting values are given by hand."""
    return Node(node_id, key, params, initial=initial)


def chain(*nodes: Node) -> Graph:
    """The nodes in a row, each wired to the next."""
    graph = add(Graph(), nodes[0])
    for before, after in pairwise(nodes):
        graph = append(graph, after, before.id)
    return graph


def compiled(graph: Graph, seed: int = 0, dtype: torch.dtype = torch.float64) -> Network:
    return compile_network(analyse(graph), seed, dtype=dtype)


def lenet() -> Graph:
    """LeNet-5 as it is taught today: ReLU, max pooling, padding 2 in the first layer."""
    return chain(
        node("input", "input"),
        node("conv1", "conv2d", out_channels=6, kernel_size=(5, 5), padding=(2, 2)),
        node("relu1", "relu"),
        node("pool1", "max_pool2d"),
        node("conv2", "conv2d", out_channels=16, kernel_size=(5, 5)),
        node("relu2", "relu"),
        node("pool2", "max_pool2d"),
        node("flatten", "flatten"),
        node("fc1", "dense", out_features=120),
        node("relu3", "relu"),
        node("fc2", "dense", out_features=84),
        node("relu4", "relu"),
        node("fc3", "dense", out_features=10),
        node("loss", "cross_entropy"),
    )


MAZUR_X = np.array([[0.05, 0.10]])
MAZUR_TARGET = np.array([[0.01, 0.99]])


def mazur() -> Graph:
    """The network of Mazur's step by step example; its biases stay as they are."""
    hidden = Node(
        "hidden",
        "dense",
        {"out_features": 2},
        initial={"weight": ((0.15, 0.20), (0.25, 0.30)), "bias": (0.35, 0.35)},
        frozen=("bias",),
    )
    output = Node(
        "output",
        "dense",
        {"out_features": 2},
        initial={"weight": ((0.40, 0.45), (0.50, 0.55)), "bias": (0.60, 0.60)},
        frozen=("bias",),
    )
    return chain(
        node("input", "input", shape=(2,)),
        hidden,
        node("sigmoid1", "sigmoid"),
        output,
        node("sigmoid2", "sigmoid"),
        node("error", "squared_error"),
    )


def mazur_optimizer(network: Network) -> torch.optim.Optimizer:
    return torch.optim.SGD([parameter for _, parameter in network.named_parameters(frozen=False)], lr=0.5)
