"""What counts as right: the largest output, one side of a threshold; and nothing where no classes are named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.graph.edits import append, connect, set_params
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Edge
from playground.train import BatchDone, EpochDone, Mistakes, Started
from playground.train.evaluation import Answers, find_mistakes
from playground.train.preparation import split_for
from tests.train.toy_runs import chain, finished, losses, node, noise, points, run

SETTINGS = TrainingSettings(learning_rate=0.01, batch_size=32, epochs=2, device="cpu")


def test_a_single_output_names_the_second_class_beyond_the_threshold() -> None:
    answers = Answers(are_scores=False, threshold=0.5)
    outputs = torch.tensor([[0.2], [0.7], [0.5001]])
    assert answers.for_each_class(outputs).argmax(1).tolist() == [0, 1, 1]
    assert int(answers.tally(outputs, torch.tensor([0, 0, 1]))) == 2


def test_the_confidence_of_a_single_score_is_its_sigmoid() -> None:
    scores = torch.tensor([[2.0], [-1.0]])
    found = find_mistakes(1, scores, torch.zeros(2, 3), torch.tensor([0, 1]), Answers(True, 0.0))
    assert found.confusion.tolist() == [[0, 1], [1, 0]]
    np.testing.assert_allclose(found.worst_confidence, torch.sigmoid(torch.tensor([2.0, 1.0])).numpy(), rtol=1e-6)


@pytest.mark.parametrize("key", ["squared_error", "binary_cross_entropy", "hinge"])
def test_one_unit_learns_to_tell_two_classes_apart(key: str) -> None:
    graph = chain(
        node("input", "input", shape=(2,)),
        node("fc1", "dense", out_features=8),
        node("tanh1", "tanh"),
        node("fc2", "dense", out_features=1),
        node("loss", key),
    )
    experiment = replace(points(epochs=40, learning_rate=0.03), graph=graph)
    events = run(experiment, split_for(experiment))
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert epochs[-1].validation_accuracy is not None
    assert epochs[-1].validation_accuracy > 0.8
    (mistakes,) = [event for event in events if isinstance(event, Mistakes)]
    assert mistakes.confusion.shape == (2, 2)
    assert mistakes.confusion.trace() / mistakes.confusion.sum() == pytest.approx(epochs[-1].validation_accuracy)


def autoencoder() -> Experiment:
    graph = chain(
        node("input", "input", shape=(1, 28, 28)),
        node("down", "conv2d", out_channels=2, kernel_size=(4, 4), stride=(4, 4)),
        node("up", "conv_transpose2d", out_channels=1, kernel_size=(4, 4), stride=(4, 4), padding=(0, 0)),
        node("loss", "squared_error", reduction="mean"),
    )
    return Experiment(connect(graph, Edge("input", "loss", 0, 1)), DataSettings("mnist"), SETTINGS)


def test_an_autoencoder_learns_and_names_no_classes() -> None:
    events = run(autoencoder(), noise())
    assert finished(events).reason == "completed"
    assert finished(events).test_accuracy is None
    assert finished(events).test_loss is not None
    (started,) = [event for event in events if isinstance(event, Started)]
    assert not started.classes
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert all(epoch.train_accuracy is epoch.validation_accuracy is None for epoch in epochs)
    assert not any(isinstance(event, Mistakes) for event in events)
    assert losses(events)[-1] < losses(events)[0]


def test_all_curves_show_the_sum_of_the_losses() -> None:
    graph = append(points().graph, node("extra", "squared_error", auxiliary=True, weight=0.3), "fc2")
    both = replace(points(epochs=1), graph=graph)
    split = split_for(both)
    events, plain = run(both, split), run(points(epochs=1), split)
    first, alone = (next(event for event in found if isinstance(event, BatchDone)) for found in (events, plain))
    assert first.loss > alone.loss, "the same weights, and a loss more"
    assert first.accuracy == alone.accuracy
    nothing = run(replace(both, graph=set_params(graph, "extra", {"weight": 0.0})), split)
    assert losses(nothing) == pytest.approx(losses(plain), rel=1e-5), "the same but for rounding"
    epoch = next(event for event in events if isinstance(event, EpochDone))
    assert epoch.validation_loss is not None
    other = next(event for event in plain if isinstance(event, EpochDone))
    assert other.validation_loss is not None
    assert epoch.validation_loss > other.validation_loss
