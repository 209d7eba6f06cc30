"""Moons and the sets of three classes: their geometry, and what noise does to it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.data import data_set, load

THREE = pytest.mark.parametrize("key", ["three_clouds", "rings", "three_spirals"])


def everything(key: str, noise: float = 0.0, samples: int = 900) -> tuple[NDArray[np.float32], NDArray[np.generic]]:
    loaded = load(key, noise=noise, samples=samples)
    return np.concatenate([loaded.x_train, loaded.x_test]), np.concatenate([loaded.y_train, loaded.y_test])


@THREE
def test_a_third_of_the_points_is_of_each_class_in_both_halves(key: str) -> None:
    loaded = load(key, noise=0, samples=900)
    assert data_set(key).classes == ("orange", "blue", "green")
    assert np.bincount(loaded.y_train).tolist() == [150] * 3
    assert np.bincount(loaded.y_test).tolist() == [150] * 3


@pytest.mark.parametrize("key", ["moons", "three_clouds", "rings", "three_spirals"])
@pytest.mark.parametrize("samples", [4, 5, 501])
def test_odd_and_small_numbers_of_points_are_no_trouble(key: str, samples: int) -> None:
    x, y = everything(key, samples=samples)
    assert len(x) == len(y) == samples
    assert len(np.unique(x, axis=0)) == samples


def test_rings_lie_at_their_distances() -> None:
    x, y = everything("rings")
    radii = np.hypot(*x.T)
    for label, (inner, outer) in enumerate([(0, 1.5), (2.2, 3.5), (4.2, 5.5)]):
        assert radii[y == label].min() >= inner - 1e-5
        assert radii[y == label].max() <= outer + 1e-5


def test_noise_gives_rings_other_classes_near_the_borders_only() -> None:
    x, clean = everything("rings")
    same, noisy = everything("rings", noise=0.1)
    np.testing.assert_array_equal(x, same)
    assert np.any(clean != noisy)
    radii = np.hypot(*same.T)
    assert np.all(noisy[radii < 1.85 - 0.5 * np.sqrt(2)] == 0)


def test_arms_of_three_spirals_are_a_third_of_a_turn_apart() -> None:
    x, y = everything("three_spirals")
    radii, angles = np.hypot(*x.T), np.arctan2(x[:, 0], x[:, 1])
    start = np.mod(angles - 2 * np.pi * radii / 5, 2 * np.pi)
    for label in range(3):
        away = np.abs(np.angle(np.exp(1j * (start[y == label] - 2 * np.pi * label / 3))))
        assert away.max() < 1e-3


def test_a_straight_line_does_not_part_the_moons_but_distance_to_their_arcs_does() -> None:
    x, y = everything("moons")
    upper = np.abs(np.hypot(x[:, 0] + 1.6, x[:, 1] + 0.8) - 3.2)
    lower = np.abs(np.hypot(x[:, 0] - 1.6, x[:, 1] - 0.8) - 3.2)
    np.testing.assert_allclose(np.where(y == 0, upper, lower), 0, atol=1e-5)
    design = np.column_stack([x, np.ones(len(x))])
    weights = np.linalg.lstsq(design, np.where(y == 1, 1.0, -1.0), rcond=None)[0]
    assert 0.5 < np.mean((design @ weights > 0) == (y == 1)) < 0.97


def test_noise_moves_the_same_points_of_the_moons_further() -> None:
    still, a_little, a_lot = (load("moons", noise=noise).x_train for noise in (0.0, 0.1, 0.2))
    np.testing.assert_allclose(a_lot - still, 2 * (a_little - still), atol=1e-5)
