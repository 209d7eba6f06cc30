"""The maps of the plane against the network itself, place by place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from playground.data import data_set
from playground.engine.chain_edits import choose_features
from playground.engine.compile import compile_network
from playground.engine.dense_chain import find_dense_chain
from playground.engine.plane_grid import GRID, REACH
from playground.engine.plane_maps import PlaneMaps, PlaneSurvey, feature_maps, places
from playground.engine.shapes import analyse
from playground.engine.trace import record
from playground.graph.model import Graph
from playground.layers.plane import FEATURES
from playground.zoo import zoo_experiment
from tests.train.toy_runs import chain, node

HERE = ((0, 0), (99, 0), (50, 50), (12, 87))
"""Rows and columns that are looked at."""


def maps_of(graph: Graph, data: str, seed: int = 3) -> tuple[PlaneMaps, dict[str, np.ndarray]]:
    """The maps with the weights of a seed, and what each layer gives at the places `HERE` by the engine's own trace."""
    analysis, found = analyse(graph, data_set(data)), find_dense_chain(graph)
    assert found is not None
    network = compile_network(analysis, seed)
    survey = PlaneSurvey(analysis, found, len(data_set(data).classes))
    step = 2 * REACH / GRID
    x = np.array([((column + 0.5) * step - REACH, REACH - (row + 0.5) * step) for row, column in HERE], np.float32)
    trace = record(network, x, training=False)
    return survey.maps(network.state()), {key: frame.output for key, frame in trace.frames.items()}


def at_here(maps: np.ndarray) -> np.ndarray:
    return np.stack([maps[:, row, column] for row, column in HERE])


@pytest.mark.parametrize("key", ["circle", "three-spirals", "hills"])
def test_every_unit_says_there_what_the_network_computes(key: str) -> None:
    experiment = zoo_experiment(key)
    graph, chain_ = experiment.graph, find_dense_chain(experiment.graph)
    assert chain_ is not None
    graph = choose_features(graph, chain_, ("x2", "x1_squared", "sin_x2"))
    maps, expected = maps_of(graph, experiment.data.name)
    assert [len(stage) for stage in maps.stages] == [4, 2, 2] if key == "circle" else True
    for stage, node_id in zip(maps.stages, ("tanh1", "tanh2", "fc3"), strict=True):
        np.testing.assert_allclose(at_here(stage), expected[node_id], rtol=1e-4, atol=1e-5)
    if key == "hills":
        assert maps.meaning == "value"
        np.testing.assert_allclose(at_here(maps.answer), expected["fc3"], rtol=1e-4, atol=1e-5)
    else:
        grown = np.exp(expected["fc3"])
        np.testing.assert_allclose(at_here(maps.answer), grown / grown.sum(1, keepdims=True), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("loss", "share"),
    [("binary_cross_entropy", lambda z: 1 / (1 + np.exp(-z))), ("squared_error", lambda z: np.clip(z, 0, 1))],
)
def test_one_output_speaks_for_the_second_class(loss: str, share: Callable[[np.ndarray], np.ndarray]) -> None:
    graph = chain(node("input", "input", shape=(2,)), node("out", "dense", out_features=1), node("loss", loss))
    maps, expected = maps_of(graph, "circle")
    np.testing.assert_allclose(at_here(maps.answer)[:, 1:], share(expected["out"]), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(maps.answer.sum(0), 1, rtol=1e-6)


@pytest.mark.parametrize("loss", ["hinge", "squared_error"])
def test_without_probabilities_the_largest_output_has_the_largest_share(loss: str) -> None:
    graph = chain(node("input", "input", shape=(2,)), node("out", "dense", out_features=3), node("loss", loss))
    maps, expected = maps_of(graph, "rings")
    assert not maps.are_chances
    np.testing.assert_array_equal(at_here(maps.answer).argmax(1), expected["out"].argmax(1))
    np.testing.assert_allclose(maps.answer.sum(0), 1, rtol=1e-5)


def test_features_are_what_they_are_called() -> None:
    first, second = places().T.reshape(2, GRID, GRID)
    assert (first[:, 0] < -5.9).all()
    assert (second[0] > 5.9).all(), "the upper edge is the first row"
    expected = {
        "x1": first,
        "x2": second,
        "x1_squared": first**2,
        "x2_squared": second**2,
        "x1_x2": first * second,
        "sin_x1": np.sin(first),
        "sin_x2": np.sin(second),
    }
    assert list(FEATURES) == list(expected)
    np.testing.assert_allclose(feature_maps(), list(expected.values()), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "kinds", [("tanh",), ("sigmoid",), ("relu",), ("elu",), ("softmax",), ("batch_norm1d", "tanh")]
)
def test_whatever_bends_the_numbers_its_maps_are_the_networks(kinds: tuple[str, ...]) -> None:
    bends = [node(f"bend{number}", kind) for number, kind in enumerate(kinds)]
    dense, out = node("fc", "dense", out_features=4), node("out", "dense", out_features=2)
    graph = chain(node("input", "input", shape=(2,)), dense, *bends, out, node("loss", "cross_entropy"))
    maps, expected = maps_of(graph, "circle")
    np.testing.assert_allclose(at_here(maps.stages[0]), expected[bends[-1].id], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(at_here(maps.stages[1]), expected["out"], rtol=1e-4, atol=1e-5)


def test_a_run_that_has_diverged_has_maps_too() -> None:
    experiment = zoo_experiment("circle")
    analysis, found = analyse(experiment.graph, data_set("circle")), find_dense_chain(experiment.graph)
    assert found is not None
    state = {name: np.full_like(values, 3e38) for name, values in compile_network(analysis, 0).state().items()}
    assert PlaneSurvey(analysis, found, 2).maps(state).stages[0].shape == (4, GRID, GRID)
