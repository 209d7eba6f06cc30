"""Explanations of recurrent layers: right to the last gate, back to the first place and forward to the last."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from playground.engine.arithmetic import (
    Explanation,
    ExplanationError,
    explain_grad_input,
    explain_grad_weight,
    explain_output,
)
from playground.engine.trace import Frame, record
from tests.engine.networks import chain, compiled, node

LENGTH = 4
CASES = [
    (key, layers, both, sequence)
    for key, (layers, both, sequence) in product(
        ("rnn", "lstm", "gru"), ((1, False, False), (1, False, True), (2, True, False), (2, True, True))
    )
]
EVERY = pytest.mark.parametrize(("key", "layers", "both", "sequence"), CASES)


def frame_of(key: str, layers: int, both: bool, sequence: bool) -> Frame:
    settings = {"hidden_size": 2, "num_layers": layers, "bidirectional": both, "return_sequence": sequence}
    end = (node("flat", "flatten"),) if sequence else ()
    graph = chain(
        node("x", "input", shape=(2, LENGTH)), node("r", key, **settings), *end, node("loss", "squared_error")
    )
    network = compiled(graph)
    x = np.random.default_rng(0).normal(size=(2, 2, LENGTH))
    answer = network.analysis.output_shape
    assert answer is not None
    return record(network, x, np.random.default_rng(1).normal(size=(2, *answer))).frames["r"]


def unfold(explanation: Explanation, seen: dict[tuple[str, str], float]) -> None:
    """Follow every number that was worked out on the way, each once, to where nothing is left to explain."""
    assert explanation.total() == pytest.approx(explanation.value, rel=1e-9, abs=1e-14)
    for term in explanation.terms:
        for factor in term.factors:
            if factor.because is None:
                continue
            inner = factor.because()
            assert inner.value == pytest.approx(factor.value, rel=1e-9, abs=1e-14)
            key = (inner.title, inner.symbol)
            if key not in seen:
                seen[key] = inner.value
                unfold(inner, seen)


@EVERY
def test_an_output_is_told_back_to_the_first_place(key: str, layers: int, both: bool, sequence: bool) -> None:
    frame = frame_of(key, layers, both, sequence)
    seen: dict[tuple[str, str], float] = {}
    index = (1, 1, LENGTH - 1) if sequence else (1, 1)
    unfold(explain_output(frame, index), seen)
    titles = " ".join(title for title, _ in seen)
    assert all(f"at place {place}" in titles for place in range(LENGTH - 1))


@EVERY
def test_blame_is_told_on_to_the_last_place(key: str, layers: int, both: bool, sequence: bool) -> None:
    frame = frame_of(key, layers, both, sequence)
    seen: dict[tuple[str, str], float] = {}
    unfold(explain_grad_input(frame, 0, (0, 1, 0)), seen)
    assert any("Blame" in title and f"at place {LENGTH - 1}" in title for title, _ in seen)
    for name, gradient in frame.grad_weights.items():
        index = tuple(int(i) for i in np.unravel_index(int(np.abs(gradient).argmax()), gradient.shape))
        unfold(explain_grad_weight(frame, name, index), seen)


def test_the_gates_of_an_lstm_are_named() -> None:
    output = explain_output(frame_of("lstm", 1, False, False), (0, 0))
    assert (
        output.symbols
        == rf"h_{{1}}^{{(1)}} = o_{{1,{LENGTH - 1}}}^{{(1)}} \cdot \tanh\left(c_{{1,{LENGTH - 1}}}^{{(1)}}\right)"
    )
    shown, notes = output.terms[0].factors
    assert shown.because is not None
    assert notes.because is not None
    assert 0 < shown.value < 1
    assert "how much of the notes is shown" in shown.because().words


def test_a_parameter_that_is_none_is_refused() -> None:
    with pytest.raises(ExplanationError, match="weight_ih_l7"):
        explain_grad_weight(frame_of("rnn", 1, False, False), "weight_ih_l7", (0, 0))


def test_forward_only_there_is_no_blame() -> None:
    graph = chain(node("x", "input", shape=(2, LENGTH)), node("r", "gru", hidden_size=2), node("loss", "squared_error"))
    frame = record(compiled(graph), np.zeros((1, 2, LENGTH))).frames["r"]
    unfold(explain_output(frame, (0, 0)), {})
    with pytest.raises(ExplanationError, match="forward only"):
        explain_grad_input(frame, 0, (0, 0, 0))
