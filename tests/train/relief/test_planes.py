"""Planes through the space of all weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from playground.train.errors import TrainError
from playground.train.relief.planes import (
    WeightPlace,
    around,
    most_moved,
    path_plane,
    random_plane,
    weight_plane,
)

Arrays = dict[str, np.ndarray]


@pytest.fixture
def centre() -> Arrays:
    rng = np.random.default_rng(1)
    shapes = {"conv1.weight": (4, 2, 3, 3), "conv1.bias": (4,), "fc1.weight": (5, 16), "fc1.bias": (5,)}
    return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


def moved(centre: Arrays, *parts: tuple[float, Mapping[str, np.ndarray]]) -> Arrays:
    """The centre plus so much of each direction."""
    return {name: value + sum(share * way.get(name, 0) for share, way in parts) for name, value in centre.items()}


def test_every_filter_of_a_random_direction_is_as_long_as_the_networks(centre: Arrays) -> None:
    plane = random_plane(centre, seed=3)
    for direction in (plane.first, plane.second):
        assert set(direction) == {"conv1.weight", "fc1.weight"}, "biases stay as they are"
        for name, drawn in direction.items():
            wanted = np.linalg.norm(centre[name].reshape(len(drawn), -1), axis=1)
            np.testing.assert_allclose(np.linalg.norm(drawn.reshape(len(drawn), -1), axis=1), wanted, rtol=1e-5)
    again, other = random_plane(centre, seed=3), random_plane(centre, seed=4)
    assert np.array_equal(again.second["fc1.weight"], plane.second["fc1.weight"])
    assert not np.allclose(other.first["fc1.weight"], plane.first["fc1.weight"])


def test_without_any_filter_every_parameter_counts_as_one() -> None:
    centre = {"w": np.array([3.0, 4.0], np.float32), "b": np.array(2.0, np.float32)}
    plane = random_plane(centre, seed=0)
    assert [np.linalg.norm(plane.first[name]) for name in centre] == pytest.approx([5, 2])
    assert plane.first["b"].shape == ()


def test_weights_in_the_plane_are_found_where_they_are(centre: Arrays) -> None:
    plane = random_plane(centre, seed=0)
    states = [moved(centre, (0.3, plane.first), (-0.7, plane.second)), moved(centre, (1.0, plane.first)), centre]
    places, seen = plane.place(states)
    np.testing.assert_allclose(places, [[0.3, -0.7], [1, 0], [0, 0]], atol=1e-5)
    assert seen == pytest.approx(1, abs=1e-6)


def test_how_much_of_a_movement_a_plane_shows(centre: Arrays) -> None:
    plane = weight_plane(centre, WeightPlace("fc1.weight", (0, 0)), WeightPlace("conv1.bias", (2,)), 1.0)
    state = {name: value.copy() for name, value in centre.items()}
    state["fc1.weight"][0, 0] += 3
    state["fc1.bias"][1] += 4  # across the plane
    places, seen = plane.place([state])
    assert places[0] == pytest.approx((centre["fc1.weight"][0, 0] + 3, centre["conv1.bias"][2]), abs=1e-5)
    assert seen == pytest.approx(9 / 25, abs=1e-5)


def test_the_axes_of_two_weights_are_their_values(centre: Arrays) -> None:
    one, other = WeightPlace("fc1.weight", (4, 15)), WeightPlace("conv1.weight", (0, 1, 2, 2))
    plane = weight_plane(centre, one, other, 2.0)
    x, y = centre["fc1.weight"][4, 15], centre["conv1.weight"][0, 1, 2, 2]
    assert plane.origin == pytest.approx((x, y))
    assert plane.window == pytest.approx((x - 2, x + 2, y - 2, y + 2))
    assert plane.labels == ("fc1.weight[4, 15]", "conv1.weight[0, 1, 2, 2]")
    assert sum(np.count_nonzero(way) for way in (*plane.first.values(), *plane.second.values())) == 2


@pytest.mark.parametrize("place", [("fc1.weight", (5, 0)), ("fc9.weight", (0, 0)), ("fc1.weight", (0,))])
def test_a_weight_that_is_not_there_is_named(centre: Arrays, place: tuple[str, tuple[int, ...]]) -> None:
    with pytest.raises(TrainError, match=r"no weight fc\d\.weight"):
        weight_plane(centre, WeightPlace(*place), WeightPlace("fc1.bias", (0,)), 1.0)


def test_twice_the_same_weight_is_no_plane(centre: Arrays) -> None:
    with pytest.raises(TrainError, match="two different"):
        weight_plane(centre, WeightPlace("fc1.bias", (0,)), WeightPlace("fc1.bias", (0,)), 1.0)


def test_weights_that_are_all_zero_give_no_random_direction() -> None:
    with pytest.raises(TrainError, match="are 0"):
        random_plane({"fc1.weight": np.zeros((2, 2), np.float32)}, seed=0)


def test_the_plane_of_a_way_is_that_of_its_principal_components(centre: Arrays) -> None:
    rng = np.random.default_rng(5)
    steps = [{name: rng.standard_normal(v.shape).astype(np.float32) for name, v in centre.items()} for _ in range(3)]
    shares = rng.standard_normal((12, 3)) * (5, 2, 0.2)
    states = [moved(centre, *zip(row, steps, strict=True)) for row in shares.tolist()]
    plane = path_plane(centre, states)
    places, seen = plane.place(states)

    flat = np.stack([np.concatenate([(s[name] - centre[name]).ravel() for name in centre]) for s in states])
    _, sizes, axes = np.linalg.svd(flat.astype(np.float64), full_matrices=False)
    assert seen == pytest.approx(float((sizes[:2] ** 2).sum() / (sizes**2).sum()), rel=1e-4)
    np.testing.assert_allclose(np.abs(places), np.abs(flat @ axes[:2].T), atol=1e-3)
    left, right, bottom, top = plane.window
    assert ((places > (left, bottom)) & (places < (right, top))).all()
    assert left < 0 < right, "the present weights are in view too"


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_way_that_is_no_way_or_straight_has_no_plane(centre: Arrays, count: int) -> None:
    step = {name: np.ones_like(value) for name, value in centre.items()}
    with pytest.raises(TrainError, match="Train for some epochs"):
        path_plane(centre, [moved(centre, (float(n), step)) for n in range(count)])


def test_the_two_weights_that_moved_most(centre: Arrays) -> None:
    state = {name: value.copy() for name, value in centre.items()}
    state["conv1.weight"][3, 1, 0, 2] += 5
    state["fc1.bias"][4] -= 6
    assert most_moved(centre, [centre, state]) == (
        WeightPlace("fc1.bias", (4,)),
        WeightPlace("conv1.weight", (3, 1, 0, 2)),
    )
    largest = most_moved({"fc1.weight": np.array([[1.0, -3.0, 2.0]], np.float32)}, [])
    assert largest == (WeightPlace("fc1.weight", (0, 1)), WeightPlace("fc1.weight", (0, 2)))
    assert most_moved({"fc1.weight": np.ones((1, 1), np.float32)}, []) is None


def test_a_window_around_a_straight_way_still_has_land_on_both_sides(centre: Arrays) -> None:
    plane = around(random_plane(centre, seed=0), np.array([[4.0, 0.0], [2.0, 0.0]]))
    left, right, bottom, top = plane.window
    assert left < 0 < 4 < right
    assert bottom < -0.3
    assert top > 0.3
