"""Values over the plane: a tilted plane, and hills and hollows."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import data_set, load
from playground.data.toy_values import Surface, hills, plane


def test_the_plane_is_the_sum_of_both_coordinates_over_ten() -> None:
    np.testing.assert_allclose(plane(np.array([[1.0, 2.0], [-4.0, 4.0], [6.0, 6.0], [-6.0, -6.0]])), [0.3, 0, 1, -1])


@pytest.mark.parametrize(
    ("place", "height"),
    [((-4, 2.5), 1), ((0, 2.5), -1), ((0, -2.5), 1), ((4, -2.5), -1), ((-4, 1.5), 0.5), ((5, 5), 0), ((2, 0), 0)],
)
def test_hills_and_hollows_alternate_and_fall_off_to_flat_land(place: tuple[float, float], height: float) -> None:
    assert hills(np.array([place], dtype=np.float64))[0] == pytest.approx(height)


@pytest.mark.parametrize(("key", "surface"), [("plane", plane), ("hills", hills)])
def test_without_noise_every_point_has_the_height_of_its_place(key: str, surface: Surface) -> None:
    samples = load(key, noise=0, samples=501)
    assert (len(samples.x_train), len(samples.x_test)) == (251, 250)
    for x, y in ((samples.x_train, samples.y_train), (samples.x_test, samples.y_test)):
        np.testing.assert_allclose(y[:, 0], surface(x.astype(np.float64)), atol=1e-6)
        assert np.abs(x).max() <= 6


@pytest.mark.parametrize("key", ["plane", "hills"])
def test_noise_changes_values_and_not_places(key: str) -> None:
    clean, noisy = load(key, noise=0), load(key, noise=0.3)
    np.testing.assert_array_equal(clean.x_train, noisy.x_train)
    assert np.abs(clean.y_train - noisy.y_train).max() > 0.05
    assert np.abs(noisy.y_train).max() <= 1


def test_its_label_is_its_height() -> None:
    assert data_set("plane").label(0, np.array([-0.25], np.float32)) == "−0.25"
