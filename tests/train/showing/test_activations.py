"""Pictures of what layers answer, against the tensors themselves; and that looking changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.graph import edits
from playground.train import Pictures, Steering, train
from playground.train.showing.activations import ActivationWatch, answering_layers, picture_of
from tests.train.toy_runs import chain, losses, node, noise, pictures, points


def test_activations_and_what_no_activation_follows_are_worth_a_picture() -> None:
    assert answering_layers(compile_network(analyse(pictures().graph), 0)) == ("relu1", "fc1")
    assert answering_layers(compile_network(analyse(points().graph), 0)) == ("tanh1", "fc2")


def test_the_numbers_are_those_of_the_network_in_use() -> None:
    network = compile_network(analyse(pictures().graph), 0)
    x = torch.tensor(noise().x_train)
    relu, last = ActivationWatch(network, x).take()
    network.train(False)
    with torch.no_grad():
        answers = network.predictor(x[:32])
        convolved = network.children["norm1"](network.children["conv1"](x[:32])).relu()
    assert (relu.units, relu.examples, last.units) == (3, 32, 10)
    assert last.mean == pytest.approx(float(answers.mean()), rel=1e-5)
    assert last.spread == pytest.approx(float(answers.std(correction=0)), rel=1e-5)
    assert last.values.counts.sum() == answers.numel()
    assert relu.dead == int((convolved.transpose(0, 1).flatten(1).amax(1) == 0).sum())


def test_dead_and_saturated_units_are_counted() -> None:
    relu = torch.rand(20, 5) + 0.1
    relu[:, [1, 3]] = 0.0
    relu[0, 3] = 0.2  # answers once: alive
    assert picture_of("r", "relu", relu).dead == 1
    tanh = torch.tanh(torch.randn(40, 4))
    tanh[:, 0] = torch.sign(torch.randn(40)) * 0.99
    tanh[:4, 1], tanh[4:, 1] = 0.0, 1.0  # a tenth is free
    assert picture_of("t", "tanh", tanh).saturated == 1
    assert picture_of("t", "relu", tanh).saturated == 0
    sigmoid = torch.full((20, 2), 0.5)
    sigmoid[:, 1] = 0.001
    assert picture_of("s", "sigmoid", sigmoid).saturated == 1


def test_pictures_that_would_come_too_soon_are_left_out() -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 0.1  # each look at the clock takes so long
        return now[0]

    network = compile_network(analyse(points().graph), 0)
    watch = ActivationWatch(network, torch.zeros(8, 2), clock)
    assert watch.take()
    assert not watch.take()
    now[0] += 1.0
    assert watch.take()  # the second one is not waited for long
    now[0] += 4.0
    assert not watch.take()
    now[0] += 1.0
    assert watch.take()


def test_looking_changes_neither_the_run_nor_the_network() -> None:
    """Dropout, batch norm's averages, hooks and modes are as if nobody had looked."""

    class Nosy(Steering):
        """Asks for pictures with every batch."""

        wants_pictures = property(lambda _: True, lambda _, __: None)  # type: ignore[assignment]

    quiet = list(train(pictures(epochs=1), noise()))
    nosy = list(train(pictures(epochs=1), noise(), steering=Nosy()))
    seen = [event for event in nosy if isinstance(event, Pictures)]
    assert seen[0].activations
    assert losses(quiet) == losses(nosy)


def test_a_recurrent_layer_and_a_large_network_can_be_looked_at() -> None:
    graph = chain(
        node("input", "input", shape=(4, 3)),
        node("lstm1", "lstm", hidden_size=5),
        node("fc", "dense", out_features=2),
        node("loss", "cross_entropy"),
    )
    network = compile_network(analyse(graph), 0)
    seen = ActivationWatch(network, torch.zeros(6, 4, 3)).take()
    assert seen[-1].node == "fc"
    graph = edits.set_params(pictures().graph, "conv1", {"out_channels": 64})
    wide = ActivationWatch(compile_network(analyse(graph), 0), torch.tensor(noise().x_train))
    assert wide.take()[0].values.counts.sum() <= 10_000


def test_values_that_are_no_numbers_are_survived() -> None:
    answer = torch.tensor([[float("nan"), 1.0], [float("inf"), -1.0]])
    seen = picture_of("x", "relu", answer)
    assert seen.values.counts.sum() == 0
    assert replace(seen, node="y").units == 2
    assert np.isnan(seen.mean)
