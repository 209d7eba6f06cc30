"""Every activation's curve against torch, at its kinks too, and what is said about single numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import (
    curve_samples,
    explain_grad_input,
    explain_grad_weight,
    explain_output,
    slope_at,
)
from playground.engine.trace import Frame, record
from playground.graph.model import ParamValue
from playground.layers import LayerType, all_layer_types, layer_type
from tests.engine.networks import chain, compiled, node

CURVES = [kind for kind in all_layer_types() if kind.capability == "curve"]
KINKS = [-20.0, -6.0, -3.0, -1.0, 0.0, 1.0, 3.0, 6.0, 25.0]


def recorded(key: str, x: list[float], **params: ParamValue) -> Frame:
    graph = chain(node("x", "input", shape=(len(x),)), node("act", key, **params), node("loss", "squared_error"))
    return record(compiled(graph), np.array([x]), np.zeros((1, len(x)))).frames["act"]


@pytest.mark.parametrize("kind", CURVES, ids=lambda kind: kind.key)
def test_the_curve_drawn_is_torchs_and_so_is_its_slope(kind: LayerType) -> None:
    frame = recorded(kind.key, KINKS)
    samples = curve_samples(frame, -8, 8, 161)
    module = kind.build(kind.complete({}), ((161,),)).double()
    x = torch.tensor(samples.x)[None].requires_grad_()
    module(x).sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(samples.y, module(x)[0].detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(samples.slope, x.grad[0].numpy(), atol=1e-12)


@pytest.mark.parametrize("kind", CURVES, ids=lambda kind: kind.key)
def test_at_the_kinks_and_far_out_the_slope_is_what_torch_hands_back(kind: LayerType) -> None:
    frame = recorded(kind.key, KINKS)
    assert frame.grad_output is not None
    for place in range(len(KINKS)):
        handed = frame.grad_inputs[0][0, place]
        assert slope_at(frame, (0, place)) * frame.grad_output[0, place] == pytest.approx(handed, abs=1e-9)
        for explanation in (explain_output(frame, (0, place)), explain_grad_input(frame, 0, (0, place))):
            assert explanation.total() == pytest.approx(explanation.value, abs=1e-9)


@pytest.mark.parametrize(
    "key", ["elu", "gelu", "silu", "softplus", "hardswish", "scaled_tanh", "hardsigmoid", "square"]
)
def test_curves_do_not_overflow_far_out(key: str) -> None:
    frame = recorded(key, [-5000.0, 5000.0])
    for index in ((0, 0), (0, 1)):
        assert explain_output(frame, index).total() == pytest.approx(frame.output[index], abs=1e-9)
    samples = curve_samples(frame, -5000, 5000)
    assert np.isfinite(samples.y).all()
    assert np.isfinite(samples.slope).all()


@pytest.mark.parametrize(
    ("key", "x", "words"),
    [
        ("prelu", -2.0, "−2 is not positive, so it is multiplied by the learnt slope 0.25."),
        ("elu", -1.0, "−1 is not positive, so it is bent to −0.6321; it can come no lower than −1."),
        ("gelu", 0.0, "0 is larger than 50 % of normally distributed numbers: so much of it passes."),
        ("silu", 0.0, "The gate of 0 is its own sigmoid, 0.5: so much of the number passes."),
        ("hardswish", 1.5, "1.5 lies between −3 and 3: it is multiplied by (x + 3) / 6 = 0.75."),
        ("hardswish", -4.0, "−4 is −3 or less, so it becomes zero."),
        ("relu6", 7.0, "7 is 6 or more, so it is cut to 6."),
        ("hardsigmoid", 4.0, "4 lies beyond the ramp from −3 to 3, so it becomes 1."),
        ("scaled_tanh", 1.0, "1 is squashed to 1, between −1.716 and 1.716."),
        ("softplus", 0.0, "The rounded corner makes 0.6931 of 0; ReLU would give 0."),
        ("step", 0.5, "0.5 is positive: it fires, 1."),
        ("step", 0.0, "0 is not positive: it stays silent, 0."),
        ("sine", 0.0, "The wave stands at 0 where x is 0."),
        ("identity", -2.0, "−2 passes as it is."),
        ("square", -3.0, "−3 times itself is 9; its sign is forgotten."),
    ],
)
def test_activations_in_words(key: str, x: float, words: str) -> None:
    assert explain_output(recorded(key, [x]), (0, 0)).words == words


@pytest.mark.parametrize(
    ("stand_in", "x", "slope", "words"),
    [
        ("straight_through", 5.0, 1, "pretends to be the line y = x, so the blame passes whole"),
        ("clipped", 0.5, 1, "Between −1 and 1 it pretends to be the line"),
        ("clipped", 5.0, 0, "Only between −1 and 1 it pretends otherwise, so here the blame ends"),
        ("zero", 0.5, 0, "nothing before it learns"),
    ],
)
def test_a_step_says_what_stands_in_for_its_slope(stand_in: str, x: float, slope: float, words: str) -> None:
    frame = recorded("step", [x], backward=stand_in)
    assert slope_at(frame, (0, 0)) == slope
    assert words in explain_grad_input(frame, 0, (0, 0)).words


def test_the_scaled_tanh_keeps_one_at_one() -> None:
    frame = recorded("scaled_tanh", [1.0, -1.0])
    np.testing.assert_allclose(frame.output, [[1, -1]], atol=1e-4)


def test_a_slope_that_served_no_number_takes_no_blame() -> None:
    explanation = explain_grad_weight(recorded("prelu", [1.0, 2.0]), "weight", (0,))
    assert explanation.total() == explanation.value == 0
    assert "takes no blame" in explanation.words


def test_each_channel_of_a_prelu_has_a_curve_of_its_own() -> None:
    layer = node("act", "prelu", num_parameters="per_channel")
    network = compiled(chain(node("x", "input", shape=(2,)), layer, node("loss", "squared_error")))
    network.load({"act.weight": np.array([0.1, 0.7])})
    frame = record(network, np.array([[-1.0, -1.0]]), np.zeros((1, 2))).frames["act"]
    assert curve_samples(frame, channel=0).slope[0] == 0.1
    assert curve_samples(frame, channel=1).slope[0] == 0.7
    assert "a_{2}" in explain_output(frame, (0, 1)).symbols


def test_gelu_is_the_exact_one() -> None:
    module = layer_type("gelu").build({}, ((3,),))
    x = torch.tensor([[-1.0, 0.5, 2.0]], dtype=torch.float64)
    expected = x * 0.5 * (1 + torch.erf(x / 2**0.5))
    torch.testing.assert_close(module(x), expected, rtol=0, atol=1e-15)
