"""The grid on which heights are measured."""

from __future__ import annotations

import numpy as np
import pytest

from playground.train.relief.grids import coarse_first, fill, grid, height_at


@pytest.mark.parametrize("size", [1, 7, 25, 41])
def test_every_place_comes_once_the_coarse_ones_first(size: int) -> None:
    places = list(coarse_first(size))
    assert sorted(places) == [(row, column) for row in range(size) for column in range(size)]
    first = [place for place in places if place[0] % 8 == 0 and place[1] % 8 == 0]
    assert places[: len(first)] == first


def test_what_is_not_measured_yet_is_like_its_coarser_neighbour() -> None:
    whole = np.arange(81.0).reshape(9, 9)
    known = np.full((9, 9), np.nan)
    for row, column in list(coarse_first(9))[:9]:  # strides 8 and 4
        known[row, column] = whole[row, column]
    filled = fill(known)
    assert not np.isnan(filled).any()
    assert filled[0, 3] == whole[0, 0]
    assert filled[7, 5] == whole[4, 4]
    known[1, 5] = 7.0
    assert fill(known)[1, 5] == 7.0


def test_heights_between_the_places_of_a_plane_are_exact() -> None:
    xs, ys = grid((-1.0, 3.0, 0.0, 2.0), 5)
    x, y = np.meshgrid(xs, ys)
    points = np.array([[-1.0, 0.0], [0.3, 1.7], [3.0, 2.0], [3.1, 1.0], [np.nan, 1.0]])
    found = height_at(xs, ys, 2 * x - 3 * y, points)
    np.testing.assert_allclose(found[:3], 2 * points[:3, 0] - 3 * points[:3, 1])
    assert np.isnan(found[3:]).all()
