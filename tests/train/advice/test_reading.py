"""The sentence under the curves, on curves whose meaning is beyond doubt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from playground.graph import edits
from playground.graph.experiment import DataSettings
from playground.train import BatchDone, EpochDone, History, split_for
from playground.train import train as run_training
from playground.train.advice.reading import read_curves
from tests.train.toy_runs import points


def history(
    train: Sequence[float], validation: Sequence[float] | None = None, right: tuple[float, float] = (0.5, 0.5)
) -> History:
    """A run with these losses; `right` are the accuracies of training and validation, or their errors."""
    result, best = History(), math.inf
    for index, loss in enumerate(train):
        outside = None if validation is None else validation[index]
        is_best = outside is not None and outside < best
        best = min(best, math.inf if outside is None else outside)
        numbers = (loss, right[0], outside, right[1], 0.1, 1.0, 1.0, is_best)
        result.add(EpochDone(index + 1, *numbers, train_error=right[0], validation_error=right[1]))
    return result


def batches(losses: Sequence[float], each: int = 10) -> History:
    result = History()
    for step, loss in enumerate(losses, start=1):
        result.add(BatchDone(step, (step - 1) // each, step / each, loss, 0.5, 0.1))
    return result


def falling(count: int, start: float = 2.0, factor: float = 0.9) -> list[float]:
    return [start * factor**index for index in range(count)]


def test_before_and_shortly_after_the_beginning_nothing_is_claimed() -> None:
    assert read_curves(History()).sentence == ""
    assert read_curves(history(falling(2), falling(2))).verdict == "early"


def test_both_falling_is_learning() -> None:
    reading = read_curves(history(falling(20), falling(20, 2.2)), 10)
    assert reading.verdict == "learning"
    assert "over the last 5 epochs" in reading.sentence


def test_validation_rising_while_training_falls_is_overfitting_since_the_best_epoch() -> None:
    validation = [2.0 * 0.8**index for index in range(8)] + [0.42 * 1.06**index for index in range(1, 13)]
    reading = read_curves(history(falling(20), validation), 10)
    assert (reading.verdict, reading.since) == ("overfitting", 8)
    assert "since epoch 8" in reading.sentence
    assert "0.419 → 0.845" in reading.sentence


def test_a_flutter_of_the_validation_loss_is_not_called_overfitting() -> None:
    rng = np.random.default_rng(0)
    validation = 0.5 * 0.97 ** np.arange(30) * (1 + 0.03 * rng.standard_normal(30))
    assert read_curves(history(falling(30), validation.tolist()), 10).verdict == "learning"


def test_flat_curves_have_levelled_off() -> None:
    flat = [*falling(5, 0.5, 0.8), *[0.2] * 20]
    assert read_curves(history(flat, [loss + 0.1 for loss in flat]), 10).verdict == "level"
    reading = read_curves(history(falling(25), [*falling(5), *[1.3] * 20]), 10)
    assert reading.verdict == "level"
    assert "Validation loss has levelled off at 1.3" in reading.sentence


FLAT = [*falling(5, 0.5, 0.8), *[0.2] * 20]


def test_levelled_off_close_together_with_little_wrong_is_a_right_fit() -> None:
    reading = read_curves(history(FLAT, [loss + 0.03 for loss in FLAT], (0.97, 0.95)), 10)
    assert reading.verdict == "right"
    assert "97 % of the training examples are right, 95 % of the validation examples are right" in reading.sentence


def test_levelled_off_with_much_wrong_on_its_own_examples_is_underfitting() -> None:
    reading = read_curves(history(FLAT, [loss + 0.01 for loss in FLAT], (0.62, 0.61)), 2)
    assert reading.verdict == "underfitting"
    assert "62 % of the training examples are right (blind guessing: 50 %)" in reading.sentence


def test_levelled_off_far_apart_is_overfitting_since_the_best_epoch() -> None:
    validation = [*falling(5, 0.9, 0.95), 0.69, *[0.7] * 19]
    reading = read_curves(history(FLAT, validation, (0.99, 0.8)), 10)
    assert (reading.verdict, reading.since) == ("overfitting", 6)
    assert "far above training loss (0.2)" in reading.sentence


def test_values_are_judged_by_what_always_answering_the_mean_would_cost() -> None:
    losses = [loss + 0.01 for loss in FLAT]
    assert read_curves(history(FLAT, losses, (2.0, 2.1)), 0, 8.0).verdict == "right"
    assert read_curves(history(FLAT, losses, (5.0, 5.1)), 0, 8.0).verdict == "underfitting"
    assert read_curves(history(FLAT, losses, (7.9, 8.1)), 0, 8.0).verdict == "guessing"
    assert read_curves(history(FLAT, losses, (5.0, 5.1)), 0).verdict == "level", "what blind guessing costs is unknown"


def test_a_loss_that_leaves_all_bounds_is_diverging_before_the_first_epoch_ends() -> None:
    reading = read_curves(batches([2.3, 2.1, 2.2, 40.0, 9e3, 8e8], each=100), 10)
    assert (reading.verdict, reading.since) == ("diverging", 1)
    assert "since epoch 0.02" in reading.sentence
    assert "from 2.1 to 8e+08 by epoch 0.06" in reading.sentence
    late = [*np.linspace(2.3, 0.2, 300), *(0.2 * 1.1 ** np.arange(60))]
    reading = read_curves(batches(late), 10)
    assert reading.verdict == "diverging"
    assert 28 <= reading.since <= 31


def test_the_noise_of_single_examples_is_not_called_diverging() -> None:
    rng = np.random.default_rng(0)
    noisy = rng.exponential(0.7, 2000)
    assert all(read_curves(batches(noisy[:count].tolist()), 2).verdict != "diverging" for count in range(2, 2000, 97))


def test_a_loss_far_above_guessing_is_diverging_however_it_began() -> None:
    assert read_curves(history([900.0, 800.0, 850.0, 870.0], [900.0] * 4), 10).verdict == "diverging"


def test_validation_that_rises_below_training_is_not_called_overfitting() -> None:
    """Few validation examples may just be easy ones."""
    train = falling(30, 0.2, 0.98)
    validation = [*falling(20, 0.1, 0.95), *(0.04 * 1.03 ** np.arange(10))]
    assert read_curves(history(train, validation), 2).verdict != "overfitting"


def test_real_runs_are_read_as_what_they_are() -> None:
    """Two clouds are told apart by two units; one unit cannot do XOR; on the circle with huge steps the loss jumps."""

    def verdict(data: str, width: int, **training: Any) -> str:
        base = points(**{"epochs": 60, "batch_size": 25, "learning_rate": 0.02, **training})
        graph = edits.set_params(base.graph, "fc1", {"out_features": width})
        result, experiment = History(), replace(base, graph=graph, data=DataSettings(data, noise=0.1))
        for event in run_training(experiment, split_for(experiment)):
            result.add(event)
        return read_curves(result, 2).verdict

    assert verdict("gauss", 2, weight_decay=0.02) == "right"
    assert verdict("xor", 1) == "underfitting"
    assert verdict("circle", 8, optimizer="sgd", learning_rate=1e6, epochs=3) == "diverging"


def test_the_loss_of_blind_guessing_is_recognised() -> None:
    reading = read_curves(history([2.31, 2.305, 2.303, 2.302], [2.3] * 4), 10)
    assert reading.verdict == "guessing"
    assert "log 10 = 2.3" in reading.sentence
    assert read_curves(history([2.31, 2.305, 2.303, 2.302], [2.3] * 4), 0).verdict != "guessing"


def test_rising_training_loss_asks_for_a_smaller_learning_rate() -> None:
    train = [*falling(6, 1.0, 0.6), 0.12, 0.2, 0.4, 0.7]
    reading = read_curves(history(train, train), 10)
    assert reading.verdict == "rising"
    assert "smaller learning rate" in reading.sentence


def test_without_validation_it_says_so() -> None:
    reading = read_curves(history(falling(200)), 10)
    assert reading.verdict == "unseen"
    assert "over the last 20 epochs" in reading.sentence
    assert "Set Validation" in reading.sentence
    assert "Set Validation" not in read_curves(history(falling(200)), 0).sentence
