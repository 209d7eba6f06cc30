from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from playground.engine.compile import CompileError, Network
from playground.engine.trace import Moment, record
from playground.graph.edits import append, connect, update
from playground.graph.model import Edge, Graph
from tests.engine.networks import MAZUR_TARGET, MAZUR_X, chain, compiled, lenet, mazur, mazur_optimizer, node


def printed(value: float | np.floating, digits: str) -> bool:
    """Whether the value, rounded to as many decimals as were published, is what was published."""
    return f"{float(value):.{len(digits.split('.')[1])}f}" == digits


def residual() -> Graph:
    """x → conv → sum of conv's output, its ReLU and its doubled self → loss: three wires leave conv."""
    graph = chain(
        node("x", "input", shape=(2, 4, 4)),
        node("conv", "conv2d", out_channels=2, padding=(1, 1)),
        node("relu", "relu"),
        node("sum", "add"),
        node("flat", "flatten"),
        node("loss", "squared_error"),
    )
    return connect(connect(graph, Edge("conv", "sum", 0, 1)), Edge("conv", "sum", 0, 2))


def batch(network: Network, count: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    shape, width = network.analysis.input_shape, network.analysis.output_shape
    assert shape is not None
    assert width is not None
    return rng.normal(size=(count, *shape)), rng.normal(size=(count, *width))


# Against autograd.


def test_every_output_and_gradient_is_that_of_a_plain_module() -> None:
    network = compiled(lenet())
    x, target = np.random.default_rng(0).random((3, 1, 28, 28)), np.array([1, 5, 9])
    trace = record(network, x, target)
    layers = list(network.children.items())[:-1]
    start = torch.tensor(x, requires_grad=True)
    values = [start]
    for _, layer in layers:
        values.append(layer(values[-1]))
        values[-1].retain_grad()
    loss = nn.functional.cross_entropy(values[-1], torch.tensor(target))
    for layer in network.children.values():
        layer.zero_grad()
    loss.backward()
    assert trace.loss == loss.item()
    for position, (node_id, layer) in enumerate(layers):
        frame = trace.frames[node_id]
        before, after = values[position], values[position + 1]
        assert before.grad is not None
        assert after.grad is not None
        np.testing.assert_array_equal(frame.inputs[0], before.detach().numpy())
        np.testing.assert_array_equal(frame.output, after.detach().numpy())
        np.testing.assert_allclose(frame.grad_inputs[0], before.grad.numpy(), rtol=1e-12, atol=0)
        assert frame.grad_output is not None
        np.testing.assert_allclose(frame.grad_output, after.grad.numpy(), rtol=1e-12, atol=0)
        for name, parameter in layer.named_parameters():
            assert parameter.grad is not None
            np.testing.assert_allclose(frame.grad_weights[name], parameter.grad.numpy(), rtol=1e-12, atol=0)
    assert start.grad is not None
    gradient = trace.frames["input"].grad_output
    assert gradient is not None
    np.testing.assert_allclose(gradient, start.grad.numpy(), rtol=1e-12, atol=0)


def test_the_gradients_of_the_wires_that_leave_a_layer_add_up_to_its_own() -> None:
    network = compiled(residual())
    x, target = batch(network)
    trace = record(network, x, target)
    conv, join = trace.frames["conv"], trace.frames["sum"]
    assert conv.grad_output is not None
    parts = [trace.frames["relu"].grad_inputs[0], join.grad_inputs[1], join.grad_inputs[2]]
    np.testing.assert_allclose(sum(parts), conv.grad_output, rtol=1e-12)
    # The parts differ, so that a wire could not pass for the sum.
    assert not np.allclose(parts[0], conv.grad_output)
    start = torch.tensor(x, requires_grad=True)
    z = network.children["conv"](start)
    z.retain_grad()
    out = (z.relu() + z + z).flatten(1)
    (0.5 * (torch.tensor(target) - out).square().sum() / len(x)).backward()
    assert z.grad is not None
    np.testing.assert_allclose(conv.grad_output, z.grad.numpy(), rtol=1e-12)


def test_one_layer_wired_into_both_ports_of_a_sum() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("act", "tanh"), node("sum", "add"))
    graph = append(connect(graph, Edge("act", "sum", 0, 1)), node("loss", "squared_error"), "sum")
    network = compiled(graph)
    trace = record(network, *batch(network))
    first, second = trace.frames["sum"].grad_inputs
    assert trace.frames["act"].grad_output is not None
    np.testing.assert_allclose(first + second, trace.frames["act"].grad_output)


# Mazur's numbers, all published digits.


def test_mazurs_forward_pass() -> None:
    trace = record(compiled(mazur()), MAZUR_X, MAZUR_TARGET)
    frames = trace.frames
    assert printed(frames["hidden"].output[0, 0], "0.3775")
    assert printed(frames["sigmoid1"].output[0, 0], "0.593269992")
    assert printed(frames["sigmoid1"].output[0, 1], "0.596884378")
    assert printed(frames["output"].output[0, 0], "1.105905967")
    assert printed(frames["sigmoid2"].output[0, 0], "0.75136507")
    assert printed(frames["sigmoid2"].output[0, 1], "0.772928465")
    assert trace.loss is not None
    assert printed(trace.loss, "0.298371109")
    squares = 0.5 * (MAZUR_TARGET - frames["sigmoid2"].output) ** 2
    assert printed(squares[0, 0], "0.274811083")
    assert printed(squares[0, 1], "0.023560026")


def test_mazurs_backward_pass() -> None:
    frames = record(compiled(mazur()), MAZUR_X, MAZUR_TARGET).frames
    assert printed(frames["error"].grad_inputs[0][0, 0], "0.74136507")
    assert printed(frames["sigmoid2"].grad_inputs[0][0, 0], "0.138498562")
    assert printed(frames["output"].grad_weights["weight"][0, 0], "0.082167041")
    parts = frames["output"].weights["weight"][:, 0] * frames["sigmoid2"].grad_inputs[0][0]
    assert printed(parts[0], "0.055399425")
    # Printed is −0.019049119, worked out from rounded numbers; unrounded its ninth decimal is 8.
    assert printed(parts[1], "-0.019049118")
    assert printed(frames["output"].grad_inputs[0][0, 0], "0.036350306")
    assert printed(frames["hidden"].grad_weights["weight"][0, 0], "0.000438568")


def test_mazurs_updates() -> None:
    network = compiled(mazur())
    trace = record(network, MAZUR_X, MAZUR_TARGET, mazur_optimizer(network))
    output, hidden = trace.frames["output"], trace.frames["hidden"]
    new = [*hidden.updated["weight"].ravel(), *output.updated["weight"].ravel()]
    published = ["0.149780716", "0.19956143", "0.24975114", "0.29950229"]
    published += ["0.35891648", "0.408666186", "0.511301270", "0.561370121"]
    assert [printed(value, digits) for value, digits in zip(new, published, strict=True)] == [True] * 8
    assert output.weights["weight"][0, 0] == 0.40, "the weights before the step are kept beside those after it"
    assert output.updated["bias"].tolist() == [0.60, 0.60], "his biases are not trained"


def rounds(count: int, *, too_early: bool) -> dict[str, np.ndarray]:
    """Mazur's weights after so many rounds, by the formulas of his text; `too_early` as in the program that he ran,
    where w5 … w8 are updated before the hidden layer is worked out with them."""
    state = compiled(mazur()).state()
    first, second = state["hidden.weight"], state["output.weight"]
    x, target = MAZUR_X[0], MAZUR_TARGET[0]
    for _ in range(count):
        hidden = 1 / (1 + np.exp(-(first @ x + 0.35)))
        out = 1 / (1 + np.exp(-(second @ hidden + 0.60)))
        delta = (out - target) * out * (1 - out)
        new = second - 0.5 * np.outer(delta, hidden)
        blame = ((new if too_early else second).T @ delta) * hidden * (1 - hidden)
        first, second = first - 0.5 * np.outer(blame, x), new
    return {"hidden.weight": first, "output.weight": second}


def test_mazurs_error_after_one_round() -> None:
    network = compiled(mazur())
    record(network, MAZUR_X, MAZUR_TARGET, mazur_optimizer(network))
    stepped = network.state()
    for key, weights in rounds(1, too_early=False).items():
        np.testing.assert_allclose(stepped[key], weights, rtol=1e-14)
    loss = record(network, MAZUR_X, MAZUR_TARGET).loss
    assert loss is not None
    assert printed(loss, "0.291027774")
    # The text prints 0.291027924. That is what comes out if the hidden layer is blamed through the weights that are
    # already updated, against the text's own "we use the original weights, not the updated weights".
    network.load(rounds(1, too_early=True))
    loss = record(network, MAZUR_X, MAZUR_TARGET).loss
    assert loss is not None
    assert printed(loss, "0.291027924")


def test_mazurs_error_and_outputs_after_ten_thousand_rounds() -> None:
    network = compiled(mazur())
    network.load(rounds(9_999, too_early=False))
    trace = record(network, MAZUR_X, MAZUR_TARGET)
    assert trace.loss is not None
    assert printed(trace.loss, "0.0000351085"), "the error at the beginning of the 10,000th round"
    # The outputs that are printed for it come from the program with the early update, one round later.
    network.load(rounds(10_000, too_early=True))
    outputs = record(network, MAZUR_X, MAZUR_TARGET).frames["sigmoid2"].output[0]
    assert printed(outputs[0], "0.015912196")
    assert printed(outputs[1], "0.984065734")


def test_two_hundred_recorded_rounds_are_those_of_the_formula() -> None:
    network = compiled(mazur())
    optimizer = mazur_optimizer(network)
    losses = [record(network, MAZUR_X, MAZUR_TARGET, optimizer).loss for _ in range(200)]
    weights = [
        torch.tensor(network.analysis.graph.node(key).initial["weight"], dtype=torch.float64)
        for key in ("hidden", "output")
    ]
    x, target = torch.tensor(MAZUR_X), torch.tensor(MAZUR_TARGET)
    for expected in losses:
        first, second = (weight.requires_grad_() for weight in weights)
        out = torch.sigmoid(torch.sigmoid(x @ first.T + 0.35) @ second.T + 0.60)
        loss = 0.5 * (target - out).square().sum()
        assert expected == pytest.approx(loss.item(), rel=1e-12)
        gradients = torch.autograd.grad(loss, (first, second))
        weights = [(weight - 0.5 * slope).detach() for weight, slope in zip((first, second), gradients, strict=True)]


# What a record leaves behind.


def norm_and_dropout() -> Graph:
    return chain(
        node("x", "input", shape=(2, 3, 3)),
        node("norm", "batch_norm2d"),
        node("drop", "dropout"),
        node("flat", "flatten"),
        node("loss", "squared_error"),
    )


def test_looking_changes_nothing() -> None:
    network = compiled(norm_and_dropout())
    before = network.state()
    random = torch.get_rng_state()
    record(network, *batch(network))
    record(network, batch(network)[0])
    assert all(np.array_equal(before[key], value) for key, value in network.state().items())
    assert torch.equal(torch.get_rng_state(), random)


def test_a_training_step_moves_batch_norms_running_averages() -> None:
    network = compiled(norm_and_dropout())
    optimizer = torch.optim.SGD([parameter for _, parameter in network.named_parameters()], lr=0.1)
    x, target = batch(network)
    frame = record(network, x, target, optimizer).frames["norm"]
    assert frame.buffers["running_mean"].tolist() == [0, 0], "the frame keeps those before the step"
    mean, variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3), ddof=1)
    np.testing.assert_allclose(network.state()["norm.running_mean"], 0.1 * mean)
    np.testing.assert_allclose(network.state()["norm.running_var"], 0.9 + 0.1 * variance)
    assert network.state()["norm.num_batches_tracked"] == 1


def test_in_use_the_running_averages_normalise_and_dropout_rests() -> None:
    network = compiled(norm_and_dropout())
    network.load({"norm.running_mean": np.array([1.0, -1.0]), "norm.running_var": np.array([4.0, 0.25])})
    x, target = batch(network)
    frames = record(network, x, target, training=False).frames
    expected = (x - np.array([1.0, -1.0])[:, None, None]) / np.sqrt(np.array([4.0, 0.25]) + 1e-5)[:, None, None]
    np.testing.assert_allclose(frames["norm"].output, expected)
    np.testing.assert_array_equal(frames["drop"].output, frames["drop"].inputs[0])
    assert frames["drop"].mask is None
    assert not frames["drop"].training


def test_dropouts_mask_is_recorded_even_where_zeros_hide_it() -> None:
    graph = chain(node("x", "input", shape=(200,)), node("drop", "dropout", p=0.25), node("loss", "squared_error"))
    network = compiled(graph)
    x = np.random.default_rng(0).normal(size=(2, 200))
    x[:, ::2] = 0
    frame = record(network, x, np.zeros((2, 200)), seed=7).frames["drop"]
    assert frame.mask is not None
    np.testing.assert_allclose(frame.output, frame.mask * x / 0.75)
    assert set(np.unique(frame.mask)) == {0.0, 1.0}
    hidden = frame.mask[:, ::2].mean()
    assert 0.6 < hidden < 0.9
    assert 0.6 < frame.mask.mean() < 0.9
    again = record(network, x, np.zeros((2, 200)), seed=7).frames["drop"].mask
    other = record(network, x, np.zeros((2, 200)), seed=8).frames["drop"].mask
    assert again is not None
    assert other is not None
    assert np.array_equal(frame.mask, again)
    assert not np.array_equal(frame.mask, other)


def test_frames_do_not_follow_the_network_or_the_examples() -> None:
    network = compiled(mazur())
    x = MAZUR_X.copy()
    trace = record(network, x, MAZUR_TARGET, mazur_optimizer(network))
    x[:] = 9
    network.load({"hidden.weight": np.zeros((2, 2))})
    assert trace.x.tolist() == MAZUR_X.tolist()
    assert trace.frames["hidden"].weights["weight"][0, 0] == 0.15
    assert trace.frames["hidden"].updated["weight"][0, 0] == pytest.approx(0.149780716, abs=1e-9)


def test_gradients_do_not_pile_up_from_record_to_record() -> None:
    network = compiled(mazur())
    first = record(network, MAZUR_X, MAZUR_TARGET).frames["output"].grad_weights["weight"]
    second = record(network, MAZUR_X, MAZUR_TARGET).frames["output"].grad_weights["weight"]
    np.testing.assert_array_equal(first, second)


def test_an_input_of_read_only_float32_is_taken() -> None:
    network = compiled(mazur(), dtype=torch.float32)
    x = MAZUR_X.astype(np.float32)
    x.setflags(write=False)
    trace = record(network, x, MAZUR_TARGET.astype(np.float32))
    assert trace.loss == pytest.approx(0.298371109, abs=1e-6)


# Forward only, and what cannot be.


def test_without_a_target_there_is_a_forward_pass_alone() -> None:
    trace = record(compiled(lenet()), np.zeros((1, 1, 28, 28)))
    assert trace.loss is None
    assert "loss" not in trace.frames
    assert [moment.phase for moment in trace.moments] == ["forward"] * len(trace.frames)
    for frame in trace.frames.values():
        assert frame.grad_output is None
        assert frame.grad_inputs == ()
        assert dict(frame.grad_weights) == {}


def test_the_timeline_goes_there_and_back_and_ends_with_the_update() -> None:
    trace = record(compiled(mazur()), MAZUR_X, MAZUR_TARGET)
    there = ["input", "hidden", "sigmoid1", "output", "sigmoid2", "error"]
    assert list(trace.moments) == [
        *(Moment("forward", key) for key in there),
        *(Moment("backward", key) for key in reversed(there[1:])),
        Moment("update", None),
    ]


def test_a_layer_that_leads_nowhere_is_not_part_of_a_step() -> None:
    network = compiled(append(mazur(), node("aside", "tanh"), "hidden"))
    assert "aside" not in record(network, MAZUR_X, MAZUR_TARGET).frames
    assert "aside" in record(network, MAZUR_X).frames, "looking forward shows every layer"


def test_the_trace_knows_its_network() -> None:
    graph = mazur()
    trace = record(compiled(graph), MAZUR_X, MAZUR_TARGET)
    assert trace.graph == graph
    assert trace.frames["error"].target is not None
    assert trace.frames["hidden"].target is None
    assert trace.frames["output"].frozen == ("bias",)


def test_a_target_without_a_loss_is_refused() -> None:
    with pytest.raises(CompileError, match="no loss yet"):
        record(compiled(chain(node("x", "input", shape=(4,)), node("fc", "dense"))), np.zeros((1, 4)), np.array([1]))


@pytest.mark.parametrize(
    ("x", "target"),
    [
        (np.zeros((1, 1, 28, 28)), np.array([10])),
        (np.zeros((1, 1, 28, 28)), np.array([-1])),
        (np.zeros((1, 3, 28, 28)), np.array([1])),
        (np.zeros((1, 1, 27, 27)), np.array([1])),
        (np.zeros((2, 1, 28, 28)), np.array([1])),
    ],
)
def test_a_batch_that_does_not_fit_is_refused_in_words(x: np.ndarray, target: np.ndarray) -> None:
    with pytest.raises(CompileError, match="This batch cannot be sent through"):
        record(compiled(lenet()), x, target)


def test_batch_norm_of_a_single_number_is_refused_in_words() -> None:
    graph = chain(
        node("x", "input", shape=(2, 1, 1)),
        node("norm", "batch_norm2d"),
        node("flat", "flatten"),
        node("loss", "squared_error"),
    )
    with pytest.raises(CompileError, match="needs at least two examples"):
        record(compiled(graph), np.zeros((1, 2, 1, 1)), np.zeros((1, 2)))


def test_a_frozen_batch_norm_is_recorded_as_in_use_while_the_network_trains() -> None:
    graph = chain(
        node("x", "input", shape=(2, 3, 3)),
        node("norm", "batch_norm2d"),
        node("flat", "flatten"),
        node("loss", "squared_error"),
    )
    graph = update(graph, replace(graph.node("norm"), frozen=("weight", "bias", "running_mean", "running_var")))
    x = np.random.default_rng(0).normal(3, 2, (4, 2, 3, 3))
    for frozen in (True, False):
        network = compiled(graph if frozen else update(graph, replace(graph.node("norm"), frozen=())))
        frame = record(network, x, np.zeros((4, 18)), training=True).frames["norm"]
        assert frame.training is not frozen
        by_running = np.allclose(frame.output, x / np.sqrt(1 + 1e-5))  # a fresh norm's averages are 0 and 1
        assert by_running is frozen
