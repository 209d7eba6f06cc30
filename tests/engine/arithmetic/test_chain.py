from __future__ import annotations

import numpy as np
import pytest

from playground.engine.arithmetic import (
    Explanation,
    ExplanationError,
    Place,
    explain_grad_output,
    explain_weight_chain,
    number,
)
from playground.engine.trace import Trace, record
from playground.graph.edits import append, connect
from playground.graph.model import Edge
from tests.engine.networks import MAZUR_TARGET, MAZUR_X, chain, compiled, lenet, mazur, node


def mazurs_names(place: Place) -> str:
    """w_5, net_{o1}, out_{h1}, … as in the text."""
    match place.node, place.kind, place.index:
        case "hidden", "weight", (unit, source):
            return f"w_{1 + 2 * unit + source}"
        case "output", "weight", (unit, source):
            return f"w_{5 + 2 * unit + source}"
        case "hidden", "input", (_, source):
            return f"i_{source + 1}"
        case ("hidden", "output", (_, unit)) | ("sigmoid1", "input", (_, unit)):
            return f"net_{{h{unit + 1}}}"
        case ("sigmoid1", "output", (_, unit)) | ("output", "input", (_, unit)):
            return f"out_{{h{unit + 1}}}"
        case ("output", "output", (_, unit)) | ("sigmoid2", "input", (_, unit)):
            return f"net_{{o{unit + 1}}}"
        case ("sigmoid2", "output", (_, unit)) | ("error", "input", (_, unit)):
            return f"out_{{o{unit + 1}}}"
        case "error", "target", (_, unit):
            return f"target_{{o{unit + 1}}}"
        case _:
            return ""


@pytest.fixture(scope="module")
def trace() -> Trace:
    return record(compiled(mazur()), MAZUR_X, MAZUR_TARGET)


def links(explanation: Explanation) -> list[float]:
    (term,) = explanation.terms
    return [factor.value for factor in term.factors]


def test_w5_is_blamed_as_in_the_text(trace: Trace) -> None:
    explanation = explain_weight_chain(trace, "output", "weight", (0, 0), mazurs_names)
    published = ["0.74136507", "0.186815602", "0.593269992"]
    assert [f"{link:.{len(text) - 2}f}" for link, text in zip(links(explanation), published, strict=True)] == published
    assert f"{explanation.total():.9f}" == "0.082167041"
    assert explanation.symbols == (
        r"\frac{\partial E}{\partial w_5} = \frac{\partial E}{\partial out_{o1}} \cdot "
        r"\frac{\partial out_{o1}}{\partial net_{o1}} \cdot \frac{\partial net_{o1}}{\partial w_5}"
    )
    assert explanation.numbers.endswith(r"= 0.741365 \cdot 0.186816 \cdot 0.59327 = 0.082167")


def test_w1_is_blamed_as_in_the_text(trace: Trace) -> None:
    explanation = explain_weight_chain(trace, "hidden", "weight", (0, 0), mazurs_names)
    published = ["0.036350306", "0.241300709", "0.05"]
    assert [f"{link:.{len(text) - 2}f}" for link, text in zip(links(explanation), published, strict=True)] == published
    assert f"{explanation.total():.9f}" == "0.000438568"


def test_each_link_tells_where_it_comes_from(trace: Trace) -> None:
    (term,) = explain_weight_chain(trace, "hidden", "weight", (0, 0), mazurs_names).terms
    to_output, to_sum, to_weight = term.factors
    assert to_output.because is not None
    through_two = to_output.because()
    assert through_two.symbols == (
        r"\frac{\partial E}{\partial out_{h1}} = w_5 \cdot \frac{\partial E}{\partial net_{o1}} + "
        r"w_7 \cdot \frac{\partial E}{\partial net_{o2}}"
    )
    # Printed are 0.055399425 and −0.019049119, the latter worked out from rounded numbers.
    assert [f"{part.value:.9f}" for part in through_two.terms] == ["0.055399425", "-0.019049118"]
    assert to_sum.because is not None
    slope = to_sum.because()
    assert slope.symbols.endswith(r"= out_{h1} \left(1 - out_{h1}\right)")
    assert slope.total() == pytest.approx(to_sum.value, rel=1e-12)
    assert to_weight.place == Place("hidden", "input", (0, 0))


def test_the_first_link_of_the_last_layer_is_output_minus_target(trace: Trace) -> None:
    (term,) = explain_weight_chain(trace, "output", "weight", (0, 0), mazurs_names).terms
    assert term.factors[0].because is not None
    difference = term.factors[0].because()
    assert difference.symbols.endswith("= out_{o1} - target_{o1}")
    assert difference.numbers.endswith("= 0.751365 - 0.01 = 0.741365")


def test_every_weight_and_bias_of_every_round(trace: Trace) -> None:
    for layer in ("hidden", "output"):
        for name, gradient in trace.frames[layer].grad_weights.items():
            for index in np.ndindex(gradient.shape):
                explanation = explain_weight_chain(trace, layer, name, index)
                assert explanation.total() == pytest.approx(gradient[index], rel=1e-9)


def test_without_names_the_usual_symbols_stand(trace: Trace) -> None:
    explanation = explain_weight_chain(trace, "output", "weight", (0, 1))
    assert explanation.symbols == (
        r"\frac{\partial E}{\partial w_{1,2}} = \frac{\partial E}{\partial out_{1}} \cdot "
        r"\frac{\partial out_{1}}{\partial net_{1}} \cdot \frac{\partial net_{1}}{\partial w_{1,2}}"
    )


def test_a_batch_has_a_chain_for_each_example() -> None:
    rng = np.random.default_rng(0)
    trace = record(compiled(mazur()), rng.random((4, 2)), rng.random((4, 2)))
    explanation = explain_weight_chain(trace, "hidden", "weight", (1, 0))
    assert len(explanation.terms) == 4
    assert explanation.total() == pytest.approx(trace.frames["hidden"].grad_weights["weight"][1, 0], rel=1e-9)


def test_without_an_activation_the_middle_link_is_left_out() -> None:
    trace = record(compiled(lenet()), np.random.default_rng(0).random((1, 1, 28, 28)), np.array([4]))
    explanation = explain_weight_chain(trace, "fc3", "weight", (4, 10))
    assert len(explanation.terms[0].factors) == 2
    assert explanation.total() == pytest.approx(trace.frames["fc3"].grad_weights["weight"][4, 10], abs=1e-12)
    hidden = explain_weight_chain(trace, "fc1", "weight", (3, 100))
    assert len(hidden.terms[0].factors) == 3


def test_where_several_wires_leave_the_first_link_is_the_sum_over_them() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("fc", "dense", out_features=3), node("act", "tanh"))
    graph = append(append(graph, node("a", "dense", out_features=3), "act"), node("sum", "add"), "a")
    graph = append(connect(graph, Edge("act", "sum", 0, 1)), node("loss", "squared_error"), "sum")
    rng = np.random.default_rng(0)
    trace = record(compiled(graph), rng.normal(size=(1, 3)), rng.normal(size=(1, 3)))
    explanation = explain_weight_chain(trace, "fc", "weight", (1, 2))
    assert explanation.total() == pytest.approx(trace.frames["fc"].grad_weights["weight"][1, 2], rel=1e-9)
    because = explanation.terms[0].factors[0].because
    assert because is not None
    fan_out = because()
    assert [place.node for term in fan_out.terms for place in [term.factors[0].place] if place] == ["a", "sum"]
    assert fan_out.total() == pytest.approx(fan_out.value, rel=1e-9)


def test_what_arrives_at_every_layer_is_what_the_wires_bring_back() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("a", "tanh"), node("sum", "add"))
    graph = append(connect(graph, Edge("x", "sum", 0, 1)), node("loss", "squared_error"), "sum")
    rng = np.random.default_rng(0)
    trace = record(compiled(graph), rng.normal(size=(2, 3)), rng.normal(size=(2, 3)))
    for key, frame in trace.frames.items():
        assert frame.grad_output is not None
        for index in np.ndindex(frame.grad_output.shape):
            explanation = explain_grad_output(trace, key, index)
            assert explanation.total() == pytest.approx(frame.grad_output[index], rel=1e-9)
    assert len(explain_grad_output(trace, "x", (0, 0)).terms) == 2
    assert explain_grad_output(trace, "loss", ()).total() == 1


def test_what_has_no_single_chain_says_so(trace: Trace) -> None:
    digits = record(compiled(lenet()), np.zeros((1, 1, 28, 28)), np.array([4]))
    with pytest.raises(ExplanationError, match="conv1 is no dense layer"):
        explain_weight_chain(digits, "conv1", "weight", (0, 0, 0, 0))
    with pytest.raises(ExplanationError, match="nowhere took no part"):
        explain_weight_chain(trace, "nowhere", "weight", (0, 0))
    with pytest.raises(ExplanationError, match="shape"):
        explain_weight_chain(trace, "hidden", "weight", (2, 0))
    with pytest.raises(ExplanationError, match="forward only"):
        explain_weight_chain(record(compiled(mazur()), MAZUR_X), "hidden", "weight", (0, 0))


def test_numbers_are_written_with_six_digits() -> None:
    assert number(0.7413650695) == "0.741365"
    assert number(0.0004385677) == "0.000438568"
