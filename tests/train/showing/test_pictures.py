"""Pictures and mistakes, asked for while a run goes on, against the tensors that they show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.graph import edits
from playground.train import BatchDone, EpochDone, Finished, Mistakes, Pictures, Steering, split_for, train
from tests.train.toy_runs import chain, node, noise, pictures, points, run


def test_nothing_is_drawn_that_nobody_asked_for_but_the_last_mistakes() -> None:
    drawn = [event for event in run(pictures(epochs=3), noise()) if isinstance(event, Pictures | Mistakes)]
    assert [type(event) for event in drawn] == [Mistakes]
    assert getattr(drawn[0], "epoch", 0) == 3


def test_pictures_come_once_with_the_next_batch() -> None:
    steering = Steering()
    steering.ask_for_pictures()
    events = list(train(pictures(epochs=1), noise(), steering=steering))
    assert [type(event) for event in events[1:4]] == [Pictures, BatchDone, BatchDone]
    [seen] = [event for event in events if isinstance(event, Pictures)]
    assert seen.step == 1
    assert [layer.node for layer in seen.layers] == ["conv1", "fc1"]
    assert [layer.weights.counts.sum() for layer in seen.layers] == [3 * 25, 10 * 3 * 36]
    assert all(layer.gradients.counts.sum() == layer.weights.counts.sum() for layer in seen.layers)


def test_the_update_ratio_is_that_of_the_batch_that_was_just_learnt() -> None:
    steering = Steering()
    steering.ask_for_pictures()
    events = train(pictures(epochs=1, optimizer="sgd", momentum=0.0), noise(), steering=steering)
    seen = next(event for event in events if isinstance(event, Pictures))
    before = compile_network(analyse(pictures().graph), 0).state()["conv1.weight"]
    after_one = next(event for event in events if isinstance(event, BatchDone))
    assert after_one.step == 1
    assert seen.filters is not None
    change = np.linalg.norm(seen.filters - before[:, 0]) / np.linalg.norm(before)
    assert seen.layers[0].update_ratio == pytest.approx(change, rel=1e-3)


def test_a_histogram_counts_what_lies_in_each_step() -> None:
    steering = Steering()
    steering.ask_for_pictures()
    seen = next(
        event
        for event in train(points(learning_rate=0.0), split_for(points()), steering=steering)
        if isinstance(event, Pictures)
    )
    weights = compile_network(analyse(points().graph), 0).state()["fc1.weight"].ravel()
    shown = seen.layers[0].weights
    expected, _ = np.histogram(weights, len(shown.counts), (shown.low, shown.high))
    np.testing.assert_array_equal(shown.counts, expected)
    assert shown.high == pytest.approx(np.abs(weights).max())
    assert seen.layers[0].update_ratio is None  # nothing moved
    assert seen.filters is None  # two numbers are no picture


def test_a_dense_layer_on_a_picture_shows_a_template_for_each_unit() -> None:
    graph = chain(
        node("input", "input", shape=(1, 28, 28)),
        node("flatten", "flatten"),
        node("fc1", "dense", out_features=10),
        node("loss", "cross_entropy"),
    )
    steering = Steering()
    steering.ask_for_pictures()
    events = train(replace(pictures(learning_rate=0.0), graph=graph), noise(), steering=steering)
    seen = next(event for event in events if isinstance(event, Pictures))
    weights = compile_network(analyse(graph), 0).state()["fc1.weight"]
    assert seen.filters_of == "fc1"
    assert seen.filters is not None
    np.testing.assert_array_equal(seen.filters, weights.reshape(10, 28, 28))


def test_kernels_on_colour_pictures_are_shown_in_colour() -> None:
    from playground.train.showing.pictures import first_filters

    graph = edits.set_params(pictures().graph, "input", {"shape": (3, 28, 28)})
    network = compile_network(analyse(graph), 0)
    name, filters = first_filters(network)
    assert name == "conv1"
    assert filters is not None
    assert filters.shape == (3, 3, 5, 5)


def test_a_layer_norm_on_the_picture_is_no_filter() -> None:
    """Its scales have the picture's shape, but they join no inputs to outputs."""
    from playground.train.showing.pictures import weights_of

    layers = (node("norm", "layer_norm"), node("conv", "conv2d", out_channels=2), node("flat", "flatten"))
    graph = chain(node("input", "input", shape=(1, 8, 8)), *layers, node("fc", "dense"), node("loss", "cross_entropy"))
    assert list(weights_of(compile_network(analyse(graph), 0))) == ["conv", "fc"]


def test_mistakes_count_what_was_taken_for_what() -> None:
    steering = Steering()
    steering.ask_for_mistakes()
    events = list(train(pictures(epochs=1), noise(), steering=steering))
    [seen] = [event for event in events if isinstance(event, Mistakes)]
    [epoch] = [event for event in events if isinstance(event, EpochDone)]
    [end] = [event for event in events if isinstance(event, Finished)]
    split = noise()
    network = compile_network(analyse(pictures().graph), 0, end.checkpoint.state)
    network.train(False)
    chances = torch.softmax(network.predictor(torch.tensor(split.x_validation)), 1).detach().numpy()
    named = chances.argmax(1)
    expected = np.zeros((10, 10), dtype=int)
    for true, said in zip(split.y_validation.tolist(), named.tolist(), strict=True):
        expected[true, said] += 1
    np.testing.assert_array_equal(seen.confusion, expected)
    assert seen.confusion.trace() / 20 == pytest.approx(epoch.validation_accuracy)
    wrong = np.flatnonzero(named != split.y_validation)
    surest = wrong[np.argsort(-chances[wrong].max(1))][:8]
    np.testing.assert_array_equal(seen.worst_examples, split.x_validation[surest])
    np.testing.assert_array_equal(seen.worst_named, named[surest])
    np.testing.assert_array_equal(seen.worst_true, split.y_validation[surest])
    np.testing.assert_allclose(seen.worst_confidence, chances[surest].max(1), rtol=1e-5)
