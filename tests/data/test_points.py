"""Points placed by hand: the key holds them exactly, and they are learnt from as any other set in the plane."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import DataError, data_set, load
from playground.data.points import COLOURS, MOST_POINTS, HandPoints, Point, as_points, hand_points, within

FEW = HandPoints((Point(-1, 2.5, 0), Point(3, 0.4, 1), Point(0, 0, 2, is_test=True)), 3)


def test_the_key_holds_the_points() -> None:
    assert FEW.key == "points:3:-1,2.5,0;3,0.4,1;0,0,2,t"
    assert hand_points(FEW.key) == FEW
    assert hand_points("circle") == HandPoints(), "another set has none"
    many = HandPoints(tuple(Point(within(n / 7 - 6), within(-n / 9), n % 9) for n in range(80)), 9)
    assert hand_points(many.key) == many


def test_they_are_a_data_set_of_so_many_classes() -> None:
    described, samples = data_set(FEW.key), load(FEW.key)
    assert described.classes == COLOURS[:3]
    assert described.sample_shape == (2,)
    assert described.summary == "Points that were placed by hand: 2 to learn from, 1 to test."
    np.testing.assert_array_equal(samples.x_train, np.array([[-1, 2.5], [3, 0.4]], np.float32))
    assert samples.y_train.tolist() == [0, 1]
    assert (samples.x_test.tolist(), samples.y_test.tolist()) == ([[0, 0]], [2])


def test_without_points_for_testing_the_others_are_looked_at() -> None:
    samples = load(HandPoints((Point(1, 1, 1),)).key)
    assert samples.x_test.tolist() == samples.x_train.tolist() == [[1, 1]]


@pytest.mark.parametrize("held", [HandPoints(), HandPoints((Point(1, 2, 0, is_test=True),))])
def test_where_nothing_can_be_learnt_from_it_says_what_to_do(held: HandPoints) -> None:
    assert data_set(held.key).title == "Points by hand"
    with pytest.raises(DataError, match=r"no points to learn from yet.*click into the plane"):
        load(held.key)


@pytest.mark.parametrize(
    "written",
    ["", "x:1,1,0", "1:", "10:", "2:1,1", "2:1,1,2", "2:7,0,0", "2:nan,0,0", "2:1,1,0,x", "2:1,1,0;", "2:a,b,c"],
)
def test_a_damaged_key_is_refused(written: str) -> None:
    with pytest.raises(DataError, match=r"cannot be read\. They are written as"):
        data_set(f"points:{written}")


def test_how_many_there_can_be() -> None:
    full = HandPoints((Point(0, 0, 0),) * MOST_POINTS)
    assert len(load(full.key).x_train) == MOST_POINTS
    with pytest.raises(DataError, match="at most 2,000"):
        data_set(HandPoints((*full.points, Point(0, 0, 0))).key)


def test_another_set_in_the_plane_can_be_gone_on_from() -> None:
    samples = load("three_clouds", samples=60)
    held = as_points(samples, 3)
    again = load(held.key)
    np.testing.assert_array_equal(again.y_train, samples.y_train)
    np.testing.assert_array_equal(again.y_test, samples.y_test)
    np.testing.assert_allclose(again.x_train, samples.x_train.clip(-6, 6), atol=0.006)
    with pytest.raises(DataError, match="20,000 points, and at most 2,000"):
        as_points(load("circle", samples=20_000), 2)
