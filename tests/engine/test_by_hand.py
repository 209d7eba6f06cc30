"""Numbers changed by hand come into networks and examples, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.data import data_set, load
from playground.engine.by_hand import put_in, put_in_state, set_of, with_changes
from playground.engine.compile import Network, compile_network
from playground.engine.shapes import analyse
from playground.graph.experiment import DataSettings, ExampleByHand, Experiment, WeightByHand
from playground.zoo import zoo_experiment


@pytest.fixture
def network() -> Network:
    return compile_network(analyse(zoo_experiment("lenet-5").graph, data_set("mnist")), seed=0)


def entry(network: Network, value: float, index: tuple[int, ...] = (1, 0, 2, 3), name: str = "weight") -> WeightByHand:
    was = float(network.state()["conv1.weight"][1, 0, 2, 3])
    return WeightByHand("conv1", name, index, value, was)


def test_a_weight_gets_its_value_and_all_others_stay(network: Network) -> None:
    before = network.state()
    put_in(network, [entry(network, 0.5)])
    after = network.state()
    assert after["conv1.weight"][1, 0, 2, 3] == 0.5
    after["conv1.weight"][1, 0, 2, 3] = before["conv1.weight"][1, 0, 2, 3]
    for key, array in before.items():
        np.testing.assert_array_equal(after[key], array)


def test_it_counts_only_where_the_number_is_what_it_was(network: Network) -> None:
    before = network.state()
    there = entry(network, 0.5)
    put_in(
        network,
        [
            replace(there, was=there.was + 1e-3),
            replace(there, node="gone"),
            replace(there, name="gone"),
            replace(there, index=(1, 0, 2)),
            replace(there, index=(99, 0, 2, 3)),
        ],
    )
    for key, array in before.items():
        np.testing.assert_array_equal(network.state()[key], array)


def test_no_entry_builds_on_another(network: Network) -> None:
    first = entry(network, 0.5)
    put_in(network, [first, replace(first, value=0.75, was=0.5)])
    assert network.state()["conv1.weight"][1, 0, 2, 3] == 0.5


def test_tensors_alone_are_changed_without_touching_the_given_ones(network: Network) -> None:
    state = network.state()
    changed = put_in_state(state, [entry(network, 0.5), WeightByHand("fc1", "gone", (0,), 1.0, 0.0)])
    assert changed["conv1.weight"][1, 0, 2, 3] == 0.5 != state["conv1.weight"][1, 0, 2, 3]
    assert changed["fc1.weight"] is state["fc1.weight"], "what is large is not copied"


def test_an_example_is_changed_where_it_was_and_other_examples_are_not() -> None:
    x = load("mnist").x_test[:2]
    changes = (ExampleByHand("mnist", 1, "x", (1, 28, 28), (0, 30), (0.5, 0.25)),)
    experiment = Experiment(data=DataSettings("mnist"), examples_by_hand=changes)
    changed = with_changes(experiment, 1, "x", x[1])
    assert (changed[0, 0, 0], changed[0, 1, 2]) == (0.5, 0.25)
    np.testing.assert_array_equal(with_changes(experiment, 0, "x", x[0]), x[0])
    np.testing.assert_array_equal(with_changes(experiment, 1, "x", x[1][:, :14]), x[1][:, :14])
    fashion = replace(experiment, data=DataSettings("fashion_mnist"))
    np.testing.assert_array_equal(with_changes(fashion, 1, "x", x[1]), x[1])


def test_points_drawn_otherwise_are_other_examples() -> None:
    drawn = DataSettings("circle", noise=0.1)
    assert set_of(drawn, 0) != set_of(replace(drawn, noise=0.2), 0)
    assert set_of(drawn, 0) != set_of(drawn, 1)
    assert set_of(DataSettings("mnist"), 0) == set_of(DataSettings("mnist", noise=0.3), 1) == "mnist"
    assert set_of(DataSettings("mnist", permuted=3), 0) != "mnist", "pixels in another order are other examples"
    assert set_of(DataSettings("gone"), 0) == "gone"
