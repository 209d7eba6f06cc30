from __future__ import annotations

import numpy as np
import pytest

from playground.engine.compile import CompileError
from playground.engine.disagreement import Survey, survey_gradients
from playground.graph.model import Graph
from tests.engine.networks import MAZUR_TARGET, MAZUR_X, chain, compiled, lenet, mazur, node

CLASSES = np.array([1])


def last(surveys: list[Survey]) -> Survey:
    return surveys[-1]


def test_every_weight_of_a_small_network_is_checked_and_agrees() -> None:
    found = last(list(survey_gradients(compiled(mazur()), MAZUR_X, MAZUR_TARGET)))
    assert found.is_done
    assert not found.is_sample
    assert found.checked == found.total == 12
    assert found.differ == 0
    assert all(not one.reason and one.check.agrees for one in found.worst)
    w5 = next(one for one in found.worst if (one.node, one.name, one.index) == ("output", "weight", (0, 0)))
    assert f"{w5.check.backprop:.9f}" == "0.082167041"


def test_of_a_large_network_a_sample_is_taken_from_every_tensor() -> None:
    x = np.random.default_rng(0).random((1, 1, 28, 28), dtype=np.float32)
    found = last(list(survey_gradients(compiled(lenet()), x, CLASSES, most=30, keep=100)))
    assert found.is_sample
    assert found.checked == 30
    assert found.differ == 0
    by_tensor = [(one.node, one.name) for one in found.worst]
    assert len(set(by_tensor)) == 10
    assert all(by_tensor.count(tensor) == 3 for tensor in set(by_tensor))


def test_it_can_be_stopped_between_any_two_weights_and_ends_after_its_time() -> None:
    x = np.random.default_rng(0).random((1, 1, 28, 28), dtype=np.float32)
    found = last(list(survey_gradients(compiled(lenet()), x, CLASSES, seconds=0.0)))
    assert found.is_done
    assert found.is_sample
    assert found.checked == 1


def corner() -> Graph:
    """A single number through ReLU, just beside its corner."""
    return chain(
        node("input", "input", shape=(1,)),
        node("dense", "dense", out_features=2),
        node("relu", "relu"),
        node("last", "dense", out_features=2),
        node("loss", "cross_entropy"),
    )


def test_a_corner_within_the_nudge_is_told_from_a_mistake() -> None:
    network = compiled(corner())
    state = network.state()
    state["dense.weight"] = np.array([[1e-4], [0.7]])
    state["dense.bias"] = np.zeros(2)
    network.load(state)
    found = last(list(survey_gradients(network, np.ones((1, 1)), CLASSES, epsilon=1e-3)))
    bad = [one for one in found.worst if one.reason]
    assert {(one.node, one.index) for one in bad} == {("dense", (0, 0)), ("dense", (0,))}
    assert {one.reason for one in bad} == {"kink"}
    assert found.differ == 2
    assert found.worst[0].reason, "what differs comes first"


def test_a_stand_in_is_named() -> None:
    graph = chain(
        node("input", "input", shape=(2,)),
        node("dense", "dense", out_features=2),
        node("step", "step"),
        node("last", "dense", out_features=2),
        node("loss", "cross_entropy"),
    )
    found = last(list(survey_gradients(compiled(graph), np.array([[0.3, -0.2]]), CLASSES)))
    reasons = {one.node: one.reason for one in found.worst if one.reason}
    assert reasons == {"dense": "stand-in"}
    assert next(one for one in found.worst if one.reason).check.stand_in == "step"


def test_dropout_is_held_the_same() -> None:
    graph = chain(
        node("input", "input", shape=(6,)),
        node("dense", "dense", out_features=8),
        node("dropout", "dropout", p=0.5),
        node("last", "dense", out_features=2),
        node("loss", "cross_entropy"),
    )
    x = np.random.default_rng(1).random((2, 6))
    found = last(list(survey_gradients(compiled(graph), x, np.array([0, 1]), seed=4)))
    assert found.differ == 0
    assert found.checked == found.total


def test_the_network_is_left_as_it_was() -> None:
    network = compiled(mazur())
    before = {key: array.tobytes() for key, array in network.state().items()}
    list(survey_gradients(network, MAZUR_X, MAZUR_TARGET))
    assert {key: array.tobytes() for key, array in network.state().items()} == before


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        next(survey_gradients(compiled(mazur()), MAZUR_X, MAZUR_TARGET, epsilon=0.0))
    graph = chain(node("input", "input", shape=(2,)), node("dense", "dense", out_features=2))
    with pytest.raises(CompileError, match="no loss"):
        next(survey_gradients(compiled(graph), np.zeros((1, 2)), CLASSES))
