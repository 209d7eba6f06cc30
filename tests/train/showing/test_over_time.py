"""Histograms over the run: thinned evenly, in bounded memory, and over one range."""

from __future__ import annotations

import numpy as np
import pytest

from playground.train.events import ActivationPicture, Histogram, LayerPicture, Pictures
from playground.train.showing.over_time import ROWS, OverTime, middle_half


def histogram(values: np.ndarray, reach: float) -> Histogram:
    counts, _ = np.histogram(values, 31, (-reach, reach))
    return Histogram(counts.astype(np.int64), -reach, reach)


def picture(position: float, values: np.ndarray, reach: float = 1.0, answers: bool = False) -> Pictures:
    seen = histogram(values, reach)
    activations = (ActivationPicture("relu1", seen, 0.0, 1.0, 3, 0, 0, 32),) if answers else ()
    return Pictures(int(100 * position), position, (LayerPicture("fc1", seen, seen, 1e-3),), activations=activations)


def test_a_long_run_keeps_a_bounded_number_spread_evenly_with_first_and_last() -> None:
    over_time = OverTime(most=50)
    for step in range(1, 3001):
        over_time.add(picture(step / 100, np.zeros(3)))
        assert len(over_time) <= 51
    places = [seen.position for seen in over_time.until(1e9)]
    assert places[-1] == 30.0
    assert places[0] < 1.0
    gaps = np.diff(places)[:-1]
    np.testing.assert_allclose(gaps, gaps[0])


def test_going_back_lets_go_what_came_after() -> None:
    over_time = OverTime()
    for position in (1.0, 2.0, 3.0, 4.0, 2.5):
        over_time.add(picture(position, np.zeros(3)))
    assert [seen.position for seen in over_time.until(9.0)] == [1.0, 2.0, 2.5]
    assert [seen.position for seen in over_time.until(2.0)] == [1.0, 2.0]
    over_time.clear()
    assert len(over_time) == 0
    assert over_time.strip("weights", "fc1") is None


def test_a_strip_puts_histograms_of_different_ranges_on_one() -> None:
    rng = np.random.default_rng(0)
    narrow, wide = rng.uniform(-1, 1, 40_000), rng.uniform(-4, 4, 40_000)
    over_time = OverTime()
    over_time.add(picture(1.0, narrow, 1.0))
    over_time.add(picture(2.0, wide, 4.0))
    strip = over_time.strip("weights", "fc1")
    assert strip is not None
    assert strip.reach == 4.0
    np.testing.assert_allclose(strip.shares.sum(1), 1.0)
    edges = np.linspace(-4, 4, ROWS + 1)
    for shares, values in zip(strip.shares, (narrow, wide), strict=True):
        expected, _ = np.histogram(values, edges)
        np.testing.assert_allclose(shares, expected / len(values), atol=0.006)
    assert not strip.is_never_negative


def test_values_that_are_all_zero_lie_in_the_middle() -> None:
    over_time = OverTime()
    zeros = np.zeros(31, np.int64)
    zeros[15] = 7
    seen = Histogram(zeros, 0.0, 0.0)
    over_time.add(Pictures(1, 1.0, (LayerPicture("fc1", seen, seen, None),)))
    over_time.add(picture(2.0, np.array([0.5]), 1.0))
    strip = over_time.strip("gradients", "fc1")
    assert strip is not None
    assert strip.shares[0, ROWS // 2] == 1.0
    assert strip.is_never_negative


def test_activations_are_known_where_they_were_taken_only() -> None:
    over_time = OverTime()
    for position in (1.0, 2.0, 3.0):
        over_time.add(picture(position, np.array([0.3]), answers=position == 2.0))
    assert over_time.layers("activations") == ("relu1",)
    assert over_time.layers("weights") == ("fc1",)
    strip = over_time.strip("activations", "relu1")
    assert strip is not None
    assert strip.positions.tolist() == [2.0]


def test_half_of_the_values_lie_between_the_quartiles() -> None:
    values = np.random.default_rng(1).normal(0, 1, 50_000)
    low, high = middle_half(histogram(values, 4.0))
    assert (low, high) == pytest.approx(tuple(np.percentile(values, (25, 75))), abs=0.02)
    assert middle_half(Histogram(np.zeros(31, np.int64), 0.0, 0.0)) == (0.0, 0.0)
