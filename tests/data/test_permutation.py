"""Pixels in another order: the same order for all examples, nothing lost, colours together."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import DataError, load
from playground.data.permutation import order_of, put_in_order


def test_all_examples_of_training_and_test_have_the_same_order() -> None:
    plain, permuted = load("digits8x8"), load("digits8x8", permuted=7)
    order = order_of((1, 8, 8), 7)
    assert sorted(order.tolist()) == list(range(64))
    assert not np.array_equal(order, np.arange(64))
    for before, after in ((plain.x_train, permuted.x_train), (plain.x_test, permuted.x_test)):
        assert after.shape == before.shape
        np.testing.assert_array_equal(after.reshape(-1, 64), before.reshape(-1, 64)[:, order])
        assert not after.flags.writeable
    np.testing.assert_array_equal(plain.y_train, permuted.y_train)


def test_another_number_is_another_order_and_zero_is_none() -> None:
    assert load("digits8x8", permuted=0) is load("digits8x8")
    assert load("digits8x8", permuted=3) is load("digits8x8", permuted=3)
    assert not np.array_equal(load("digits8x8", permuted=3).x_test, load("digits8x8", permuted=4).x_test)
    with pytest.raises(DataError, match="order of the pixels is -1"):
        load("digits8x8", permuted=-1)


def test_a_pixel_keeps_its_colour() -> None:
    pictures = np.stack([np.arange(12), np.arange(12) + 100, np.arange(12) + 200]).reshape(1, 3, 3, 4)
    moved = put_in_order(pictures.astype(np.float32), 5)
    assert {tuple(pixel) for pixel in moved.reshape(3, -1).T} == {(n, n + 100, n + 200) for n in range(12)}


def test_numbers_of_a_plain_list_move_one_by_one() -> None:
    rows = np.arange(8, dtype=np.float32).reshape(2, 4)
    moved = put_in_order(rows, 2)
    np.testing.assert_array_equal(moved[1] - moved[0], [4, 4, 4, 4])
    assert sorted(moved[0].tolist()) == [0, 1, 2, 3]


def test_what_is_only_looked_at_stays_as_it_is() -> None:
    assert load("imagenet", permuted=9) is load("imagenet")
