"""Features of points in the plane: what it takes, and the ways out where it cannot work."""

from __future__ import annotations

import numpy as np
import torch

from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.graph.edits import set_params
from playground.layers import layer_type
from playground.layers.plane import FEATURES
from tests.train.toy_runs import chain, node


def test_it_gives_what_is_switched_on_in_order() -> None:
    features = node("features", "plane_features", x1=False, x2_squared=True, sin_x1=True)
    graph = chain(node("input", "input", shape=(2,)), features, node("loss", "squared_error"))
    network = compile_network(analyse(graph), 0)
    x = torch.tensor([[0.5, -2.0], [3.0, 1.0]])
    np.testing.assert_allclose(network.predictor(x), [[-2.0, 4.0, np.sin(0.5)], [1.0, 1.0, np.sin(3.0)]], rtol=1e-6)
    assert layer_type("plane_features").caption(analyse(graph).layers["features"].params) == "x₂ x₂² sin x₁"


def test_points_of_other_than_two_numbers_are_refused_with_a_way_out() -> None:
    graph = chain(node("input", "input", shape=(3,)), node("features", "plane_features"), node("loss", "squared_error"))
    [problem] = analyse(graph).errors
    assert problem.message == "Plane features needs points of 2 numbers, but 3 come in."
    assert not analyse(problem.repairs[0].apply(graph)).errors


def test_without_any_feature_nothing_would_come_out() -> None:
    layer = node("features", "plane_features")
    graph = chain(node("input", "input", shape=(2,)), layer, node("loss", "squared_error"))
    graph = set_params(graph, "features", dict.fromkeys(FEATURES, False))
    [problem] = analyse(graph).errors
    assert "No feature is switched on" in problem.message
    repaired = analyse(problem.repairs[0].apply(graph))
    assert repaired.layers["features"].output == (2,)
