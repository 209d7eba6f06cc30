"""A twin: where it begins, and what is said of it when it ends."""

from __future__ import annotations

import numpy as np
import pytest

from playground.train import Best, Checkpoint, EpochDone, History
from playground.train.runs.twins import branch, outcome, with_epochs_left
from tests.train.toy_runs import points


def curve(*validation: float | None, right: float | None = None, train: float = 0.1) -> History:
    history, best = History(), float("inf")
    for epoch, loss in enumerate(validation, start=1):
        is_best = loss is not None and loss < best
        best = min(best, loss) if loss is not None else best
        history.add(EpochDone(epoch, train, right, loss, right, 0.01, 0.1, 100.0, is_best))
    return history


def test_a_better_twin_is_told_with_both_numbers() -> None:
    told = outcome(curve(0.5, 0.3, 0.42, right=0.84), curve(0.6, 0.4, 0.31, right=0.871))
    assert told.is_better
    assert told.sentence.startswith("Better: validation loss 0.31 instead of 0.42, 87.1 % right instead of 84.0 %")
    assert "after epoch 3; at best 0.31 (epoch 3) and 0.3 (2)." in told.sentence


@pytest.mark.parametrize(("twin", "verdict"), [(0.425, "No better"), (0.6, "Worse"), (0.4, "Better")])
def test_a_difference_within_chance_is_none(twin: float, verdict: str) -> None:
    assert outcome(curve(0.5, 0.42), curve(0.5, twin)).sentence.startswith(f"{verdict}:")


def test_the_same_number_of_epochs_is_compared() -> None:
    told = outcome(curve(0.5, 0.4, 0.3, 0.2), curve(0.5, 0.45))
    assert "0.45 instead of 0.4, after epoch 2" in told.sentence


def test_a_twin_that_stopped_early_counts_by_its_best_epoch() -> None:
    told = outcome(curve(0.5, 0.3, 0.4, 0.9), curve(0.5, 0.3, 0.4), "early")
    assert told.is_better
    assert "0.3 instead of 0.9, after epoch 2 instead of 4" in told.sentence


def test_without_validation_the_training_loss_has_to_do() -> None:
    assert "training loss 0.1 instead of 0.2" in outcome(curve(None, train=0.2), curve(None)).sentence


def test_nothing_is_made_up_of_nothing() -> None:
    assert outcome(History(), curve(0.3)).is_better is None
    assert outcome(curve(0.3), curve(float("inf"))).is_better is None


def test_the_same_point_is_the_best_epoch_or_the_last_one() -> None:
    best = Best(3, 0.2, {"fc1.weight": np.ones(2, np.float32)})
    checkpoint = Checkpoint(7, {"fc1.weight": np.zeros(2, np.float32)}, epoch=10, step=80, batch_size=4, best=best)
    point = branch(checkpoint, from_best=True)
    assert point is not None
    assert (point.epoch, point.step, point.batch) == (3, 24, 0)
    assert point.state is best.state
    assert branch(checkpoint, from_best=False) is checkpoint
    assert branch(Checkpoint(7, {}), from_best=True) is None, "no epoch was best yet"


def test_a_twin_of_a_finished_run_has_something_to_do() -> None:
    assert with_epochs_left(points(epochs=10), 10).training.epochs == 15
    assert with_epochs_left(points(epochs=10), 4).training.epochs == 10
