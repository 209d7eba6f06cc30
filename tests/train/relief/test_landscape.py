"""The loss landscape: at every point the real loss of the real network, with its real slope."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.data import Split
from playground.engine.compile import compile_network, to_tensor
from playground.engine.shapes import analyse
from playground.graph.experiment import Experiment
from playground.train import TrainError, split_for
from playground.train.relief.grids import coarse_first, grid
from playground.train.relief.landscape import LossInPlane, measure
from playground.train.relief.planes import WeightPlace, random_plane, weight_plane
from tests.train.toy_runs import finished, node, noise, pictures, points, run


def loss_of(experiment: Experiment, state: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
    """The mean loss, computed by a network compiled anew, all examples at once."""
    network = compile_network(analyse(experiment.graph), experiment.seed, state)
    network.train(False)
    assert network.module is not None
    with torch.no_grad():
        return network.module(torch.tensor(x, dtype=torch.float32), to_tensor(y, torch.float32))[1].item()


@pytest.mark.parametrize(("experiment", "split"), [(points(), split_for(points())), (pictures(), noise())])
def test_the_loss_anywhere_is_that_of_a_network_with_those_weights(experiment: Experiment, split: Split) -> None:
    state = finished(run(replace(experiment, training=replace(experiment.training, epochs=1)), split)).checkpoint.state
    ground = LossInPlane(experiment, split, state, examples=5000)
    plane = random_plane(ground.centre, seed=1)
    ground.look_along(plane)
    assert ground.examples == len(split.x_train)
    for x, y in ((0.0, 0.0), (0.5, -0.8), (-1.0, 0.2)):
        there = dict(state)
        for name in ground.centre:
            there[name] = state[name] + x * plane.first.get(name, 0) + y * plane.second.get(name, 0)
        wanted = loss_of(experiment, there, split.x_train, split.y_train)
        assert ground.value(x, y) == pytest.approx(wanted, rel=1e-4)
        assert ground.slope(x, y)[0] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(("experiment", "split"), [(points(), split_for(points())), (pictures(), noise())])
def test_the_slope_is_that_of_the_loss(experiment: Experiment, split: Split) -> None:
    ground = LossInPlane(experiment, split, {}, examples=100)
    ground.look_along(random_plane(ground.centre, seed=2))
    step = 0.01
    for x, y in ((0.4, 0.6), (-0.7, 0.1)):
        _, right, up = ground.slope(x, y)
        assert right == pytest.approx((ground.value(x + step, y) - ground.value(x - step, y)) / (2 * step), abs=5e-3)
        assert up == pytest.approx((ground.value(x, y + step) - ground.value(x, y - step)) / (2 * step), abs=5e-3)
        assert abs(right) + abs(up) > 0.02


def test_two_weights_alone_are_moved_and_frozen_ones_cannot_be() -> None:
    experiment = points()
    graph = experiment.graph
    frozen = tuple(replace(n, frozen=("weight",)) if n.id == "fc1" else n for n in graph.nodes)
    held = replace(experiment, graph=replace(graph, nodes=frozen))
    split = split_for(experiment)
    ground = LossInPlane(held, split, {})
    assert set(ground.centre) == {"fc1.bias", "fc2.weight", "fc2.bias"}
    plane = weight_plane(ground.centre, WeightPlace("fc2.weight", (1, 7)), WeightPlace("fc1.bias", (3,)), 2.0)
    ground.look_along(plane)
    state = compile_network(analyse(graph), experiment.seed).state()
    state["fc2.weight"][1, 7], state["fc1.bias"][3] = 1.5, -0.25
    assert ground.value(1.5, -0.25) == pytest.approx(loss_of(experiment, state, split.x_train, split.y_train), rel=1e-5)


def test_measuring_goes_over_the_whole_window_and_always_finds_the_same() -> None:
    ground = LossInPlane(points(), split_for(points()), {}, examples=32)
    plane = random_plane(ground.centre, seed=0)
    found = list(measure(ground, plane, size=9))
    assert [(m.row, m.column) for m in found] == list(coarse_first(9))
    assert (found[-1].done, found[-1].total) == (81, 81)
    assert found == list(measure(ground, plane, size=9))
    xs, ys = grid(plane.window, 9)
    one = next(m for m in found if (m.row, m.column) == (6, 1))
    assert one.loss == ground.value(float(xs[1]), float(ys[6]))


def test_the_validation_examples_can_be_looked_at_instead() -> None:
    split = split_for(points())
    ground = LossInPlane(points(), split, {}, examples=5000, part="validation")
    assert ground.examples == len(split.x_validation)
    state = compile_network(analyse(points().graph), 0).state()
    assert ground.value(0, 0) == pytest.approx(loss_of(points(), state, split.x_validation, split.y_validation))


def test_without_validation_examples_it_says_so() -> None:
    split = split_for(points())
    none = replace(split, x_validation=split.x_validation[:0], y_validation=split.y_validation[:0])
    with pytest.raises(TrainError, match="no validation examples"):
        LossInPlane(points(), none, {}, part="validation")


def test_a_loss_that_is_no_number_counts_as_infinite() -> None:
    experiment = points()
    ground = LossInPlane(experiment, split_for(experiment), {}, examples=8)
    place = WeightPlace("fc2.weight", (0, 0))
    ground.look_along(weight_plane(ground.centre, place, WeightPlace("fc2.weight", (1, 0)), 1.0))
    assert ground.value(3e38, -3e38) == np.inf


def test_a_network_that_cannot_be_trained_says_why() -> None:
    experiment = points()
    graph = experiment.graph
    broken = replace(graph, nodes=(*graph.nodes, node("fc3", "dense")), edges=graph.edges[:-1])
    with pytest.raises(TrainError, match="cannot be trained"):
        LossInPlane(replace(experiment, graph=broken), split_for(experiment), {})
