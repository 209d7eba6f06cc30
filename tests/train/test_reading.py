"""The sentence under the curves, on curves whose meaning is beyond doubt."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from playground.train import EpochDone, History
from playground.train.reading import read_curves


def history(train: Sequence[float], validation: Sequence[float] | None = None) -> History:
    result, best = History(), math.inf
    for index, loss in enumerate(train):
        outside = None if validation is None else validation[index]
        is_best = outside is not None and outside < best
        best = min(best, math.inf if outside is None else outside)
        result.add(EpochDone(index + 1, loss, 0.5, outside, 0.5, 0.1, 1.0, 1.0, is_best))
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
