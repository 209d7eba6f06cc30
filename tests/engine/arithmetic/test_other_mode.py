"""A layer shown in its other mode does what torch does in that mode."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import explain_grad_input, explain_grad_weight, explain_output
from playground.engine.arithmetic.other_mode import DROPPING, can_be_in_other_mode, has_other_mode, in_other_mode
from playground.engine.arithmetic.running import explain_mean, explain_normalised, explain_variance, running_after
from playground.engine.arithmetic.scaling import dropout_ways
from playground.engine.compile import compile_network
from playground.engine.trace import record
from playground.layers import all_layer_types, layer_type
from tests.layers.cases import LAYER, batch_for, case, frame_of, traced

TWO_MODES = [kind for kind in all_layer_types() if kind.key.startswith("batch_norm")]


@pytest.mark.parametrize("kind", TWO_MODES, ids=lambda kind: kind.key)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_in_its_other_mode_is_torchs(kind: object, seed: int, training: bool) -> None:
    kind = layer_type(str(getattr(kind, "key")))  # noqa: B009
    frame = frame_of(kind, seed, training)
    other = in_other_mode(frame)
    assert other is not None
    assert other.training is not training
    x = torch.tensor(frame.inputs[0], requires_grad=True)
    weights = {name: torch.tensor(array) for name, array in frame.weights.items()}
    y = torch.nn.functional.batch_norm(
        x,
        torch.tensor(frame.buffers["running_mean"]).clone(),
        torch.tensor(frame.buffers["running_var"]).clone(),
        weights.get("weight"),
        weights.get("bias"),
        training=not training,
        eps=float(str(frame.params["eps"])),
    )
    np.testing.assert_allclose(other.output, y.detach().numpy(), atol=1e-9)
    y.backward(torch.tensor(frame.grad_output))
    assert x.grad is not None
    np.testing.assert_allclose(other.grad_inputs[0], x.grad.numpy(), atol=1e-9)
    index = tuple(0 for _ in frame.output.shape)
    for found in (explain_output(other, index), explain_grad_input(other, 0, index)):
        assert found.total() == pytest.approx(found.value, abs=1e-9)
    for name in other.grad_weights:
        found = explain_grad_weight(other, name, (0,))
        assert found.total() == pytest.approx(found.value, abs=1e-9)


@pytest.mark.parametrize("key", DROPPING)
@pytest.mark.parametrize("seed", range(3))
def test_dropout_draws_a_mask_of_its_kind_or_does_nothing(key: str, seed: int) -> None:
    frame = frame_of(layer_type(key), seed, True)
    assert has_other_mode(frame)
    use = in_other_mode(frame)
    assert use is not None
    np.testing.assert_array_equal(use.output, frame.inputs[0])
    again = in_other_mode(use, 5)
    assert again is not None
    assert again.mask is not None
    own = {"dropout": again.mask.ndim, "dropout2d": 2, "stochastic_depth": 1}[key]
    spread = again.mask.reshape(*again.mask.shape[:own], -1)
    assert (spread == spread[..., :1]).all(), "what is dropped together is dropped together"
    part = float(str(frame.params["p"]))
    np.testing.assert_allclose(again.output, frame.inputs[0] * again.mask / (1 - part))
    assert frame.grad_output is not None
    np.testing.assert_allclose(again.grad_inputs[0], frame.grad_output * again.mask / (1 - part))


def test_layers_with_one_mode_have_no_other() -> None:
    frame = frame_of(layer_type("layer_norm"), 0, True)
    assert not has_other_mode(frame)
    assert not can_be_in_other_mode(frame)
    assert in_other_mode(frame) is None


def test_the_spread_of_a_single_number_cannot_be_measured() -> None:
    many = frame_of(layer_type("batch_norm2d"), 0, False)
    assert can_be_in_other_mode(many)
    one = replace(many, inputs=(many.inputs[0][:1, :, :1, :1],))
    assert not can_be_in_other_mode(one)
    assert in_other_mode(one) is None


@pytest.mark.parametrize("kind", TWO_MODES, ids=lambda kind: kind.key)
@pytest.mark.parametrize("seed", range(3))
def test_the_running_averages_move_as_torch_moves_them(kind: object, seed: int) -> None:
    kind = layer_type(str(getattr(kind, "key")))  # noqa: B009
    found = case(kind, seed)
    network = compile_network(found.analysis, seed, dtype=torch.float64)
    x, target = batch_for(found, np.random.default_rng(seed))
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)  # that there is a step is enough
    frame = record(network, x, target, optimizer, seed=seed).frames[LAYER]
    for name in ("running_mean", "running_var"):
        after = network.state()[f"{LAYER}.{name}"]
        for channel in range(len(after)):
            told = running_after(frame, name, channel)
            assert told.total() == pytest.approx(told.value)
            assert told.value == pytest.approx(after[channel], rel=1e-9)


@pytest.mark.parametrize("key", ["batch_norm2d", "layer_norm", "group_norm", "instance_norm2d"])
def test_mean_variance_and_normalised_value_lead_to_the_output(key: str) -> None:
    frame = frame_of(layer_type(key), 1, True)
    index = tuple(0 for _ in frame.output.shape)
    mean, variance = explain_mean(frame, index).value, explain_variance(frame, index).value
    normalised = (frame.inputs[0][index] - mean) / np.sqrt(variance + float(str(frame.params["eps"])))
    assert explain_normalised(frame, index).value == pytest.approx(normalised)


@pytest.mark.parametrize("key", DROPPING)
def test_both_ways_of_scaling_agree_on_average(key: str) -> None:
    frame = traced(layer_type(key), 1, True).frames[LAYER]
    part = float(str(frame.params["p"]))
    for index in list(np.ndindex(frame.output.shape))[:40]:
        inverted, classical = dropout_ways(frame, index)
        assert inverted.training.value == pytest.approx(frame.output[index])
        assert inverted.use.value == frame.inputs[0][index]
        assert classical.use.value == pytest.approx((1 - part) * inverted.use.value)
        assert classical.training.value == pytest.approx((1 - part) * inverted.training.value)
