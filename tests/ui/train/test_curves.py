"""What the chart draws of a history."""

from __future__ import annotations

import numpy as np

from playground.train import BatchDone, EpochDone, History
from playground.ui.train.curves import POINTS, curves_of, gap, thin


def history(epochs: int, batches: int = 10, validation: bool = True) -> History:
    result = History()
    for number in range(1, epochs + 1):
        for batch in range(batches):
            step = (number - 1) * batches + batch + 1
            result.add(BatchDone(step, number - 1, step / batches, 2.0 / step, 0.5, 0.1))
        outside = 0.5 + 0.01 * number if validation else None
        result.add(EpochDone(number, 1.0 / number, 0.6, outside, 0.7, 0.1, 1.0, 1.0, number == 1 and validation))
    return result


def test_training_stands_in_the_middle_of_its_epoch_and_validation_at_its_end() -> None:
    curves = curves_of(history(3), "loss")
    np.testing.assert_allclose(curves.training_x, [0.5, 1.5, 2.5])
    np.testing.assert_allclose(curves.epoch_x, [1, 2, 3])
    np.testing.assert_allclose(curves.training, [1, 1 / 2, 1 / 3])
    np.testing.assert_allclose(curves.validation, [0.51, 0.52, 0.53])
    assert curves.best == 1


def test_a_thinned_line_keeps_the_mean_and_the_order() -> None:
    x, y = np.arange(12_345.0), np.random.default_rng(0).random(12_345)
    few_x, few_y = thin(x, y)
    assert len(few_x) == len(few_y) == POINTS
    assert (np.diff(few_x) > 0).all()
    np.testing.assert_allclose(
        np.average(few_y, weights=np.diff([*np.linspace(0, 12_345, POINTS + 1).astype(int)])), y.mean()
    )
    few_x, few_y = thin(x[:7], y[:7])
    np.testing.assert_array_equal(few_y, y[:7])


def test_of_many_epochs_the_first_and_the_last_are_drawn() -> None:
    curves = curves_of(history(3000, batches=1), "loss")
    assert len(curves.epoch_x) <= POINTS
    assert (curves.epoch_x[0], curves.epoch_x[-1]) == (1, 3000)


def test_the_gap_is_where_validation_is_worse() -> None:
    x, training, outer = gap(curves_of(history(4), "loss"), worse_above=True)
    np.testing.assert_allclose(x, [1, 1.5, 2, 2.5, 3, 3.5, 4])  # every corner of either line
    np.testing.assert_allclose(training, np.interp(x, [0.5, 1.5, 2.5, 3.5], [1, 1 / 2, 1 / 3, 1 / 4]))
    np.testing.assert_allclose(outer, np.maximum(training, 0.5 + 0.01 * x))
    x, _, _ = gap(curves_of(history(4, validation=False), "loss"), worse_above=True)
    assert len(x) == 0


def test_the_limits_show_every_epoch_but_the_first_and_move_seldom() -> None:
    for metric in ("loss", "accuracy"):
        curves = curves_of(history(5), metric)
        drawn = np.concatenate([curves.training[1:], curves.validation[1:]])
        assert curves.low <= drawn.min()
        assert drawn.max() <= curves.high
        assert curves.right >= 5
    rights = {curves_of(history(epochs, batches=2), "loss").right for epochs in range(100, 126)}
    assert len(rights) == 2


def test_a_logarithm_is_drawn_of_the_loss_only() -> None:
    np.testing.assert_allclose(curves_of(history(3), "loss", logarithmic=True).training, np.log10([1, 1 / 2, 1 / 3]))
    np.testing.assert_allclose(curves_of(history(3), "accuracy", logarithmic=True).training, [60, 60, 60])


def test_an_empty_history_has_limits_too() -> None:
    curves = curves_of(History(), "loss")
    assert (curves.low, curves.high, curves.right) == (0, 1, 1)
    assert len(curves.batch_x) == len(curves.epoch_x) == 0
