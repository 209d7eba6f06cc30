"""Numbers on flat pieces of an activation, and units that are dead, are found by the slope that torch used."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from playground.engine.arithmetic.quiet_units import FLAT, quiet_units, slopes
from playground.engine.trace import Frame
from playground.layers import all_layer_types
from tests.layers.cases import frame_of

CURVES = [kind for kind in all_layer_types() if kind.capability == "curve"]


@pytest.mark.parametrize("kind", CURVES, ids=lambda kind: kind.key)
def test_slopes_times_arriving_blame_are_what_torch_handed_back(kind: object) -> None:
    for seed in range(3):
        frame = frame_of(kind, seed, True)  # type: ignore[arg-type]
        assert frame.grad_output is not None
        np.testing.assert_allclose(slopes(frame) * frame.grad_output, frame.grad_inputs[0], atol=1e-9)


def test_a_unit_that_is_flat_for_every_example_is_counted_as_such() -> None:
    x = np.array([[-1.0, 2.0, -3.0], [-2.0, -1.0, -0.5]])
    frame = Frame("relu", "relu", {}, (x,), np.maximum(x, 0))
    silent, dead = quiet_units(frame)
    assert (silent.found, dead.found) == (2, 2)
    assert (silent.name, dead.name) == ("silent", "dead")
    assert "give 0" in silent.rule
    np.testing.assert_array_equal(dead.where, [True, False, True])
    assert str(FLAT) in dead.rule
    assert "2 examples" in dead.rule


def test_maps_count_as_dead_when_all_their_places_are() -> None:
    x = np.full((2, 3, 2, 2), -1.0)
    x[1, 1, 0, 1] = 4.0
    frame = Frame("relu", "relu", {}, (x,), np.maximum(x, 0))
    dead = quiet_units(frame)[-1]
    assert (dead.found, dead.total, dead.noun) == (2, 3, "map")
    assert dead.where.shape == (3, 2, 2)


@pytest.mark.parametrize(("kind", "curve"), [("sigmoid", lambda v: 1 / (1 + np.exp(-v))), ("tanh", np.tanh)])
def test_numbers_at_the_ends_of_a_squashing_curve_are_saturated(
    kind: str, curve: Callable[[np.ndarray], np.ndarray]
) -> None:
    x = np.array([[0.0, 9.0, -9.0]])
    (saturated,) = quiet_units(Frame(kind, kind, {}, (x,), curve(x)))
    assert (saturated.name, saturated.found, saturated.total) == ("saturated", 2, 3)
