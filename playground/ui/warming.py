"""What is slow the first time, done once on a worker thread while the window is already there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.graph import edits
from playground.graph.model import Graph, Node

if TYPE_CHECKING:
    from playground.engine.weights import WeightStore


def warm_up() -> WeightStore:
    """Import torch, off the GUI thread, and leave a core to the window."""
    from playground.engine.weights import WeightStore
    from playground.train.device import choose_device

    choose_device("cpu")
    return WeightStore()


def warm_up_rarer_layers() -> None:
    """Use the meta device once, which imports for two seconds, so that the first large layer need not wait for it.

    Means on it import another half a second: the weight-standardised convolution takes one.
    """
    from playground.engine.shapes import analyse

    convolutions = (("conv2d", {}), ("ws_conv2d", {"out_channels": 64}))
    chain = (("input", {"shape": (3, 224, 224)}), *convolutions, ("max_pool2d", {}), ("flatten", {}), ("dense", {}))
    graph = edits.add(Graph(), Node("layer0", *chain[0]))
    for number, (key, params) in enumerate(chain[1:], start=1):
        graph = edits.append(graph, Node(f"layer{number}", key, params), f"layer{number - 1}")
    analyse(graph)
