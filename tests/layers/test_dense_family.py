"""Units that learn by rules older than backpropagation, and distances from prototypes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.engine.compile import Network
from playground.engine.trace import record
from playground.graph.model import Graph
from tests.engine.networks import chain, compiled, given, node

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, OR, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])


def unit(key: str) -> Graph:
    start = {"weight": ((0.0, 0.0),), "bias": (0.0,)}
    return chain(
        node("x", "input", shape=(2,)), given("unit", key, start, out_features=1), node("loss", "squared_error")
    )


def learn(network: Network, wanted: np.ndarray, rounds: int, rate: float) -> np.ndarray:
    """The answers at the corners after so many rounds, one example at a time."""
    optimizer = torch.optim.SGD([parameter for _, parameter in network.named_parameters()], lr=rate)
    for _ in range(rounds):
        for corner, target in zip(CORNERS, wanted, strict=True):
            record(network, corner[np.newaxis], np.array([target]), optimizer)
    answers: np.ndarray = network.predictor(torch.tensor(CORNERS)).detach().numpy()[:, 0]
    return answers


def test_a_step_of_the_perceptron_is_the_perceptron_rule() -> None:
    network = compiled(unit("perceptron"))
    optimizer = torch.optim.SGD([parameter for _, parameter in network.named_parameters()], lr=0.5)
    frame = record(network, np.array([[1.0, -2.0]]), np.array([1]), optimizer).frames["unit"]
    assert frame.output.tolist() == [[0.0]], "a sum of 0 does not fire"
    # Δw = η (t − y) x, and the bias likewise with x = 1.
    np.testing.assert_allclose(frame.updated["weight"], [[0.5, -1.0]])
    np.testing.assert_allclose(frame.updated["bias"], [0.5])
    frame = record(network, np.array([[1.0, -2.0]]), np.array([1]), optimizer).frames["unit"]
    assert frame.output.tolist() == [[1.0]]
    assert frame.updated["weight"].tolist() == frame.weights["weight"].tolist(), "right answers change nothing"


@pytest.mark.parametrize("wanted", [AND, OR], ids=["and", "or"])
def test_a_perceptron_learns_what_a_line_can_part(wanted: np.ndarray) -> None:
    assert learn(compiled(unit("perceptron")), wanted, 20, 1.0).tolist() == wanted.tolist()


def test_a_perceptron_never_learns_xor() -> None:
    network = compiled(unit("perceptron"))
    for _ in range(20):
        assert learn(network, XOR, 5, 1.0).tolist() != XOR.tolist()


def test_adaline_finds_the_least_squares() -> None:
    answers = learn(compiled(unit("adaline")), AND, 100, 0.05)
    columns = np.column_stack([CORNERS, np.ones(4)])
    best = columns @ np.linalg.lstsq(columns, AND, rcond=None)[0]
    np.testing.assert_allclose(answers, best, atol=0.03)
    assert ((answers > 0.5) == AND).all()


def test_rbf_measures_squared_distances() -> None:
    graph = chain(node("x", "input", shape=(5,)), node("rbf", "rbf", out_features=3), node("loss", "squared_error"))
    network = compiled(graph)
    x = torch.randn(7, 5, dtype=torch.float64)
    prototypes = torch.tensor(network.state()["rbf.weight"])
    torch.testing.assert_close(network.predictor(x), torch.cdist(x, prototypes).square())
