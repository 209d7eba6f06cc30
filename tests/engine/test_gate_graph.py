"""The scalar graph of Stanford's cs231n notes, 1 / (1 + exp(−(w₀x₀ + w₁x₁ + w₂))), built of gates: every number in the
figure of "Backpropagation, intuitions" is found again."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import explain_grad_input, explain_grad_weight, explain_output
from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.engine.trace import Frame, record
from playground.graph.edits import add, append, connect
from playground.graph.model import Edge, Graph, Node
from tests.engine.networks import given, node

W, X = (2.0, -3.0, -3.0), np.array([[-1.0, -2.0]])

PUBLISHED = {
    "w0": (2.00, -0.20),
    "x0": (-1.00, 0.39),
    "w1": (-3.00, -0.39),
    "x1": (-2.00, -0.59),
    "w2": (-3.00, 0.20),
    "product0": (-2.00, 0.20),
    "product1": (6.00, 0.20),
    "sum": (4.00, 0.20),
    "dot": (1.00, 0.20),
    "minus": (-1.00, -0.20),
    "power": (0.37, -0.53),
    "plus_one": (1.37, -0.53),
    "answer": (0.73, 1.00),
}
"""Value and gradient at each wire of the figure, by the layer that the wire comes from."""


def sigmoid_graph() -> Graph:
    graph = add(Graph(), node("input", "input", shape=(2,)))
    for i, w in enumerate(W):
        graph = add(graph, given(f"w{i}", "parameter", {"weight": (w,)}, shape=(1,)))
    for i in range(2):
        graph = append(graph, node(f"x{i}", "slice", start=i, length=1), "input")
        graph = joined(graph, node(f"product{i}", "multiply"), f"w{i}", f"x{i}")
    graph = joined(graph, node("sum", "add"), "product0", "product1")
    graph = joined(graph, node("dot", "add"), "sum", "w2")
    gates = ("minus", "negate"), ("power", "exp"), ("plus_one", "shift"), ("answer", "reciprocal")
    last = "dot"
    for key, kind in gates:
        graph, last = append(graph, node(key, kind), last), key
    return append(graph, node("loss", "output_loss"), last)


def joined(graph: Graph, layer: Node, *sources: str) -> Graph:
    graph = add(graph, layer)
    for port, source in enumerate(sources):
        graph = connect(graph, Edge(source, layer.id, 0, port))
    return graph


@cache
def frames() -> dict[str, Frame]:
    analysis = analyse(sigmoid_graph())
    assert analysis.problems == ()
    network = compile_network(analysis, 0, dtype=torch.float64)
    return dict(record(network, X, np.zeros((1, 1))).frames)


@pytest.mark.parametrize(("layer", "value", "gradient"), [(key, *pair) for key, pair in PUBLISHED.items()])
def test_every_published_number(layer: str, value: float, gradient: float) -> None:
    frame = frames()[layer]
    assert frame.grad_output is not None
    assert frame.output[0, 0] == pytest.approx(value, abs=0.005)
    assert frame.grad_output[0, 0] == pytest.approx(gradient, abs=0.005)


def test_the_gradients_of_the_weights_and_inputs() -> None:
    """The notes' code: dw = (x₀ ddot, x₁ ddot, ddot) with ddot = (1 − f) f."""
    slope = 0.7310585786300049 * (1 - 0.7310585786300049)
    assert [frames()[f"w{i}"].grad_weights["weight"][0] for i in range(3)] == pytest.approx([-slope, -2 * slope, slope])
    assert frames()["input"].grad_output == pytest.approx(np.array([[2 * slope, -3 * slope]]))


def test_the_patterns_of_gradient_flow_are_said_in_words() -> None:
    assert "distributor" in explain_grad_input(frames()["sum"], 0, (0, 0)).words
    switched = explain_grad_input(frames()["product1"], 1, (0, 0))
    assert "switcher" in switched.words
    assert switched.terms[0].factors[0].value == -3
    assert explain_grad_weight(frames()["w2"], "weight", (0,)).total() == pytest.approx(0.1966, abs=1e-4)
    assert explain_output(frames()["answer"], (0, 0)).symbols == r"y_{1} = \frac{1}{x_{1}}"
