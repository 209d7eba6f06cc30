"""The curves in bounded memory, and in a file and back."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from playground.train import BatchDone, Checkpoint, EpochDone, Finished, History, TrainError
from playground.train.events import Knobs
from playground.train.history import BATCH_POINTS, EPOCH_POINTS


def batch(step: int, batches: int = 10, loss: float | None = None, rate: float = 0.1) -> BatchDone:
    value = float(step) if loss is None else loss
    return BatchDone(step, (step - 1) // batches, step / batches, value, 0.5, rate)


def epoch(number: int, validation: float | None, is_best: bool = False) -> EpochDone:
    return EpochDone(number, 1 / number, 0.5, validation, 0.4, 0.1, 2.0, 100.0, is_best)


def same(one: History, other: History) -> bool:
    arrays, others = one.to_arrays(), other.to_arrays()
    return all(np.array_equal(arrays[key], others[key], equal_nan=True) for key in arrays | others)


def test_every_batch_and_epoch_is_kept_while_there_are_few() -> None:
    history = History()
    for step in range(1, 21):
        history.add(batch(step))
        if step % 10 == 0:
            history.add(epoch(step // 10, None))
    np.testing.assert_allclose(history.batch_column("loss"), np.arange(1, 21))
    np.testing.assert_allclose(history.batch_column("position"), np.arange(1, 21) / 10)
    np.testing.assert_allclose(history.epoch_column("train_loss"), [1, 1 / 2])
    assert np.isnan(history.epoch_column("validation_loss")).all()
    assert (history.epochs, history.position, history.best_epoch) == (2, 2.0, 0)


def test_a_long_run_keeps_a_bounded_number_of_points_whose_mean_is_that_of_all() -> None:
    history, total = History(), 5 * BATCH_POINTS
    for step in range(1, total + 1):
        history.add(batch(step))
    losses = history.batch_column("loss")
    assert BATCH_POINTS / 2 <= len(losses) <= BATCH_POINTS
    stride = total // len(losses)
    np.testing.assert_allclose(losses, np.arange(1, stride * len(losses) + 1).reshape(-1, stride).mean(1))
    np.testing.assert_allclose(history.batch_column("position"), stride * np.arange(1, len(losses) + 1) / 10)


def test_of_many_epochs_the_best_and_the_last_stay_exact() -> None:
    history, total = History(), 3 * EPOCH_POINTS
    for number in range(1, total + 1):
        history.add(epoch(number, 1.0 if number == 777 else 2.0, number in (1, 777)))
    kept = history.epoch_column("epoch")
    assert len(kept) <= EPOCH_POINTS
    assert history.best_epoch == 777
    assert 777 in kept
    assert kept[-1] == history.epochs == total
    np.testing.assert_allclose(history.epoch_column("train_loss"), 1 / kept)


def test_changes_by_hand_are_marked_where_they_began() -> None:
    history = History()
    for step in range(1, 31):
        knobs = Knobs(0.1 if step <= 15 else 0.01, 0.001 if step > 20 else 0.0, 0.5 if step > 20 else 0.0)
        history.add(replace(batch(step), knobs=knobs))
    assert history.changes == ((1.5, "rate 0.01"), (2.0, "L2 0.001, L1 0.5"))
    assert History.from_arrays(history.to_arrays()).changes == history.changes


def test_what_a_schedule_does_is_no_change_by_hand() -> None:
    history = History()
    for step in range(1, 31):
        history.add(replace(batch(step, rate=0.1 / step), knobs=Knobs(0.1)))
    assert history.changes == ()
    assert history.learning_rate == 0.1 / 30


def test_an_older_file_knew_only_learning_rates() -> None:
    arrays = History().to_arrays()
    del arrays["knobs"]
    history = History.from_arrays({**arrays, "rates": np.array([[0.0, 0.1], [1.5, 0.01]])})
    history.add(replace(batch(16), knobs=Knobs(0.01, 0.2)))
    assert history.changes == ((1.5, "rate 0.01"),), "what the weight decay was before is not known"


def test_the_learning_rate_of_each_batch_is_kept_and_older_files_lack_it() -> None:
    history = History()
    for step in range(1, 21):
        history.add(batch(step, rate=0.1 / step))
    np.testing.assert_allclose(history.batch_column("rate"), 0.1 / np.arange(1, 21))
    arrays = history.to_arrays()
    older = {**arrays, "batches": arrays["batches"][:, :4], "pending": arrays["pending"][:5]}
    again = History.from_arrays(older)
    assert np.isnan(again.batch_column("rate")).all()
    np.testing.assert_array_equal(again.batch_column("loss"), history.batch_column("loss"))
    again.add(batch(21, rate=0.5))
    assert again.batch_column("loss")[-1] == 21


def test_the_result_is_that_of_the_present_weights_only() -> None:
    history = History()
    history.add(batch(1))
    history.add(Finished("stopped", "", 0.3, 0.9, Checkpoint(0, {})))
    assert history.result is not None
    assert (history.result.loss, history.result.accuracy, history.result.position) == (0.3, 0.9, 0.1)
    history.add(batch(2))
    assert history.result is None


def test_a_history_goes_on_after_a_file_as_if_nothing_had_been() -> None:
    history = History()
    for step in range(1, BATCH_POINTS + 50):
        history.add(batch(step))
    history.add(epoch(1, 0.5, is_best=True))
    again = History.from_arrays(history.to_arrays())
    for one in (history, again):
        for step in range(BATCH_POINTS + 50, BATCH_POINTS + 75):
            one.add(batch(step))
        one.add(epoch(2, 0.6))
        one.add(Finished("completed", "", 0.3, None, Checkpoint(0, {})))
    assert same(history, again)
    assert again.best_loss == 0.5
    assert again.result is not None
    assert math.isnan(again.result.accuracy)


def test_no_arrays_are_an_empty_history() -> None:
    assert len(History.from_arrays({})) == 0
    assert same(History.from_arrays(History().to_arrays()), History())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("epochs", np.zeros((3, 2))),
        ("batches", np.zeros(5)),
        ("knobs", np.zeros((1, 5), dtype=np.int64)),
        ("pending", np.zeros(0)),
        ("best", np.array([1.0, math.inf, math.inf])),
    ],
)
def test_damaged_curves_are_refused_in_plain_words(key: str, value: np.ndarray) -> None:
    arrays = History().to_arrays()
    with pytest.raises(TrainError, match="curves in the file are damaged"):
        History.from_arrays({**arrays, key: value})
    with pytest.raises(TrainError, match="curves in the file are damaged"):
        History.from_arrays({name: array for name, array in arrays.items() if name != key})


def test_a_change_of_augmentation_is_marked() -> None:
    history = History()
    for step, augmentation in ((1, 0.0), (2, 0.25), (3, 0.5), (4, 0.0)):
        history.add(replace(batch(step), knobs=Knobs(0.1, augmentation=augmentation)))
    assert [words for _, words in history.changes] == ["augmentation", "augmentation", "no augmentation"]
