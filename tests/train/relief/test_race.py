"""The race of optimizers: its steps are those of torch's own methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import optim

from playground.train.relief.race import MOST_STEPS, Race, Racer
from playground.train.relief.surfaces import SURFACES

ROSENBROCK = SURFACES["rosenbrock"]
_ORACLES: dict[str, Callable[[Any], Any]] = {
    "sgd": lambda p: optim.SGD(p, lr=0.0005),
    "momentum": lambda p: optim.SGD(p, lr=0.0005, momentum=0.8),
    "nesterov": lambda p: optim.SGD(p, lr=0.0005, momentum=0.8, nesterov=True),
    "rmsprop": lambda p: optim.RMSprop(p, lr=0.0005),
    "adagrad": lambda p: optim.Adagrad(p, lr=0.0005),
    "adam": lambda p: optim.Adam(p, lr=0.0005),
}


@pytest.mark.parametrize("method", _ORACLES)
def test_every_racer_walks_as_torch_does_on_the_same_function(method: str) -> None:
    race = Race(ROSENBROCK, ROSENBROCK.window, (-1.4, 2.2), [Racer(method, 0.0005, 0.8)])
    for _ in range(30):
        race.step()
    point = torch.tensor([-1.4, 2.2], dtype=torch.float64, requires_grad=True)
    optimizer = _ORACLES[method]([point])
    walked = [point.tolist()]
    for _ in range(30):
        optimizer.zero_grad()
        ((1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2).backward()
        optimizer.step()
        walked.append(point.tolist())
    (track,) = race.tracks
    np.testing.assert_allclose(track.points, walked, rtol=1e-9)
    heights = [ROSENBROCK.slope(x, y)[0] for x, y in walked]
    np.testing.assert_allclose(track.heights, heights, rtol=1e-9)


def test_who_flies_off_stays_where_it_last_was_and_the_others_go_on() -> None:
    race = Race(ROSENBROCK, ROSENBROCK.window, (-1.4, 2.2), [Racer("sgd", 1.0), Racer("adam", 0.1)])
    for _ in range(50):
        race.step()
    lost, other = race.tracks
    assert (lost.standing, other.standing) == ("lost", "running")
    assert np.isfinite(lost.heights).all()
    assert len(other.points) == 51
    assert not race.is_over


def test_a_race_without_anyone_left_is_over() -> None:
    race = Race(ROSENBROCK, ROSENBROCK.window, (-1.4, 2.2), [Racer("sgd", 1.0)])
    for _ in range(50):
        race.step()
    assert race.is_over
    assert race.steps < 50


def test_a_race_ends_after_so_many_steps() -> None:
    ravine = SURFACES["ravine"]
    race = Race(ravine, ravine.window, ravine.start, [Racer("sgd", 0.0001)])
    race.steps = MOST_STEPS - 1
    race.step()
    race.step()
    assert race.steps == MOST_STEPS
    assert race.is_over
    assert len(race.tracks[0].points) == 2


def test_when_someone_first_came_near_to_a_minimum() -> None:
    ravine = SURFACES["ravine"]
    race = Race(ravine, ravine.window, (3.0, 0.0), [Racer("sgd", 5.0)])  # halves the distance at every step
    for _ in range(6):
        race.step()
    (track,) = race.tracks
    assert track.points[:, 0].tolist() == pytest.approx([3, 1.5, 0.75, 0.375, 0.1875, 0.09375, 0.046875])
    assert track.steps_to(((0.0, 0.0),), 0.2) == 4
    assert track.steps_to(((0.0, 0.0), (1.5, 0.0)), 0.2) == 1
    assert track.steps_to(((9.0, 9.0),), 0.2) is None
    assert track.steps_to((), 0.2) is None


def test_nesterov_without_momentum_is_plain_sgd() -> None:
    racers = [Racer("nesterov", 0.0005, 0.0), Racer("sgd", 0.0005)]
    race = Race(ROSENBROCK, ROSENBROCK.window, (-1.4, 2.2), racers)
    for _ in range(5):
        race.step()
    one, other = race.tracks
    assert one.points.tolist() == other.points.tolist()
