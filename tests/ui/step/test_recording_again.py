"""Recording the same network again, which is not compiled anew, gives what a fresh recording gives."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from playground.data import data_set, load
from playground.engine.shapes import analyse
from playground.graph.experiment import Experiment
from playground.ui.step.recording import Request, Round, examples_sent, most_together, record_round
from playground.zoo import zoo_experiment


def request(experiment: Experiment, count: int = 0) -> Request:
    data = load(experiment.data.name)
    analysis = analyse(experiment.graph, data_set(experiment.data.name))
    rows = count or examples_sent(analysis, experiment)
    return Request(analysis, experiment, data.x_test[:rows], data.y_test[:rows], {})


def afresh(work: Callable[[], Round]) -> Round:
    """On a thread that has recorded nothing yet."""
    found: list[Round] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def same(one: Round, other: Round) -> None:
    assert one.trace.loss == other.trace.loss
    for key, frame in one.trace.frames.items():
        twin = other.trace.frames[key]
        np.testing.assert_array_equal(frame.output, twin.output)
        for name in frame.weights:
            np.testing.assert_array_equal(frame.weights[name], twin.weights[name])
            np.testing.assert_array_equal(frame.updated[name], twin.updated[name])
        for name in frame.buffers:
            np.testing.assert_array_equal(frame.buffers[name], twin.buffers[name])
    for name, array in one.after.items():
        np.testing.assert_array_equal(array, other.after[name])


@pytest.fixture(scope="module")
def first() -> Request:
    return request(zoo_experiment("fashion-cnn"))


def test_round_one_again_begins_with_the_same_weights(first: Request) -> None:
    one = record_round(first)
    kept = {key: frame.updated["weight"].copy() for key, frame in one.trace.frames.items() if frame.updated}
    record_round(one.following())
    same(record_round(first), one)
    for key, array in kept.items():
        np.testing.assert_array_equal(one.trace.frames[key].updated["weight"], array)


def test_a_later_round_is_that_of_a_fresh_recording(first: Request) -> None:
    second = record_round(first).following()
    same(record_round(second), afresh(lambda: record_round(second)))


def test_another_seed_draws_other_weights(first: Request) -> None:
    record_round(first)
    other = replace(first, experiment=replace(first.experiment, seed=5))
    drawn = record_round(other)
    same(drawn, afresh(lambda: record_round(other)))
    assert drawn.trace.loss != record_round(first).trace.loss


def test_the_mini_batch_has_as_many_examples_as_were_asked_for() -> None:
    mlp = replace(zoo_experiment("lenet-5"), step_batch=5)
    recorded = record_round(request(mlp))
    assert len(recorded.trace.x) == 5
    singles = [record_round(request(replace(mlp, step_batch=1), count=5)).trace.loss]
    assert recorded.trace.loss == singles[0]
    one = request(replace(mlp, step_batch=1))
    losses = [
        record_round(replace(one, x=load("mnist").x_test[i : i + 1], target=load("mnist").y_test[i : i + 1])).trace.loss
        for i in range(5)
    ]
    assert recorded.trace.loss == pytest.approx(np.mean([loss for loss in losses if loss is not None]), rel=1e-12)


def test_in_use_nothing_is_dropped_and_batch_norm_needs_no_others() -> None:
    experiment = replace(zoo_experiment("fashion-cnn"), step_training=False)
    recorded = record_round(request(experiment))
    assert len(recorded.trace.x) == 1
    dropout = next(frame for frame in recorded.trace.frames.values() if frame.type == "dropout")
    np.testing.assert_array_equal(dropout.output, dropout.inputs[0])


def test_large_networks_take_fewer_examples_together() -> None:
    small, large = zoo_experiment("fashion-cnn"), zoo_experiment("resnet-50")
    few = [analyse(one.graph, data_set(one.data.name)) for one in (small, large)]
    assert examples_sent(few[0], small) == 16
    assert examples_sent(few[1], large) == 2
    assert most_together(few[0]) == 64
    assert 2 <= most_together(few[1]) < 16
    assert examples_sent(few[1], replace(large, step_batch=64)) == most_together(few[1])
