"""Series: windows of the past and what follows, divided by time, without the gaps."""

from __future__ import annotations

import numpy as np
import pytest

from playground.assets import asset
from playground.data import load, split
from playground.data.series import Windows, windows

CUT = Windows("any", past=5, ahead=2, from_last=False)


def in_unit(values: np.ndarray, spread: float, mean: float) -> np.ndarray:
    return values * spread + mean


def test_a_window_is_followed_by_its_targets() -> None:
    series = np.arange(100, dtype=np.float32)
    samples = windows(series, CUT)
    for x, y in ((samples.x_train, samples.y_train), (samples.x_test, samples.y_test)):
        past = in_unit(x[:, 0], samples.scale.spread, samples.scale.mean)
        np.testing.assert_allclose(past[:, 1:] - past[:, :-1], 1, atol=1e-4)
        np.testing.assert_allclose(samples.scale.in_unit(y)[:, 0], past[:, -1] + 1, atol=1e-4)


def test_what_is_tested_is_later_than_all_that_was_learnt_from() -> None:
    samples = windows(np.arange(100, dtype=np.float32), CUT)
    assert samples.scale.in_unit(samples.y_train).max() == pytest.approx(79)
    assert samples.scale.in_unit(samples.y_test).min() == pytest.approx(80)
    assert samples.scale.in_unit(samples.y_test).max() == pytest.approx(99)


def test_windows_with_a_gap_are_left_out_and_nothing_is_made_up() -> None:
    series = np.arange(100, dtype=np.float32)
    series[40] = np.nan
    whole, gappy = windows(np.arange(100, dtype=np.float32), CUT), windows(series, CUT)
    assert len(whole.x_train) - len(gappy.x_train) == 7
    assert np.isfinite(gappy.x_train).all()
    first = np.round(in_unit(gappy.x_train[:, 0, 0], gappy.scale.spread, gappy.scale.mean)).astype(int)
    assert not set(first.tolist()) & set(range(34, 41))


def test_values_from_the_last_one_do_not_depend_on_the_level() -> None:
    rng = np.random.default_rng(0)
    series = rng.normal(size=200).astype(np.float32)
    cut = Windows("any", past=5, ahead=2, from_last=True)
    low, high = windows(series, cut), windows(series + 64, cut)
    np.testing.assert_allclose(low.x_test, high.x_test, atol=1e-4)
    np.testing.assert_allclose(low.x_train[:, 0, -1], 0, atol=1e-6)
    np.testing.assert_allclose(low.x_train.std(), 1, atol=1e-3)


def test_the_scale_is_learnt_from_the_time_of_training_alone() -> None:
    rng = np.random.default_rng(0)
    series = rng.normal(size=200).astype(np.float32)
    changed = series.copy()
    changed[160:] *= 50
    assert windows(series, CUT).scale == windows(changed, CUT).scale


def test_carbon_dioxide_is_that_of_the_file() -> None:
    samples = load("co2")
    with np.load(asset("data/series.npz"), allow_pickle=False) as archive:
        series = archive["co2_weekly_ppm"].astype(np.float64)
    last = series[-65:] - series[-65 + 51]
    np.testing.assert_allclose(samples.x_test[-1, 0] * samples.scale.spread, last[:52], atol=1e-3)
    np.testing.assert_allclose(samples.y_test[-1] * samples.scale.spread, last[52:], atol=1e-3)
    every = np.lib.stride_tricks.sliding_window_view(series, 65)
    assert len(samples.x_train) + len(samples.x_test) + 12 == np.count_nonzero(~np.isnan(every).any(axis=1))


def test_validation_is_the_latest_part_and_shares_no_target_with_what_is_learnt() -> None:
    samples = windows(np.arange(400, dtype=np.float32), CUT)
    for seed in (0, 1):
        parts = split(samples, validation_fraction=0.25, seed=seed)
        learnt = set(np.round(samples.scale.in_unit(parts.y_train)).ravel().tolist())
        held = set(np.round(samples.scale.in_unit(parts.y_validation)).ravel().tolist())
        assert not learnt & held
        assert max(learnt) < min(held)
        assert len(parts.y_validation) == round(0.25 * len(samples.y_train))
        assert parts.scale == samples.scale


def test_fewer_examples_are_the_latest_before_validation() -> None:
    samples = windows(np.arange(400, dtype=np.float32), CUT)
    few = split(samples, validation_fraction=0.25, train_size=20, seed=0)
    more = split(samples, validation_fraction=0.25, train_size=50, seed=0)
    assert len(few.y_train) == 20
    assert set(few.y_train[:, 0].tolist()) < set(more.y_train[:, 0].tolist())
    assert few.y_train.min() > more.y_train.min()


def test_without_validation_nothing_is_left_out() -> None:
    samples = load("sunspots")
    assert len(split(samples, validation_fraction=0, seed=0).x_train) == len(samples.x_train)
