"""The classical surfaces: slopes, minima, and rates that are worth suggesting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from playground.train.relief.race import METHODS, Race, Racer
from playground.train.relief.surfaces import SURFACES

_TORCH: dict[str, Callable[[Any, Any], Any]] = {
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    "beale": lambda x, y: sum((c - x + x * y**n) ** 2 for n, c in ((1, 1.5), (2, 2.25), (3, 2.625))),
    "himmelblau": lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    "saddle": lambda x, y: 0.25 + x * x / 2 - y * y / 2 + y**4 / 4,
    "ravine": lambda x, y: x * x / 20 + y * y,
    "rastrigin": lambda x, y: 20 + sum(v * v - 10 * torch.cos(2 * torch.pi * v) for v in (x, y)),
}


@pytest.mark.parametrize("key", SURFACES)
def test_heights_and_slopes_are_those_that_torch_finds(key: str) -> None:
    surface = SURFACES[key]
    left, right, bottom, top = surface.window
    for x, y in np.random.default_rng(0).uniform((left, bottom), (right, top), (20, 2)).tolist():
        point = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
        height = _TORCH[key](*point)
        height.backward()
        assert point.grad is not None
        assert surface.slope(x, y) == pytest.approx((height.item(), *point.grad.tolist()), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("key", SURFACES)
def test_the_minima_are_minima_at_the_height_of_zero(key: str) -> None:
    surface = SURFACES[key]
    for x, y in surface.minima:
        height, right, up = surface.slope(x, y)
        assert (height, right, up) == pytest.approx((0, 0, 0), abs=1e-3)
        around = [surface.slope(x + dx, y + dy)[0] for dx in (-0.1, 0, 0.1) for dy in (-0.1, 0, 0.1) if dx or dy]
        assert min(around) > height


@pytest.mark.parametrize("key", SURFACES)
def test_with_the_suggested_rates_everyone_gets_far_down(key: str) -> None:
    surface = SURFACES[key]
    racers = [Racer(method, surface.rates[method]) for method in METHODS]
    race = Race(surface, surface.window, surface.start, racers)
    for _ in range(120):
        race.step()
    for track in race.tracks:
        assert track.standing == "running"
        assert track.heights.min() < 0.7 * track.heights[0], track.racer.method


def test_what_is_said_of_the_saddle_is_so() -> None:
    surface = SURFACES["saddle"]
    racers = [Racer("sgd", 0.03), Racer("rmsprop", 0.03)]
    race = Race(surface, surface.window, surface.start, racers)
    for _ in range(100):
        race.step()
    plain, scaled = race.tracks
    assert plain.steps_to(surface.minima, 0.1) is None
    assert scaled.steps_to(surface.minima, 0.1) is not None


def test_what_is_said_of_himmelblaus_is_so() -> None:
    surface = SURFACES["himmelblau"]
    race = Race(surface, surface.window, surface.start, [Racer(method, surface.rates[method]) for method in METHODS])
    for _ in range(60):
        race.step()
    nearest = [
        min(surface.minima, key=lambda place, end=track.points[-1]: float(np.hypot(*(end - place))))
        for track in race.tracks
    ]
    assert nearest[0] == nearest[1] == nearest[2] != nearest[3]
    assert nearest[3] == nearest[4] == nearest[5]


def test_a_slope_where_numbers_overflow_is_infinite_or_no_number_and_no_error() -> None:
    height, *_ = SURFACES["beale"].slope(1e200, 1e200)
    assert not np.isfinite(height)
