"""Sweeps: what a user writes becomes values, values become experiments that can be trained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.data import data_set
from playground.engine.shapes import analyse
from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.train.runs.sweep import MOST_POINTS, Axis, SweepError, Value, expand, parse, setting, settings_for
from playground.train.validity import check_settings
from playground.zoo import zoo_experiment
from tests.train.toy_runs import points


@pytest.mark.parametrize(
    ("key", "text", "values"),
    [
        ("learning_rate", "0.1, 0.01", (0.1, 0.01)),
        ("learning_rate", "0.0001 … 1", (0.0001, 0.001, 0.01, 0.1, 1.0)),
        ("learning_rate", "1..0.01", (1.0, 0.1, 0.01)),
        ("learning_rate", "0.001 to 0.1 / 3", (0.001, 0.01, 0.1)),
        ("learning_rate", "0.01, 0.01; 0.02", (0.01, 0.02)),
        ("weight_decay", "0, 0.001 … 0.1", (0.0, 0.001, 0.01, 0.1)),
        ("batch_size", "16 … 100", (16, 32, 64, 100)),
        ("batch_size", "8", (8,)),
        ("label_noise", "0 … 0.4 / 3", (0.0, 0.2, 0.4)),
        ("seed", "0 … 4", (0, 1, 2, 3, 4)),
        ("train_size", "100 … 400, all", (100, 200, 400, 0)),
        ("optimizer", "sgd, Adam ,RMSprop", ("sgd", "adam", "rmsprop")),
        ("initialiser", "Xavier, all zero", ("xavier", "zero")),
    ],
)
def test_lists_ranges_and_names_are_read(key: str, text: str, values: tuple[Value, ...]) -> None:
    assert parse(setting(key), text) == pytest.approx(values) if key == "learning_rate" else values
    assert len(parse(setting(key), text)) == len(values)


@pytest.mark.parametrize(
    ("key", "text", "word"),
    [
        ("learning_rate", "", "Write values"),
        ("learning_rate", "fast", "no number"),
        ("learning_rate", "0", "above 0"),
        ("learning_rate", "nan", "cannot be"),
        ("learning_rate", "0.1 … 1 / 1", "2 to"),
        ("batch_size", "2.5", "whole number"),
        ("dropout", "1", "0.99"),
        ("dropout", "0 … 0.5", "how many"),
        ("seed", "0 … 1000000", "too many"),
        ("optimizer", "magic", "one of: Adam, SGD"),
    ],
)
def test_what_cannot_be_is_said_with_what_could(key: str, text: str, word: str) -> None:
    with pytest.raises(SweepError, match=word):
        parse(setting(key), text)


def test_every_combination_is_one_experiment() -> None:
    experiment = points()
    found = expand(experiment, [Axis(setting("learning_rate"), (0.1, 0.01)), Axis(setting("seed"), (1, 2, 3))])
    assert [point.place for point in found] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert found[4].title == "learning rate 0.01, seed 2"
    assert found[4].experiment == replace(experiment, seed=2, training=replace(experiment.training, learning_rate=0.01))


def test_too_many_none_and_twice_are_refused() -> None:
    rate, seed = setting("learning_rate"), setting("seed")
    numbers = tuple(range(MOST_POINTS))
    assert len(expand(points(), [Axis(seed, numbers)])) == MOST_POINTS
    for axes, word in (
        ([], "at least one"),
        ([Axis(rate, (0.1,)), Axis(rate, (0.2,))], "same"),
        ([Axis(rate, ())], "Write values"),
        ([Axis(rate, (0.1, 0.2)), Axis(seed, numbers)], "at most 100"),
    ):
        with pytest.raises(SweepError, match=word):
            expand(points(), axes)


def test_only_settings_that_the_experiment_has_are_offered() -> None:
    experiment = points()
    assert {"learning_rate", "hidden_units", "activation", "dropout", "seed"} <= offered(experiment)
    assert "momentum" not in offered(experiment)
    assert "momentum" in offered(replace(experiment, training=replace(experiment.training, optimizer="sgd")))
    without = edits.remove_and_bridge(edits.remove_and_bridge(experiment.graph, "fc1"), "tanh1")
    linear = replace(experiment, graph=without)
    assert not {"hidden_units", "activation", "dropout"} & offered(linear)


def test_dropout_is_put_in_where_there_is_none() -> None:
    experiment, dropout = points(), setting("dropout")
    assert dropout.read(experiment) == 0
    assert dropout.put(experiment, 0) == experiment
    half = dropout.put(experiment, 0.5)
    assert [node.type for node in half.graph].count("dropout") == 1
    assert analyse(half.graph, data_set("circle")).can_train
    assert dropout.read(half) == 0.5
    assert dropout.read(dropout.put(half, 0.2)) == 0.2


def offered(experiment: Experiment) -> set[str]:
    return {each.key for each in settings_for(experiment)}


@pytest.mark.parametrize("name", ["lenet-5", "spiral", "car-mpg"])
def test_every_example_value_gives_a_network_that_can_be_trained(name: str) -> None:
    experiment = zoo_experiment(name)
    data = data_set(experiment.data.name)
    for each in settings_for(experiment):
        for point in expand(experiment, [Axis(each, parse(each, each.example))]):
            check_settings(point.experiment.training)
            assert each.read(point.experiment) == parse(each, each.example)[point.place[0]]
            if point.experiment.graph != experiment.graph:
                analysis = analyse(point.experiment.graph, data)
                assert analysis.can_train
                assert not analysis.errors


def test_hidden_units_leave_the_outputs_alone() -> None:
    graph = setting("hidden_units").put(zoo_experiment("lenet-5"), 32).graph
    assert [graph.node(node).params["out_features"] for node in ("fc1", "fc2", "fc3")] == [32, 32, 10]
