"""Speed and time left, and how often the window asks for more."""

from __future__ import annotations

import math

import pytest

from playground.train.messages import Ask
from playground.ui.train.pace import Pace, Requests


def test_speed_and_time_left_follow_from_the_last_seconds() -> None:
    pace = Pace()
    for tenth in range(101):  # slow at first, then a tenth of an epoch each second
        now = tenth / 10
        pace.note(0.001 * now if now < 5 else 0.005 + 0.1 * (now - 5), now)
    progress = pace.progress(0.505, 4, 18_000)
    assert progress.examples_per_second == pytest.approx(1800)
    assert progress.seconds_left == pytest.approx((4 - 0.505) / 0.1)
    assert (progress.epoch, progress.epochs) == (1, 4)
    assert progress.fraction == pytest.approx(0.505 / 4)


def test_without_enough_to_go_by_nothing_is_claimed() -> None:
    pace = Pace()
    assert pace.progress(0.0, 10, 100).seconds_left == math.inf
    pace.note(0.1, 1.0)
    pace.note(0.2, 1.1)
    assert pace.progress(0.2, 10, 100).examples_per_second == 0
    pace.note(0.9, 2.0)
    pace.forget()
    assert pace.progress(0.9, 10, 100).examples_per_second == 0


@pytest.mark.parametrize(
    ("position", "epochs", "epoch", "last"), [(0, 10, 1, 10), (2.5, 10, 3, 10), (10, 10, 10, 10), (10.2, 10, 11, 11)]
)
def test_the_epoch_that_is_shown(position: float, epochs: int, epoch: int, last: int) -> None:
    progress = Pace().progress(position, epochs, 100)
    assert (progress.epoch, progress.epochs) == (epoch, last)
    assert progress.fraction <= 1


def test_pictures_are_asked_for_a_few_times_a_second_and_weights_once() -> None:
    requests = Requests()
    assert requests.restart(0.0) == Ask(pictures=True, mistakes=True)
    asked = [requests.due(frame * 0.033, mistakes_came=False) for frame in range(1, 150)]
    assert sum(ask is not None and ask.pictures for ask in asked) in range(10, 17)
    assert sum(ask is not None and ask.weights for ask in asked) == 1  # the next one only after this has come
    requests.weights_came(6.0, 0.001)
    assert requests.due(6.5, mistakes_came=False) != Ask(weights=True)
    again = requests.due(7.1, mistakes_came=False)
    assert again is not None
    assert again.weights


def test_a_large_networks_weights_are_asked_for_rarely() -> None:
    requests = Requests()
    requests.restart(0.0)
    requests.weights_came(0.0, 0.5)
    for now in (2.0, 14.9):
        asked = requests.due(now, mistakes_came=False)
        assert asked is None or not asked.weights
    asked = requests.due(15.1, mistakes_came=True)
    assert asked is not None
    assert asked.weights
    assert asked.mistakes
