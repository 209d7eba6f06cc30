"""Statistics of a data set, against numpy's own and against counting."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import load, statistics
from playground.data.statistics import class_counts, class_means, numbers_of, per_feature


def test_mean_spread_range_and_histogram_are_numpys() -> None:
    values = np.random.default_rng(0).normal(3, 2, (50, 4, 5)).astype(np.float32)
    found = numbers_of(values, bins=10)
    assert found.count == 1000
    assert found.mean == pytest.approx(values.mean(dtype=np.float64), abs=1e-6)
    assert found.spread == pytest.approx(values.std(dtype=np.float64), rel=1e-6)
    assert (found.least, found.most) == (values.min(), values.max())
    expected, _ = np.histogram(values.astype(np.float64), bins=10, range=(found.least, found.most))
    np.testing.assert_array_equal(found.counts, expected)


def test_many_numbers_are_summed_in_blocks_and_counted_by_a_part_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "MOST_SORTED", 64)
    values = np.arange(1000, dtype=np.float32)
    found = numbers_of(values, bins=4)
    assert found.mean == pytest.approx(499.5)
    assert found.spread == pytest.approx(values.std(dtype=np.float64), rel=1e-6)
    assert 50 < found.counts.sum() <= 64
    assert found.counts.max() - found.counts.min() <= 1


def test_numbers_that_are_all_the_same_have_no_spread() -> None:
    found = numbers_of(np.full(7, 2.5, np.float32))
    assert (found.mean, found.spread, found.least, found.most) == (2.5, 0, 2.5, 2.5)
    assert found.counts.sum() == 7


def test_the_features_of_a_normalised_table_have_mean_zero_and_spread_one() -> None:
    samples = load("wine")
    for feature in per_feature(samples.x_train):
        assert feature.mean == pytest.approx(0, abs=1e-5)
        assert feature.spread == pytest.approx(1, abs=1e-5)


def test_classes_are_counted_and_have_their_mean_example() -> None:
    samples = load("doodles")
    counts = class_counts(samples.y_train, 4)
    assert counts.tolist() == [int((samples.y_train == number).sum()) for number in range(4)]
    means = class_means(samples.x_train, samples.y_train, 4)
    of_class = samples.x_train[samples.y_train == 1]
    np.testing.assert_allclose(means[1], of_class.mean(axis=0, dtype=np.float64), atol=1e-6)
    assert not means[3].any(), "there is none of this class"
