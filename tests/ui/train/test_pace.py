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


def asked(requests: Requests, begin: float, seconds: float) -> list[Ask]:
    """What is asked for in that time, thirty times a second."""
    frames = range(1, round(seconds * 30) + 1)
    return [ask for frame in frames if (ask := requests.due(begin + frame / 30, mistakes_came=False)) is not None]


def test_pictures_are_asked_for_a_few_times_a_second_and_weights_once_until_they_come() -> None:
    requests = Requests()
    assert requests.restart(0.0) == Ask(pictures=True, mistakes=True, weights=True)
    asks = asked(requests, 0.0, 5.0)
    assert sum(ask.pictures for ask in asks) in range(13, 17)
    assert not any(ask.weights for ask in asks)
    requests.weights_came(6.0, 0.001, 1_000_000)
    assert sum(ask.weights for ask in asked(requests, 6.0, 0.5)) == 1


def test_a_large_networks_weights_are_asked_for_rarely() -> None:
    requests = Requests()
    requests.restart(0.0)
    requests.weights_came(0.0, 0.5, 100_000_000)
    assert not any(ask.weights for ask in asked(requests, 0.0, 14.9))
    ask = requests.due(15.1, mistakes_came=True)
    assert ask is not None
    assert ask.weights
    assert ask.mistakes


def test_a_small_network_is_asked_for_pictures_often_and_for_all_its_weights_once_a_second() -> None:
    requests = Requests()
    requests.restart(0.0)
    requests.weights_came(0.0, 0.0, 1_000)
    asks = asked(requests, 0.0, 0.9)
    assert sum(ask.pictures for ask in asks) >= 8
    assert not any(ask.weights for ask in asks)
    assert sum(ask.weights for ask in asked(requests, 0.9, 0.5)) == 1


def test_the_session_gets_the_weights_once_a_second_or_more_rarely_where_that_takes_long() -> None:
    requests = Requests()
    requests.restart(0.0)
    assert not requests.hands_over(0.5)
    assert requests.hands_over(1.1)
    requests.handed_over(1.1, 0.2)
    assert not requests.hands_over(7.0)
    assert requests.hands_over(7.2)
