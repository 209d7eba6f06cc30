"""A loss that is no number: since when, why, and what to try instead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from playground.data import Split
from playground.train import Finished, split_for
from playground.train.advice.divergence import why_no_number
from tests.train.toy_runs import finished, points, run


def test_too_large_steps_are_said_and_a_tenth_of_the_rate_is_offered() -> None:
    experiment = points(optimizer="sgd", learning_rate=1e20, weight_decay=1.0, epochs=2)
    end = finished(run(experiment, split_for(experiment)))
    assert (end.reason, end.lower_rate) == ("diverged", 1e19)
    assert "of epoch 1: the loss grew beyond all numbers, since the steps were too large" in end.message
    assert "1e+19 instead of 1e+20" in end.message
    assert "those of the beginning" in end.message
    assert all(np.isfinite(value).all() for value in end.checkpoint.state.values())


def test_after_early_epochs_that_went_well_the_best_weights_are_kept() -> None:
    end = diverged_after(1)
    assert "those of epoch 1, the best so far" in end.message


def diverged_after(epochs: int) -> Finished:
    """Training goes well for so many epochs; then the learning rate is turned up far too much."""
    from playground.train import EpochDone, Steering, train

    experiment, steering = points(epochs=9, optimizer="sgd"), Steering()
    events = []
    for event in train(experiment, split_for(experiment), steering=steering):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == epochs:
            steering.change(replace(experiment.training, learning_rate=1e20, weight_decay=1.0))
    return finished(events)


def test_data_that_is_no_number_is_not_blamed_on_the_learning_rate() -> None:
    experiment = points(epochs=1)
    split = split_for(experiment)
    x = split.x_train.copy()
    x[17, 1] = np.nan
    end = finished(
        run(experiment, Split(x, split.y_train, split.x_validation, split.y_validation, x[:0], split.y_test[:0]))
    )
    assert (end.reason, end.lower_rate) == ("diverged", None)
    assert "the inputs of training example 18 hold a value that is no number" in end.message


def test_targets_and_starting_weights_are_looked_at_too() -> None:
    x, good = torch.zeros(4, 2), torch.zeros(4, 1)
    bad = good.clone()
    bad[2] = float("inf")
    words, rate = why_no_number(x, bad, 5, 0.1)
    assert words.startswith("the targets of training example 3")
    assert rate is None
    words, rate = why_no_number(x, good, 0, 0.1)
    assert words.startswith("the starting weights")
    assert rate is None
    words, rate = why_no_number(x, torch.zeros(4, dtype=torch.int64), 5, 0.1)
    assert rate == 0.01
