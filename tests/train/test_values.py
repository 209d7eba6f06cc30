"""Values to predict: errors in the target's unit, and what is predicted beside what is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.data import Scale, data_set
from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.graph import edits
from playground.graph.model import Edge
from playground.train import BatchDone, EpochDone, Finished, History, Predictions, split_for, train
from playground.train.evaluation import Estimates, compare_values
from playground.zoo import zoo_experiment

CARS = zoo_experiment("car-mpg")


def short_run() -> tuple[list[object], History]:
    history, events = History(), list[object]()
    for event in train(replace(CARS, training=replace(CARS.training, epochs=2)), split_for(CARS)):
        history.add(event)
        events.append(event)
    return events, history


def test_errors_are_those_of_the_weights_in_the_unit() -> None:
    events, history = short_run()
    finished = events[-1]
    assert isinstance(finished, Finished)
    network = compile_network(analyse(CARS.graph, data_set("auto_mpg")), 0, finished.checkpoint.state)
    network.train(False)
    assert network.module is not None
    parts = split_for(CARS)
    for x, y, error in (
        (parts.x_validation, parts.y_validation, history.epoch_column("validation_error")[-1]),
        (parts.x_test, parts.y_test, finished.test_error),
    ):
        with torch.no_grad():
            answers, _ = network.module(torch.tensor(x), torch.tensor(y))
            guess = parts.scale.in_unit(answers.numpy())
        assert np.abs(guess - parts.scale.in_unit(np.asarray(y, np.float32))).mean() == pytest.approx(error, rel=1e-4)
    assert history.result is not None
    assert history.result.error == finished.test_error
    assert np.isnan(history.result.accuracy)


def test_the_training_error_is_the_mean_over_the_batches() -> None:
    events, history = short_run()
    batches = [event for event in events if isinstance(event, BatchDone) and event.epoch == 0]
    counted = len(split_for(CARS).x_train)
    sizes = [CARS.training.batch_size] * (len(batches) - 1)
    sizes.append(counted - sum(sizes))
    errors = [event.error for event in batches]
    assert None not in errors
    mean = float(np.average(np.array(errors, np.float64), weights=sizes))
    assert history.epoch_column("train_error")[0] == pytest.approx(mean, rel=1e-5)
    assert all(event.accuracy is None for event in batches)


def test_the_last_epoch_brings_predictions_beside_the_truth() -> None:
    events, history = short_run()
    seen = [event for event in events if isinstance(event, Predictions)]
    assert len(seen) == 1
    assert seen[0].epoch == 2
    parts = split_for(CARS)
    np.testing.assert_allclose(seen[0].true, parts.scale.in_unit(np.asarray(parts.y_validation, np.float32)))
    assert seen[0].error == pytest.approx(history.epoch_column("validation_error")[-1], rel=1e-5)
    targets = [parts.scale.in_unit(np.asarray(y, np.float32)) for y in (parts.y_train, parts.y_validation)]
    assert seen[0].blind_error == pytest.approx(np.abs(targets[1] - targets[0].mean()).mean(), rel=1e-4)


def test_of_several_values_the_mean_error_counts() -> None:
    estimates = Estimates(Scale(10, 2))
    guess, true = torch.tensor([[1.0, 3.0], [0.0, 0.0]]), torch.tensor([[0.0, 0.0], [0.0, 1.0]])
    assert float(estimates.tally(guess, true)) == pytest.approx(2 * ((1 + 3) / 2 + 1 / 2))


def test_of_many_examples_a_part_is_shown_and_all_are_counted() -> None:
    true = torch.arange(3000.0)[:, None]
    seen = compare_values(1, true + 1, true, torch.zeros(1, 1), Estimates(Scale(5, 2)))
    assert seen.examples == 3000
    assert len(seen.true) == 500
    assert seen.true[[0, -1], 0].tolist() == [5, 2 * 2999 + 5]
    np.testing.assert_allclose(seen.predicted - seen.true, 2)
    assert seen.error == pytest.approx(2)


def test_classes_have_no_error_and_a_loss_that_compares_with_something_else_has_neither() -> None:
    iris = zoo_experiment("iris-mlp")
    events = list(train(replace(iris, training=replace(iris.training, epochs=1)), split_for(iris)))
    done = next(event for event in events if isinstance(event, EpochDone))
    assert done.train_error is None
    assert done.validation_error is None
    assert done.train_accuracy is not None
    graph = edits.set_params(CARS.graph, "fc3", {"out_features": 9})
    graph = edits.connect(graph, Edge("input", "loss", 0, 1))
    own = replace(CARS, graph=graph, training=replace(CARS.training, epochs=1))
    done = next(event for event in train(own, split_for(own)) if isinstance(event, EpochDone))
    assert done.train_error is None
    assert done.train_accuracy is None


def test_curves_of_before_there_were_errors_are_read() -> None:
    _, history = short_run()
    arrays = history.to_arrays()
    old = {
        **arrays,
        "epochs": arrays["epochs"][:, :6],
        "batches": arrays["batches"][:, :3],
        "pending": arrays["pending"][:4],
        "result": arrays["result"][:3],
    }
    read = History.from_arrays(old)
    np.testing.assert_array_equal(read.epoch_column("train_loss"), history.epoch_column("train_loss"))
    assert np.isnan(read.epoch_column("train_error")).all()
    again = History.from_arrays(arrays)
    np.testing.assert_array_equal(again.epoch_column("train_error"), history.epoch_column("train_error"))
    assert again.result == history.result or np.isnan(history.result.accuracy if history.result else 0)
