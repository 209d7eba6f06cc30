"""What opens how: known graphs, the words that refuse, lumps of long sums, and uses side by side."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.arithmetic import ExplanationError, Place
from playground.engine.opened import Opened, open_into_gates, plain_symbol, why_not
from playground.engine.trace import Trace, record
from playground.graph.model import ParamValue
from tests.engine.networks import MAZUR_TARGET, MAZUR_X, chain, compiled, lenet, mazur, node


def kinds(opened: Opened) -> list[str]:
    return [gate.kind for gate in opened.gates if gate.kind != "leaf"]


def curve(key: str, x: float, **params: ParamValue) -> Trace:
    graph = chain(node("x", "input", shape=(1,)), node("act", key, **params), node("loss", "squared_error"))
    return record(compiled(graph), np.array([[x]]), np.zeros((1, 1)))


def digits(batch: int = 1) -> Trace:
    x = np.random.default_rng(0).random((batch, 1, 28, 28))
    return record(compiled(lenet()), x, np.arange(batch))


def test_a_sigmoid_is_the_four_gates_of_the_notes() -> None:
    opened = open_into_gates(curve("sigmoid", 1.0), Place("act", "output", (0, 0)))
    assert kinds(opened) == ["negate", "exp", "shift", "reciprocal"]
    values = [gate.value for gate in opened.gates]
    assert values == pytest.approx([1.0, -1.0, 0.36788, 1.36788, 0.73106], abs=1e-5)
    gradients = opened.gradients("result")
    assert [gradients[gate.key] for gate in opened.gates] == pytest.approx([0.197, -0.197, -0.535, -0.535, 1], abs=1e-3)


@pytest.mark.parametrize("x", [-40.0, -3.0, -1e-9, 0.0, 1e-9, 0.4, 3.0, 6.0, 40.0])
@pytest.mark.parametrize(
    "key",
    ["relu", "leaky_relu", "elu", "gelu", "silu", "hardswish", "relu6", "softplus", "sigmoid", "hardsigmoid", "tanh"],
)
def test_every_curve_agrees_with_torch_also_at_its_kinks_and_far_out(key: str, x: float) -> None:
    trace = curve(key, x)
    frame = trace.frames["act"]
    opened = open_into_gates(trace, Place("act", "grad_input", (0, 0)))
    assert opened.result.value == pytest.approx(frame.output[0, 0], rel=1e-9, abs=1e-12)
    assert opened.gradients()[opened.focus] == pytest.approx(frame.grad_inputs[0][0, 0], rel=1e-9, abs=1e-12)


def test_a_neuron_opens_with_its_activation() -> None:
    trace = record(compiled(mazur()), MAZUR_X, MAZUR_TARGET)
    opened = open_into_gates(trace, Place("hidden", "grad_weight", (0, 1), name="weight"))
    assert kinds(opened) == ["multiply", "multiply", "add", "negate", "exp", "shift", "reciprocal"]
    assert opened.result.value == pytest.approx(0.593269992, abs=1e-9)
    assert opened.by_key[opened.focus].name == "w₁,₂"
    assert opened.gradients()[opened.focus] == pytest.approx(0.000877135, abs=1e-9)


def test_a_long_sum_shows_its_largest_terms_and_the_rest_as_one_number() -> None:
    trace = digits()
    place = Place("conv2", "output", (0, 3, 4, 5))
    opened = open_into_gates(trace, place, 8)
    assert opened.left_out == 150 - 8
    lump = next(gate for gate in opened.gates if gate.name == "142 more, together")
    assert lump.because is not None
    assert len(lump.because().terms) == 142
    assert open_into_gates(trace, place, 30).left_out == 120
    assert opened.result.value == pytest.approx(trace.frames["conv2"].output[0, 3, 4, 5], rel=1e-9)


def test_the_weight_that_was_asked_for_is_drawn_however_small_its_product() -> None:
    trace = digits()
    weights = np.abs(trace.frames["fc3"].weights["weight"][4] * trace.frames["fc3"].inputs[0][0])
    smallest = int(weights.argmin())
    opened = open_into_gates(trace, Place("fc3", "grad_weight", (4, smallest), name="weight"))
    assert opened.by_key[opened.focus].place == Place("fc3", "weight", (4, smallest), name="weight")


def test_a_shared_weight_fans_out_to_its_uses() -> None:
    trace = digits()
    opened = open_into_gates(trace, Place("conv1", "grad_weight", (0, 0, 2, 2), name="weight"))
    assert "784 places" in opened.words
    assert len(opened.ends) == 7
    assert sum(gate.kind == "more" for gate in opened.gates) == 1
    wanted = trace.frames["conv1"].grad_weights["weight"][0, 0, 2, 2]
    assert opened.gradients()[opened.focus] == pytest.approx(wanted, rel=1e-9)


def test_the_loss_opens_into_softmax_and_a_logarithm() -> None:
    trace = digits()
    opened = open_into_gates(trace, Place("loss", "grad_input", (0, 4)), 30)
    assert kinds(opened)[:14] == [*["exp"] * 10, "add", "reciprocal", "multiply", "log"]
    assert opened.result.value == pytest.approx(trace.loss, rel=1e-9)


def test_a_small_batch_norm_is_drawn_with_its_mean_and_variance() -> None:
    graph = chain(node("x", "input", shape=(2,)), node("norm", "batch_norm1d"), node("loss", "squared_error"))
    x = np.random.default_rng(0).normal(size=(4, 2))
    trace = record(compiled(graph), x, np.zeros((4, 2)))
    forward = open_into_gates(trace, Place("norm", "output", (1, 1)))
    assert {"μ", "σ²"} <= {gate.name for gate in forward.gates}
    back = open_into_gates(trace, Place("norm", "grad_input", (1, 1)))
    assert len(back.ends) == 4
    assert back.gradients()[back.focus] == pytest.approx(trace.frames["norm"].grad_inputs[0][1, 1], rel=1e-9)


@pytest.mark.parametrize("key", ["rnn", "lstm", "gru"])
def test_a_cell_opens_into_its_gates(key: str) -> None:
    graph = chain(node("x", "input", shape=(2, 4)), node("cell", key, hidden_size=3), node("loss", "squared_error"))
    trace = record(compiled(graph), np.random.default_rng(0).normal(size=(1, 2, 4)), np.zeros((1, 3)))
    opened = open_into_gates(trace, Place("cell", "output", (0, 1)))
    assert opened.result.value == pytest.approx(trace.frames["cell"].output[0, 1], rel=1e-9)
    names = {gate.name for gate in opened.gates}
    assert {"rnn": set(), "lstm": {"i", "f", "g", "o", "c"}, "gru": {"r", "z", "n"}}[key] <= names


def test_a_weight_that_was_updated_opens_into_the_gates_of_its_gradient() -> None:
    trace = digits()
    place = Place("conv1", "updated", (0, 0, 1, 1), name="weight")
    opened = open_into_gates(trace, place)
    assert opened.asked == place
    gradient = trace.frames["conv1"].grad_weights["weight"][0, 0, 1, 1]
    assert opened.gradients()[opened.focus] == pytest.approx(gradient, rel=1e-9)


def test_a_layer_that_only_moves_numbers_is_a_wire() -> None:
    opened = open_into_gates(digits(), Place("flatten", "grad_input", (0, 1, 2, 0)))
    assert [gate.kind for gate in opened.gates] == ["leaf", "pass"]
    assert "only moves" in opened.words


@pytest.mark.parametrize("key", ["rnn", "lstm", "gru"])
def test_the_blame_of_what_a_cell_reads_comes_from_all_sums_that_read_it(key: str) -> None:
    graph = chain(node("x", "input", shape=(2, 4)), node("cell", key, hidden_size=3), node("loss", "squared_error"))
    trace = record(compiled(graph), np.random.default_rng(0).normal(size=(1, 2, 4)), np.zeros((1, 3)))
    opened = open_into_gates(trace, Place("cell", "grad_input", (0, 1, 0)), 30)
    assert len(opened.ends) == 3 * {"rnn": 1, "lstm": 4, "gru": 3}[key]
    assert opened.gradients()[opened.focus] == pytest.approx(trace.frames["cell"].grad_inputs[0][0, 1, 0], rel=1e-9)


def test_why_something_stays_closed_is_said() -> None:
    trace = digits()
    assert "No single number" in why_not(trace, None)
    assert "come in from outside" in why_not(trace, Place("input", "output", (0, 0, 0, 0)))
    assert "given, not computed" in why_not(trace, Place("conv1", "weight", (0, 0, 0, 0), name="weight"))
    assert why_not(trace, Place("conv1", "output", (0, 0, 0, 0))) == ""
    with pytest.raises(ExplanationError, match="come in from outside"):
        open_into_gates(trace, Place("input", "output", (0, 0, 0, 0)))


def test_a_number_too_large_for_its_gates_is_refused_in_words() -> None:
    with pytest.raises(ExplanationError, match="too large"):
        open_into_gates(curve("sigmoid", -800.0), Place("act", "output", (0, 0)))


def test_symbols_are_written_without_latex() -> None:
    assert plain_symbol(r"w_{2,1}") == "w₂,₁"
    assert plain_symbol(r"x_{3}^{(2)}") == "x₃⁽²⁾"
    assert plain_symbol(r"\sigma^{2}") == "σ²"
    assert plain_symbol(r"\frac{1}{9}") == "1/9"
    assert plain_symbol("net_{h1}") == "net h1"
