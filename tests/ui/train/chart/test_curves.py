"""What the chart draws of a history."""

from __future__ import annotations

import numpy as np
import pytest

from playground.train import BatchDone, EpochDone, History
from playground.ui.train.chart.curves import POINTS, curves_of, gap, place_of, position_at, smooth, thin


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


def test_smoothing_is_tensorboards() -> None:
    values = np.random.default_rng(0).random(60)
    values[[7, 30]] = np.nan
    last, count, expected = 0.0, 0, []
    for value in values:  # as in vz_line_chart2 of TensorBoard
        if not np.isfinite(value):
            expected.append(np.nan)
            continue
        last, count = last * 0.9 + 0.1 * value, count + 1
        expected.append(last / (1 - 0.9**count))
    np.testing.assert_allclose(smooth(values, 0.9), expected)
    np.testing.assert_allclose(smooth(np.full(50, 3.0), 0.99), 3.0)


def test_what_is_smoothed_is_drawn_beside_what_it_was() -> None:
    plain, smoothed = curves_of(history(20), "loss"), curves_of(history(20), "loss", smoothing=0.8)
    np.testing.assert_array_equal(smoothed.raw_training, plain.training)
    np.testing.assert_array_equal(smoothed.raw_batch_y, plain.batch_y)
    np.testing.assert_allclose(smoothed.validation, smooth(plain.validation, 0.8))
    assert len(plain.raw_training) == len(plain.raw_batch_y) == 0
    logarithms = curves_of(history(20), "loss", logarithmic=True, smoothing=0.8)
    np.testing.assert_allclose(logarithms.training, np.log10(smoothed.training))


def test_logarithmic_epochs_begin_with_the_first_batch_and_show_it() -> None:
    curves = curves_of(history(50), "loss", log_x=True)
    np.testing.assert_allclose(curves.epoch_x, np.log10(np.arange(1, 51)))
    assert curves.left <= curves.batch_x[0] == -1
    assert curves.right >= np.log10(50)
    assert curves.high >= 2.0
    assert position_at(place_of(2.5, True), True) == pytest.approx(2.5)
    assert (place_of(2.5, False), position_at(2.5, False)) == (2.5, 2.5)


def test_the_learning_rate_is_one_line_with_its_drops() -> None:
    result = History()
    for step in range(1, 1001):
        result.add(BatchDone(step, 0, step / 1000, 1.0, 0.5, 0.1 if step <= 500 else 0.01))
    curves = curves_of(result, "rate")
    assert len(curves.training) <= POINTS
    assert set(curves.training) == {0.1, 0.01}
    assert curves.training_x[-1] == 1.0
    np.testing.assert_array_equal(curves_of(result, "rate", smoothing=0.9).training, curves.training)
    assert len(curves.epoch_x) == len(curves.batch_x) == len(curves.validation) == 0
    assert curves.high >= 0.1


def test_an_empty_history_has_limits_too() -> None:
    curves = curves_of(History(), "loss")
    assert (curves.low, curves.high, curves.right) == (0, 1, 1)
    assert len(curves.batch_x) == len(curves.epoch_x) == 0
