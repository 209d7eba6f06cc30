"""Shapes, parameters and multiply-adds, against a module written by hand and torch's own counter."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from playground.engine import shapes
from playground.engine.shapes import analyse, nested_shape
from playground.graph.edits import append, connect
from playground.graph.model import Edge, Graph
from tests.engine.networks import DIGITS, chain, lenet, node


def test_lenet_has_the_shapes_parameters_and_multiply_adds_of_a_hand_written_module() -> None:
    module = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )
    analysis = analyse(lenet(), DIGITS)
    assert analysis.problems == ()
    assert analysis.parameters == sum(tensor.numel() for tensor in module.parameters()) == 61_706
    with FlopCounterMode(display=False) as counter:
        module(torch.zeros(1, 1, 28, 28))
    assert analysis.multiply_adds == counter.get_total_flops() // 2 == 416_520
    x = torch.zeros(1, 1, 28, 28)
    for layer, (node_id, report) in zip(module, list(analysis.layers.items())[1:], strict=False):
        x = layer(x)
        assert report.output == tuple(x.shape[1:]), node_id
        assert report.parameters == sum(tensor.numel() for tensor in layer.parameters())
    assert analysis.input_shape == (1, 28, 28)
    assert analysis.output_shape == (10,)
    assert (analysis.input, analysis.prediction, analysis.loss) == ("input", "fc3", "loss")
    assert analysis.can_train


def test_branches_join() -> None:
    graph = chain(node("x", "input", shape=(4, 8, 8)), node("a", "conv2d", out_channels=3, padding=(1, 1)))
    graph = append(graph, node("b", "conv2d", out_channels=5, padding=(1, 1)), "x")
    graph = connect(append(graph, node("both", "concat"), "a"), Edge("b", "both", 0, 1))
    graph = append(append(graph, node("flat", "flatten"), "both"), node("fc", "dense"), "flat")
    analysis = analyse(append(graph, node("loss", "cross_entropy"), "fc"))
    assert analysis.layers["both"].inputs == ((3, 8, 8), (5, 8, 8))
    assert analysis.layers["both"].output == (8, 8, 8)
    assert analysis.can_train


def test_a_network_without_loss_computes_and_answers_with_its_last_layer() -> None:
    analysis = analyse(chain(node("x", "input", shape=(4,)), node("fc", "dense")))
    assert (analysis.prediction, analysis.output_shape) == ("fc", (10,))
    assert analysis.can_compute
    assert not analysis.can_train


def test_an_empty_graph_has_no_problems_and_computes_nothing() -> None:
    analysis = analyse(Graph())
    assert analysis.problems == ()
    assert not analysis.can_compute
    assert (analysis.input_shape, analysis.output_shape, analysis.parameters) == (None, None, 0)


def test_a_repeated_block_is_measured_once() -> None:
    shapes._measure.cache_clear()
    layers = [node(f"c{i}", "conv2d", out_channels=4, padding=(1, 1)) for i in range(20)]
    analyse(chain(node("x", "input", shape=(4, 9, 9)), *layers))
    assert shapes._measure.cache_info().misses == 2


@pytest.mark.parametrize(
    ("values", "shape"),
    [(1.0, ()), ((1.0, 2.0), (2,)), (((1.0,), (2.0,)), (2, 1)), (((1.0,), (2.0, 3.0)), None), (((1.0,), 2.0), None)],
)
def test_shapes_of_numbers_written_out(values: float | tuple, shape: tuple[int, ...] | None) -> None:
    assert nested_shape(values) == shape
