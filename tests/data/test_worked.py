"""Mazur's example: the numbers of the article, to the last digit that a float32 holds."""

from __future__ import annotations

import numpy as np

from playground.data import data_set, load


def test_the_published_sample() -> None:
    samples = load("mazur")
    np.testing.assert_array_equal(samples.x_train, np.array([[0.05, 0.10]], np.float32))
    np.testing.assert_array_equal(samples.y_train, np.array([[0.01, 0.99]], np.float32))


def test_training_and_test_are_the_same_sample() -> None:
    samples = load("mazur")
    np.testing.assert_array_equal(samples.x_test, samples.x_train)
    np.testing.assert_array_equal(samples.y_test, samples.y_train)


def test_it_asks_for_two_values_not_for_a_class() -> None:
    described = data_set("mazur")
    assert described.classes == ()
    assert described.target_shape == (2,)
    assert described.outputs == 2
