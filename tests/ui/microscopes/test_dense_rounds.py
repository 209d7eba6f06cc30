"""The quick rounds make the same steps as torch."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.shapes import analyse
from playground.graph.experiment import Experiment, TrainingSettings
from playground.graph.freezing import hold
from playground.ui.microscopes.chain_model import chain_of
from playground.ui.microscopes.dense_rounds import rounds_of
from playground.ui.step.recording import Request, record_round
from tests.ui.microscopes.recordings import Layers, chain, mazur, scene_of

SGD = TrainingSettings(optimizer="sgd", learning_rate=0.3, momentum=0.0)
TARGET = np.array([[0.2, -0.4]])


def network(first: str, second: str) -> Layers:
    return [
        ("input", "input", {"shape": (3,)}),
        ("fc1", "dense", {"out_features": 4}),
        ("one", first, {}),
        ("fc2", "dense", {"out_features": 2}),
        ("two", second, {}),
        ("loss", "squared_error", {}),
    ]


@pytest.mark.parametrize(("first", "second"), [("tanh", "sigmoid"), ("relu", "tanh"), ("sigmoid", "relu")])
def test_losses_are_those_of_recorded_steps(first: str, second: str) -> None:
    graph = chain(network(first, second))
    scene = scene_of(graph, "fc1", target=TARGET, training=SGD)
    found = chain_of(scene.trace)
    assert found is not None
    quick = rounds_of(scene.trace, found)
    assert quick is not None
    quick.run(6)
    recorded = record_round(Request(analyse(graph), Experiment(graph, training=SGD), scene.trace.x, TARGET, {}))
    losses = [recorded.trace.loss or 0.0]
    for _ in range(6):
        recorded = record_round(recorded.following())
        losses.append(recorded.trace.loss or 0.0)
    np.testing.assert_allclose(quick.losses, losses, rtol=1e-12)


def test_numbers_frozen_one_by_one_stay_in_the_quick_rounds_too() -> None:
    graph = hold(chain(network("tanh", "sigmoid")), "fc1", ("weight", (1, 2)), on=True)
    graph = hold(graph, "fc2", ("bias", (1,)), on=True)
    scene = scene_of(graph, "fc1", target=TARGET, training=SGD)
    found = chain_of(scene.trace)
    assert found is not None
    quick = rounds_of(scene.trace, found)
    assert quick is not None
    quick.run(2)
    recorded = record_round(Request(analyse(graph), Experiment(graph, training=SGD), scene.trace.x, TARGET, {}))
    recorded = record_round(recorded.following())
    for layer, node in zip(quick.layers, ("fc1", "fc2"), strict=True):
        updated = recorded.trace.frames[node].updated
        np.testing.assert_allclose(layer.weight, updated["weight"], rtol=1e-12)
        np.testing.assert_allclose(layer.bias, updated["bias"], rtol=1e-12)
    assert quick.layers[0].weight[1, 2] == scene.trace.frames["fc1"].weights["weight"][1, 2]


def test_held_biases_stay() -> None:
    scene = mazur()
    found = chain_of(scene.trace)
    assert found is not None
    quick = rounds_of(scene.trace, found)
    assert quick is not None
    quick.run(2)
    np.testing.assert_array_equal(quick.layers[0].bias, [0.35, 0.35])


def test_other_optimizers_and_losses_have_no_quick_rounds() -> None:
    adam = scene_of(chain(network("tanh", "tanh")), "fc1", target=TARGET, training=TrainingSettings("adam"))
    found = chain_of(adam.trace)
    assert found is not None
    assert rounds_of(adam.trace, found) is None
    heavy = TrainingSettings("sgd", momentum=0.9)
    momentum = scene_of(chain(network("tanh", "tanh")), "fc1", target=TARGET, training=heavy)
    assert rounds_of(momentum.trace, found) is None
