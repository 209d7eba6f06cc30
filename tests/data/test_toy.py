"""The points in the plane: the geometry of TensorFlow Playground, with what noise does to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.data import load
from playground.data.toy import BLUE, ORANGE

KEYS = ["circle", "xor", "gauss", "spiral"]
EVERY = pytest.mark.parametrize("key", KEYS)


@dataclass(frozen=True)
class Points:
    x: NDArray[np.float32]
    y: NDArray[np.generic]

    @property
    def radii(self) -> NDArray[np.float32]:
        return np.hypot(self.x[:, 0], self.x[:, 1])


def everything(key: str, *, noise: float = 0.0, samples: int = 1000, seed: int = 0) -> Points:
    loaded = load(key, noise=noise, samples=samples, seed=seed)
    return Points(np.concatenate([loaded.x_train, loaded.x_test]), np.concatenate([loaded.y_train, loaded.y_test]))


def in_fixed_order(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return x[np.lexsort(x.T)]


@EVERY
@pytest.mark.parametrize("samples", [4, 5, 250, 501])
def test_half_is_for_training_and_half_for_testing(key: str, samples: int) -> None:
    loaded = load(key, samples=samples)
    assert len(loaded.x_train) + len(loaded.x_test) == samples
    assert len(loaded.x_train) - len(loaded.x_test) in (0, 1)


@EVERY
def test_both_halves_hold_both_classes_alike_without_noise(key: str) -> None:
    loaded = load(key, noise=0, samples=500)
    shares = [float(np.mean(y == BLUE)) for y in (loaded.y_train, loaded.y_test)]
    assert shares[0] == pytest.approx(shares[1], abs=0.01)
    assert shares[0] == pytest.approx(0.5, abs=0.1 if key == "xor" else 0.005)


@EVERY
def test_no_point_is_in_both_halves_or_twice(key: str) -> None:
    x = everything(key, samples=2000).x
    assert len(np.unique(x, axis=0)) == len(x)


@EVERY
def test_classes_are_mixed_in_the_order_of_the_samples(key: str) -> None:
    labels = load(key, noise=0).y_train
    for first in range(0, 240, 40):
        assert 5 < np.sum(labels[first : first + 40] == BLUE) < 35


@EVERY
def test_seeds(key: str) -> None:
    first, again, other = (load(key, seed=seed, samples=200) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.x_train, again.x_train)
    np.testing.assert_array_equal(first.y_test, again.y_test)
    assert not np.array_equal(first.x_train, other.x_train)


@EVERY
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_points_lie_in_the_picture(key: str, seed: int) -> None:
    x = everything(key, noise=0.1, seed=seed).x
    assert np.mean(np.abs(x) < 6) > 0.99
    assert np.abs(x).max() > 4


def test_circle_is_a_disc_in_a_ring() -> None:
    points = everything("circle")
    blue, orange = points.radii[points.y == BLUE], points.radii[points.y == ORANGE]
    assert len(blue) == len(orange) == 500
    assert blue.max() < 2.5
    assert blue.min() < 0.05
    assert 3.5 <= orange.min() < 3.55
    assert 4.95 < orange.max() <= 5.0
    # Radii are drawn evenly, so their means are those of the intervals: 1.25 and 4.25.
    assert blue.mean() == pytest.approx(1.25, abs=0.1)
    assert orange.mean() == pytest.approx(4.25, abs=0.1)


def test_circle_surrounds_the_origin() -> None:
    points = everything("circle")
    quarters = np.bincount((points.x[:, 0] > 0) * 2 + (points.x[:, 1] > 0), minlength=4)
    assert quarters.min() > 200


def test_xor_is_blue_where_the_signs_agree() -> None:
    points = everything("xor")
    np.testing.assert_array_equal(points.y == BLUE, np.sign(points.x[:, 0]) == np.sign(points.x[:, 1]))
    assert np.abs(points.x).min() >= 0.3
    assert np.abs(points.x).max() <= 5.3
    quarters = np.bincount((points.x[:, 0] > 0) * 2 + (points.x[:, 1] > 0), minlength=4)
    assert quarters.min() > 200


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gauss_has_the_variance_of_its_noise_around_two_centres(noise: float, variance: float) -> None:
    points = everything("gauss", noise=noise, samples=20_000)
    for label, centre in ((BLUE, 2.0), (ORANGE, -2.0)):
        cloud = points.x[points.y == label]
        assert len(cloud) == 10_000
        assert cloud.mean(axis=0) == pytest.approx([centre, centre], abs=0.1)
        assert cloud.var(axis=0) == pytest.approx([variance, variance], rel=0.06)


def test_spiral_points_lie_on_the_two_arms() -> None:
    """Radius r ↔ angle 1¾ × 2π × r ÷ 5 from the x₂ axis, clockwise; the orange arm is half a turn further."""
    points = everything("spiral", samples=400)
    for label, start in ((BLUE, 0.0), (ORANGE, np.pi)):
        arm, radii = points.x[points.y == label], points.radii[points.y == label]
        angle = 1.75 * 2 * np.pi * radii / 5 + start
        np.testing.assert_allclose(arm[:, 0], radii * np.sin(angle), atol=1e-4)
        np.testing.assert_allclose(arm[:, 1], radii * np.cos(angle), atol=1e-4)
        np.testing.assert_allclose(np.diff(np.sort(radii)), 5 / 200, atol=1e-4)


def test_spiral_arms_are_each_other_turned_by_half() -> None:
    points = everything("spiral", samples=400)
    turned = in_fixed_order(-points.x[points.y == ORANGE])
    np.testing.assert_allclose(in_fixed_order(points.x[points.y == BLUE]), turned, atol=1e-5)


def test_spiral_noise_moves_each_point_by_at_most_itself() -> None:
    clean, noisy = load("spiral", noise=0), load("spiral", noise=0.4)
    for before, after in ((clean.x_train, noisy.x_train), (clean.x_test, noisy.x_test)):
        moved = np.abs(after - before)
        assert moved.max() <= 0.4 + 1e-5
        assert moved.max() > 0.35


@pytest.mark.parametrize("key", ["circle", "xor"])
def test_noise_relabels_near_the_border_and_moves_nothing(key: str) -> None:
    clean, noisy = everything(key), everything(key, noise=0.2)
    np.testing.assert_array_equal(clean.x, noisy.x)
    flipped = clean.y != noisy.y
    assert 0 < flipped.mean() < 0.25
    # Noise 0.2 looks up to 0.2 × 5 = 1 away along each axis.
    border = np.abs(clean.x).min(axis=1) if key == "xor" else np.abs(clean.radii - 2.5)
    assert border[flipped].max() <= (1.0 if key == "xor" else np.sqrt(2))


@EVERY
def test_more_noise_keeps_every_sample_in_its_half(key: str) -> None:
    """A slider for the noise changes the points, not which of them are for testing: the picture does not jump."""
    little, more = load(key, noise=0.1), load(key, noise=0.12)
    assert np.abs(little.x_train - more.x_train).max() < 0.5
    assert np.abs(little.x_test - more.x_test).max() < 0.5
