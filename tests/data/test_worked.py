"""Mazur's example: the numbers of the article, to the last digit that a float32 holds."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import DataError, all_data_sets, data_set, load


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


def test_numbers_can_be_given_in_the_name() -> None:
    described, samples = data_set("given:-1,0.25,2e3"), load("given:-1,0.25,2e3")
    assert described.sample_shape == (3,)
    assert described.title == "Given: −1, 0.25, 2000"
    np.testing.assert_array_equal(samples.x_test, np.array([[-1, 0.25, 2000]], np.float32))
    np.testing.assert_array_equal(samples.x_train, samples.x_test)


@pytest.mark.parametrize(
    "key",
    [
        "given:",
        "given:a",
        "given:1,,2",
        "given:nan",
        "given:1,inf",
        "given:" + "1," * 300,
        "given:2x2:1,2",
        "given:0x1:",
        "given:x:1",
    ],
)
def test_a_name_without_proper_numbers_is_refused(key: str) -> None:
    with pytest.raises(DataError, match="is no data set: write 1 to 256 numbers"):
        data_set(key)


def test_given_numbers_are_not_listed_among_the_data_sets() -> None:
    load("given:1")
    assert not any(each.key.startswith("given") for each in all_data_sets())


def test_given_numbers_can_have_a_size() -> None:
    assert data_set("given:1x2x2:1,2,3,4").sample_shape == (1, 2, 2)
    np.testing.assert_array_equal(load("given:1x2x2:1,2,3,4").x_test, np.array([[[[1, 2], [3, 4]]]], np.float32))


def test_several_examples_and_their_targets_can_be_given() -> None:
    described, samples = data_set("given:0,0;0,1;1,1=0;0;1"), load("given:0,0;0,1;1,1=0;0;1")
    assert (described.sample_shape, described.target_shape) == ((2,), (1,))
    assert described.title == "Given: 3 examples"
    assert described.summary.endswith("each with its target.")
    np.testing.assert_array_equal(samples.x_test, np.array([[0, 0], [0, 1], [1, 1]], np.float32))
    np.testing.assert_array_equal(samples.y_test, np.array([[0], [0], [1]], np.float32))
    assert described.label(2, samples.y_test[2]) == "1"


def test_several_examples_can_have_a_size() -> None:
    assert load("given:1x1x2:1,2;3,4").x_test.shape == (2, 1, 1, 2)


@pytest.mark.parametrize("key", ["given:0,1;2", "given:0;1=1", "given:0=1=2", "given:=1", "given:-1x-2:1,2"])
def test_examples_that_do_not_fit_together_are_refused(key: str) -> None:
    with pytest.raises(DataError, match="behind an equals sign"):
        data_set(key)
