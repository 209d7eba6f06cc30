"""The past of a run: what is kept, what is let go, and which moment is found."""

from __future__ import annotations

import numpy as np
import pytest

from playground.train.events import Histogram, LayerPicture, Mistakes, Pictures
from playground.train.showing.moments import Moment, Moments

KILOBYTE = 1000


def moment(position: float, numbers: int = 250, more: np.ndarray | None = None) -> Moment:
    """A kilobyte of weights that say where they are from, and more of another layer."""
    state = {"fc1.weight": np.full(numbers, position, np.float32)}
    return Moment(position, state if more is None else {**state, "conv1.weight": more})


def pictures(position: float) -> Pictures:
    counts = Histogram(np.zeros(31, np.int64), -1, 1)
    return Pictures(0, position, (LayerPicture("fc1", counts, counts, None),))


def mistakes(epoch: int) -> Mistakes:
    none = np.zeros(0, np.int64)
    return Mistakes(epoch, np.zeros((2, 2), np.int64), np.zeros((0, 2), np.float32), none, none, np.zeros(0))


def test_without_a_bound_in_reach_every_moment_stays_and_the_nearest_is_found() -> None:
    moments = Moments()
    for position in (0.0, 0.5, 1.25, 3.0):
        moments.add(moment(position))
    assert moments.positions == (0.0, 0.5, 1.25, 3.0)
    asked = (-1.0, 0.2, 0.3, 2.0, 2.2, 99.0)
    found = [moments.at(position) for position in asked]
    assert [each.position for each in found if each is not None] == [0.0, 0.0, 0.5, 1.25, 3.0, 3.0]
    before, beyond = moments.beside(1.25, -1), moments.beside(1.25, 10)
    assert before is not None
    assert beyond is not None
    assert (before.position, beyond.position) == (0.5, 3.0)
    assert moments.stride == 1


@pytest.mark.parametrize("count", [11, 64, 1000])
def test_memory_is_bounded_and_the_moments_stay_spread_over_the_whole_run(count: int) -> None:
    moments = Moments(limit=10 * KILOBYTE)
    for position in range(count):
        moments.add(moment(float(position)))
        assert moments.bytes <= 10 * KILOBYTE
        assert moments.bytes == sum(each.nbytes for each in _arrays(moments))
        assert moments.positions[0] == 0.0
        assert moments.positions[-1] == position
    steps = np.diff(moments.positions[:-1])
    assert len(set(steps.tolist())) == 1
    assert steps[0] == moments.stride
    assert len(moments) >= 5


def test_their_number_is_bounded_too() -> None:
    moments = Moments(most=8)
    for position in range(100):
        moments.add(moment(float(position), numbers=1))
    assert len(moments) <= 8
    assert moments.positions[-1] == 99.0


def test_a_network_too_large_for_a_past_keeps_its_present() -> None:
    moments = Moments(limit=KILOBYTE)
    for position in range(5):
        moments.add(moment(float(position), numbers=1000))
    assert moments.positions == (4.0,)


def test_what_did_not_change_is_held_once() -> None:
    moments = Moments()
    frozen = np.arange(10_000, dtype=np.float32)
    for position in range(10):
        moments.add(moment(float(position), more=frozen.copy()))
    assert moments.bytes == frozen.nbytes + 10 * KILOBYTE
    found = moments.at(7.0)
    assert found is not None
    np.testing.assert_array_equal(found.state["conv1.weight"], frozen)
    assert found.state["fc1.weight"][0] == 7.0


def test_the_same_place_is_not_kept_twice_and_an_earlier_one_goes_where_it_belongs() -> None:
    moments = Moments()
    for position in (1.0, 2.0, 3.0, 2.0, 1.5):
        moments.add(moment(position))
    assert moments.positions == (1.0, 1.5, 2.0, 3.0)
    assert moments.bytes == 4 * KILOBYTE


def test_every_moment_gets_the_pictures_taken_nearest_to_it() -> None:
    moments = Moments()
    first = pictures(0.0)
    for position in range(5):
        moments.add(Moment(float(position), {"w": np.full(3, position, np.float32)}, pictures=first))
    moments.illustrate(pictures(3.0))
    shown = [moments.at(float(position)) for position in range(5)]
    assert [None if m is None or m.pictures is None else m.pictures.position for m in shown] == [0, 0, 3, 3, 3]


def test_mistakes_that_were_worked_out_are_kept_with_their_moment_and_counted() -> None:
    moments = Moments()
    for position in (0.0, 1.0):
        moments.add(moment(position))
    shown, before = moments.at(1.0), moments.bytes
    assert shown is not None
    moments.illustrate(pictures(1.0))
    completed = moments.complete(shown, mistakes(1))
    assert completed.is_complete
    assert moments.at(1.0) is completed
    assert completed.pictures is not None
    assert moments.bytes > before
    gone = moment(5.0)
    assert moments.complete(gone, None).is_complete
    assert moments.positions == (0.0, 1.0)


def test_cleared_moments_hold_nothing() -> None:
    moments = Moments()
    moments.add(moment(1.0))
    moments.clear()
    assert (len(moments), moments.bytes, moments.at(0.0), moments.newest) == (0, 0, None, None)


def _arrays(moments: Moments) -> list[np.ndarray]:
    found = (moments.at(position) for position in moments.positions)
    return [array for each in found if each is not None for array in each.state.values()]
