"""What the universal test over all layer types does not reach: words, symbols, names, single precision, refusals."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import playground
from playground.engine.arithmetic import (
    Explanation,
    ExplanationError,
    Factor,
    Place,
    Term,
    curve_samples,
    dropout_mask,
    explain_grad_input,
    explain_grad_weight,
    explain_output,
    list_index,
    number,
    picture_index,
    plain,
    slope_at,
    source_of,
    statistics,
    term_number,
    term_symbol,
    value_at,
)
from playground.engine.trace import Frame, record
from playground.graph.edits import append, connect
from playground.graph.model import Edge, ParamValue
from tests.engine.networks import MAZUR_TARGET, MAZUR_X, chain, compiled, given, lenet, mazur, node


def digits(dtype: torch.dtype = torch.float64) -> dict[str, Frame]:
    x = np.random.default_rng(0).random((2, 1, 28, 28))
    return dict(record(compiled(lenet(), dtype=dtype), x, np.array([3, 5])).frames)


def curve(key: str, x: list[float], **params: ParamValue) -> Frame:
    graph = chain(node("x", "input", shape=(len(x),)), node("act", key, **params), node("loss", "squared_error"))
    return record(compiled(graph), np.array([x]), np.zeros((1, len(x)))).frames["act"]


def test_single_precision_agrees_as_far_as_it_goes() -> None:
    for frame in digits(torch.float32).values():
        largest = np.unravel_index(int(np.abs(frame.output).argmax()), frame.output.shape)
        explanation = explain_output(frame, tuple(int(i) for i in largest))
        assert explanation.total() == pytest.approx(explanation.value, rel=1e-5)
        for port, gradient in enumerate(frame.grad_inputs):
            place = np.unravel_index(int(np.abs(gradient).argmax()), gradient.shape)
            explanation = explain_grad_input(frame, port, tuple(int(i) for i in place))
            assert explanation.total() == pytest.approx(explanation.value, rel=1e-4)


# Sums.


def test_a_short_sum_is_written_out() -> None:
    frame = record(compiled(mazur()), MAZUR_X, MAZUR_TARGET).frames["hidden"]
    explanation = explain_output(frame, (0, 0))
    assert explanation.symbols == r"z_{1} = w_{1,1} \cdot x_{1} + w_{1,2} \cdot x_{2} + b_{1}"
    assert explanation.numbers == r"z_{1} = 0.15 \cdot 0.05 + 0.2 \cdot 0.1 + 0.35 = 0.0275 + 0.35 = 0.3775"
    assert explanation.title == "hidden · unit 1 of 2"


def test_a_long_sum_keeps_all_its_terms_and_writes_the_largest() -> None:
    explanation = explain_output(digits()["fc1"], (1, 7))
    assert len(explanation.terms) == 400
    assert r"\sum_{i=1}^{400}" in explanation.symbols
    assert r"\dots" in explanation.numbers
    assert len(explanation.numbers) < 300
    assert explanation.title == "fc1 · unit 8 of 120 · example 2 of 2"
    largest = max(explanation.terms, key=lambda term: abs(term.value))
    assert term_number(largest, digits=4) in explanation.numbers


def test_the_microscopes_names_are_used() -> None:
    frame = record(compiled(mazur()), MAZUR_X, MAZUR_TARGET).frames["hidden"]

    def names(place: Place) -> str:
        return {"output": "net_{h1}", "input": "i", "weight": "w"}.get(place.kind, "") if place.index[-1] == 0 else ""

    explanation = explain_output(frame, (0, 0), names)
    assert explanation.symbols == r"net_{h1} = w \cdot i + w_{1,2} \cdot x_{2} + w"


def test_every_factor_can_be_followed_to_its_place() -> None:
    frame = digits()["conv2"]
    explanation = explain_output(frame, (1, 3, 4, 5))
    for term in explanation.terms:
        weight, pixel = term.factors
        assert weight.place is not None
        assert pixel.place is not None
        assert (weight.place.kind, weight.place.name, pixel.place.kind) == ("weight", "weight", "input")
        assert value_at(frame, weight.place) == weight.value
        assert value_at(frame, pixel.place) == pixel.value


def test_symbols_and_numbers_of_terms() -> None:
    x, y = Factor("x", -0.5), Factor("y", 2.0)
    assert term_symbol(Term((x, y))) == r"x \cdot y"
    assert term_number(Term((x, y))) == r"\left({-}0.5\right) \cdot 2"
    assert term_number(Term((y, x), negative=True)) == r"-2 \cdot \left({-}0.5\right)"
    assert term_number(Term((x,))) == "-0.5"
    assert term_number(Term((x,), "exp")) == "e^{-0.5}"
    assert term_number(Term((x,), "square")) == r"\left({-}0.5\right)^{2}"
    assert Term((x,), "square", negative=True).value == -0.25
    assert Term(()).value == 1


@pytest.mark.parametrize(
    ("value", "latex", "text"),
    [
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (0.1 + 0.2, "0.3", "0.3"),
        (-2.5, "-2.5", "−2.5"),
        (1234567.0, r"1.23457 \cdot 10^{6}", "1.235 · 10⁶"),
        (0.0000123, r"1.23 \cdot 10^{-5}", "1.23 · 10⁻⁵"),
        (float("inf"), r"\infty", "inf"),
        (float("-inf"), r"-\infty", "−inf"),
        (float("nan"), r"\mathrm{nan}", "nan"),
    ],
)
def test_numbers_are_readable(value: float, latex: str, text: str) -> None:
    assert number(value) == latex
    assert plain(value) == text


def test_a_max_a_share_and_a_scaled_sum_are_put_together() -> None:
    terms = tuple(Term((Factor("x", value),)) for value in (1.0, 3.0, 2.0))
    plain_sum = Explanation("", "y", "", "", terms, 6.0, "")
    assert plain_sum.total() == 6
    assert replace(plain_sum, combine="max").total() == 3
    assert replace(plain_sum, combine="share", chosen=1).total() == 0.5
    assert replace(plain_sum, scale=Factor("s", 0.5), offset=Factor("b", 1.0)).total() == 4
    assert replace(plain_sum, terms=()).total() == 0


# Dense layers in words.


def test_a_neuron_names_what_pushes_and_what_pulls() -> None:
    layer = given("fc", "dense", {"weight": ((2.0, -3.0, 0.5),), "bias": (0.25,)}, out_features=1)
    frame = record(compiled(chain(node("x", "input", shape=(3,)), layer)), np.array([[1.0, 1.0, 1.0]])).frames["fc"]
    assert explain_output(frame, (0, 0)).words == (
        "The neuron adds up 3 products of input and weight and the bias 0.25. "
        "Input 1 pushes it up most, by 2; input 2 pulls it down most, by 3."
    )
    frame = record(compiled(chain(node("x", "input", shape=(3,)), layer)), np.zeros((1, 3))).frames["fc"]
    assert explain_output(frame, (0, 0)).words.endswith("nothing but the bias is left.")


def test_a_weight_that_nothing_came_through_is_not_to_blame() -> None:
    graph = chain(node("x", "input", shape=(2,)), node("fc", "dense", out_features=1), node("loss", "squared_error"))
    frame = record(compiled(graph), np.array([[0.0, 1.0]]), np.array([[9.0]])).frames["fc"]
    assert "no blame" in explain_grad_weight(frame, "weight", (0, 0)).words
    assert "If the weight grew, the error would shrink" in explain_grad_weight(frame, "weight", (0, 1)).words


# Curves.


@pytest.mark.parametrize(
    ("key", "params"), [("relu", {}), ("leaky_relu", {"negative_slope": 0.2}), ("sigmoid", {}), ("tanh", {})]
)
def test_the_curve_and_its_slope_are_torchs(key: str, params: dict[str, ParamValue]) -> None:
    frame = curve(key, [-3.0, -0.5, 0.0, 0.5, 3.0], **params)
    samples = curve_samples(frame, -4, 4, 81)
    x = torch.tensor(samples.x, requires_grad=True)
    functions = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
    y = functions[key](x) if key in functions else torch.nn.functional.leaky_relu(x, 0.2)
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(samples.y, y.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(samples.slope, x.grad.numpy(), atol=1e-12)
    for position, value in enumerate(frame.inputs[0][0]):
        nearest = int(np.abs(samples.x - value).argmin())
        assert slope_at(frame, (0, position)) == pytest.approx(samples.slope[nearest], abs=1e-12)


def test_curves_do_not_overflow_far_out() -> None:
    for key in ("sigmoid", "tanh", "relu"):
        frame = curve(key, [-5000.0, 5000.0])
        for index in ((0, 0), (0, 1)):
            assert explain_output(frame, index).total() == frame.output[index]
        assert np.isfinite(curve_samples(frame, -5000, 5000).y).all()


@pytest.mark.parametrize(
    ("key", "x", "words"),
    [
        ("relu", 1.5, "1.5 is positive, so it passes unchanged."),
        ("relu", -1.5, "−1.5 is not positive, so it becomes zero."),
        ("relu", 0.0, "0 is not positive, so it becomes zero."),
        ("leaky_relu", -2.0, "−2 is not positive, so only 0.01 of it is left."),
        ("sigmoid", 0.0, "0 is squashed to 0.5, between 0 and 1."),
        ("sigmoid", 6.0, "6 lies far out, where the curve is flat: the unit is saturated at nearly 1."),
        ("tanh", -6.0, "−6 lies far out, where the curve is flat: the unit is saturated at nearly −1."),
    ],
)
def test_activations_in_words(key: str, x: float, words: str) -> None:
    assert explain_output(curve(key, [x]), (0, 0)).words == words


@pytest.mark.parametrize(
    ("key", "x", "words"),
    [
        ("relu", -1.0, "flat here, so nothing of the blame comes through"),
        ("relu", 1.0, "slope is 1 here, so the blame passes unchanged"),
        ("sigmoid", 0.0, "0.25 here, so 0.25 of the blame comes through"),
        ("sigmoid", 9.0, "hardly anything of the blame comes through"),
    ],
)
def test_slopes_in_words(key: str, x: float, words: str) -> None:
    assert words in explain_grad_input(curve(key, [x]), 0, (0, 0)).words


# Rearranging, joining, normalising, dropping.


def test_flatten_goes_there_and_back() -> None:
    frame = digits()["flatten"]
    for position in (0, 1, 24, 25, 399):
        source = picture_index(frame, (1, position))
        assert frame.inputs[0][source] == frame.output[1, position]
        assert list_index(frame, source) == (1, position)
    assert picture_index(frame, (0, 131)) == (0, 5, 1, 1)
    assert "5 whole maps of 25 numbers, 1 whole row of 5 and 1 more" in explain_output(frame, (0, 131)).words


def test_concat_knows_where_a_number_came_from() -> None:
    graph = chain(node("x", "input", shape=(2, 3, 3)), node("c", "conv2d", kernel_size=(1, 1)), node("both", "concat"))
    frame = record(compiled(connect(graph, Edge("x", "both", 0, 1))), np.ones((1, 2, 3, 3))).frames["both"]
    assert source_of(frame, (0, 5, 1, 1)) == (0, (0, 5, 1, 1))
    assert source_of(frame, (0, 7, 1, 2)) == (1, (0, 1, 1, 2))
    assert explain_output(frame, (0, 7, 1, 2)).words.startswith("This is number 2 of input 2")
    assert explain_output(frame, (0, 7, 1, 2)).symbols == "y_{8,1,2} = x_{2;2,1,2}"


def test_batch_norm_uses_the_batch_in_training_and_the_running_averages_in_use() -> None:
    graph = chain(node("x", "input", shape=(2, 3, 3)), node("norm", "batch_norm2d"), node("flat", "flatten"))
    network = compiled(append(graph, node("loss", "squared_error"), "flat"))
    network.load({"norm.running_mean": np.array([5.0, 6.0]), "norm.running_var": np.array([7.0, 8.0])})
    x = np.random.default_rng(0).normal(size=(4, 2, 3, 3))
    training = record(network, x, np.zeros((4, 18))).frames["norm"]
    assert statistics(training, (0, 1)) == pytest.approx((x[:, 1].mean(), x[:, 1].var()))
    assert explain_output(training, (0, 1, 0, 0)).words.startswith("In this batch channel 2 has mean")
    in_use = record(network, x, np.zeros((4, 18)), training=False).frames["norm"]
    assert statistics(in_use, (0, 1)) == (6.0, 8.0)
    assert explain_output(in_use, (0, 1, 0, 0)).words.startswith("In the running averages channel 2 has mean 6")


def test_batch_norm_of_a_flat_picture_says_so() -> None:
    graph = chain(node("x", "input", shape=(1, 2, 2)), node("norm", "batch_norm2d"))
    frame = record(compiled(graph), np.full((2, 1, 2, 2), 3.0)).frames["norm"]
    explanation = explain_output(frame, (0, 0, 1, 1))
    assert explanation.total() == pytest.approx(0)
    assert "all alike" in explanation.words


def test_dropout_tells_what_the_dice_did() -> None:
    graph = chain(node("x", "input", shape=(40,)), node("drop", "dropout", p=0.2), node("loss", "squared_error"))
    network = compiled(graph)
    frame = record(network, np.ones((1, 40)), np.zeros((1, 40))).frames["drop"]
    mask = dropout_mask(frame)
    dropped, kept = (0, int(mask[0].argmin())), (0, int(mask[0].argmax()))
    assert "dropped this number (a chance of 20 %)" in explain_output(frame, dropped).words
    assert "made 1.25 times as large" in explain_output(frame, kept).words
    resting = record(network, np.ones((1, 40)), np.zeros((1, 40)), training=False).frames["drop"]
    assert (dropout_mask(resting) == 1).all()
    assert "does nothing" in explain_output(resting, (0, 3)).words


def test_max_pooling_blames_the_winner_alone() -> None:
    graph = chain(node("x", "input", shape=(1, 2, 4)), node("pool", "max_pool2d"), node("flat", "flatten"))
    network = compiled(append(graph, node("loss", "squared_error"), "flat"))
    frame = record(network, np.array([[[[1.0, 4.0, 2.0, 2.0], [3.0, 2.0, 2.0, 2.0]]]]), np.zeros((1, 2))).frames["pool"]
    assert explain_grad_input(frame, 0, (0, 0, 0, 1)).words.startswith("This pixel won 1 window")
    assert "takes no blame" in explain_grad_input(frame, 0, (0, 0, 1, 0)).words


def test_a_pixel_that_no_window_covers() -> None:
    graph = chain(
        node("x", "input", shape=(1, 3, 3)),
        node("conv", "conv2d", out_channels=1, kernel_size=(1, 1), stride=(2, 2)),
        node("flat", "flatten"),
        node("loss", "squared_error"),
    )
    frame = record(compiled(graph), np.ones((1, 1, 3, 3)), np.zeros((1, 4))).frames["conv"]
    explanation = explain_grad_input(frame, 0, (0, 0, 1, 1))
    assert explanation.total() == explanation.value == 0
    assert "No window covers" in explanation.words


# Refusals.


def test_what_was_not_recorded_is_said_in_words() -> None:
    frames = record(compiled(mazur()), MAZUR_X).frames
    with pytest.raises(ExplanationError, match="went forward only"):
        explain_grad_input(frames["hidden"], 0, (0, 0))
    with pytest.raises(ExplanationError, match="went forward only"):
        explain_grad_weight(frames["hidden"], "weight", (0, 0))


def test_numbers_that_do_not_exist() -> None:
    frames = record(compiled(mazur()), MAZUR_X, MAZUR_TARGET).frames
    for index in ((0, 2), (1, 0), (0, -1), (0,), (0, 0, 0)):
        with pytest.raises(ExplanationError, match=r"hidden has no number at .*shape \(1, 2\)"):
            explain_output(frames["hidden"], index)
    with pytest.raises(ExplanationError, match="hidden has no parameter “kernel”"):
        explain_grad_weight(frames["hidden"], "kernel", (0, 0))
    with pytest.raises(ExplanationError, match="hidden has no input 2"):
        explain_grad_input(frames["hidden"], 1, (0, 0))
    with pytest.raises(ExplanationError, match="sigmoid1 has no weights"):
        explain_grad_weight(frames["sigmoid1"], "weight", (0, 0))
    with pytest.raises(ExplanationError, match="Nothing lies before input"):
        explain_grad_input(frames["input"], 0, (0, 0))


def test_a_layer_type_without_explanation() -> None:
    frame = replace(record(compiled(mazur()), MAZUR_X).frames["hidden"], type="telepathy")
    with pytest.raises(ExplanationError, match="no explanation for layers of type “telepathy”"):
        explain_output(frame, (0, 0))


def test_a_loss_without_a_target_has_nothing_to_compare_with() -> None:
    frame = replace(record(compiled(mazur()), MAZUR_X, MAZUR_TARGET).frames["error"], target=None)
    with pytest.raises(ExplanationError, match="nothing to compare with"):
        explain_output(frame, ())


def test_the_arithmetic_needs_no_torch() -> None:
    script = "import sys, playground.engine.arithmetic; sys.exit('torch' in sys.modules)"
    root = Path(playground.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0
