"""The curve of a loss goes through the recorded loss, with the recorded blame as its slope."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.arithmetic.loss_curve import charges, explain_charge, loss_curve, loss_scale
from playground.engine.arithmetic.surprise import explain_power, explain_share, explain_surplus, explain_wanted
from playground.layers import all_layer_types
from tests.layers.cases import every_case, frame_of

LOSSES = [kind for kind in all_layer_types() if kind.category == "loss"]
CASES = [(kind, seed) for kind, seed in every_case() if kind in LOSSES]


@pytest.mark.parametrize(("kind", "seed"), CASES, ids=lambda part: str(getattr(part, "key", part)))
def test_charges_add_up_to_the_loss_and_slopes_are_the_blame(kind: object, seed: int) -> None:
    frame = frame_of(kind, seed, True)  # type: ignore[arg-type]
    scale = loss_scale(frame)
    factor = 1.0 if scale is None else scale.value
    paid = charges(frame)
    assert paid.shape == frame.inputs[0].shape
    assert paid.sum() * factor == pytest.approx(float(frame.output), abs=1e-9)
    for index in list(np.ndindex(paid.shape))[:30]:
        told = explain_charge(frame, index)
        assert told.total() == pytest.approx(told.value, abs=1e-12)
        assert told.value == pytest.approx(paid[index], abs=1e-9)
        curve = loss_curve(frame, index)
        assert curve.point[0] == frame.inputs[0][index]
        assert curve.slope * curve.scale == pytest.approx(frame.grad_inputs[0][index], abs=1e-9)
        assert curve.x[0] <= curve.point[0] <= curve.x[-1], "the point lies on the piece that is drawn"
        left, right = np.searchsorted(curve.x, curve.point[0]) + np.array([-1, 0])
        lies = np.interp(curve.point[0], curve.x[[left, right]], curve.y[[left, right]])
        assert lies == pytest.approx(curve.point[1], abs=0.02 * (np.ptp(curve.y) + 1e-9))


def test_cross_entropys_steps_can_each_be_asked() -> None:
    for kind, seed in CASES:
        if kind.key != "cross_entropy":
            continue
        frame = frame_of(kind, seed, True)
        scale = loss_scale(frame)
        for index in np.ndindex(frame.inputs[0].shape):
            power, share = explain_power(frame, index), explain_share(frame, index)
            assert power.value == pytest.approx(np.exp(frame.inputs[0][index]))
            powers = np.exp(frame.inputs[0][index[0]])
            assert share.value == pytest.approx(powers[index[1]] / powers.sum())
            surplus = explain_surplus(frame, index).value * (1.0 if scale is None else scale.value)
            assert surplus == pytest.approx(frame.grad_inputs[0][index])
            assert explain_wanted(frame, index).value >= 0 or frame.target is not None
