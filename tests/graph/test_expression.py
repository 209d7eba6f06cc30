"""Typed expressions: what is read, what is refused and where, and that the gates compute what was typed."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.graph.circuit import circuit, circuit_experiment, given_data, learnt_by_default, value_of
from playground.graph.expression import MOST_GATES, ExpressionError, Gate, read
from tests.graph.formulas import FUNCTIONS, formulas


def kinds(text: str) -> list[str]:
    return [term.type for term in read(text).terms if isinstance(term, Gate)]


@pytest.mark.parametrize(
    ("text", "gates"),
    [
        ("(x + y)*z", ["add", "multiply"]),
        ("max(x*y, z)", ["multiply", "maximum"]),
        ("log(x**2 + 1)", ["square", "shift", "log"]),
        ("1/(1+exp(-(w*x)))", ["multiply", "negate", "exp", "shift", "reciprocal"]),
        ("1/(1+e**(-x))", ["negate", "exp", "shift", "reciprocal"]),
        ("x - y", ["negate", "add"]),
        ("x - 3", ["shift"]),
        ("3 - x", ["negate", "shift"]),
        ("x / y", ["reciprocal", "multiply"]),
        ("x / 4", ["scale"]),
        ("2 / x", ["reciprocal", "scale"]),
        ("x**3", ["square", "multiply"]),
        ("x**-1", ["reciprocal"]),
        ("x**0.5", ["log", "scale", "exp"]),
        ("2**x", ["scale", "exp"]),
        ("x**y", ["log", "multiply", "exp"]),
        ("abs(x)", ["negate", "maximum"]),
        ("min(x, y)", ["negate", "negate", "maximum", "negate"]),
        ("math.exp(x) + np.tanh(x)", ["exp", "tanh", "add"]),
        ("(2 + 3*4) * x", ["scale"]),
        ("x − y × z", ["multiply", "negate", "add"]),
    ],
)
def test_each_operation_is_a_gate(text: str, gates: list[str]) -> None:
    assert kinds(text) == gates


def test_a_name_used_again_is_one_number() -> None:
    expression = read("x*x + x")
    assert expression.names == ("x",)
    graph = circuit(expression, {"x": 3.0}, ())
    assert sum(node.type in ("input", "slice", "parameter") for node in graph) == 1
    assert len(graph.outgoing("x")) == 3


def test_what_is_named_once_and_used_twice_is_one_gate() -> None:
    graph = circuit(read("q = x + y; f = q * q"), {"x": 1.0, "y": 2.0}, ())
    assert graph.sources("f") == ("q", "q")
    assert sum(node.type == "add" for node in graph) == 1


def test_the_code_of_the_lecture_can_be_pasted() -> None:
    text = "w = [2,-3,-3]\nx = [-1, -2]\n\ndot = w[0]*x[0] + w[1]*x[1] + w[2]\nf = 1.0 / (1 + math.exp(-dot)) # sigmoid"
    expression = read(text)
    assert dict(expression.given) == {"w0": 2, "w1": -3, "w2": -3, "x0": -1, "x1": -2}
    assert value_of(expression, expression.given) == pytest.approx(0.7310585786)
    assert {"dot", "f"} <= {node.id for node in circuit(expression, expression.given, ("w0", "w1", "w2"))}


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("", 0, "Type an expression"),
        ("x^2", 1, r"Write \*\* for powers"),
        ("  (a+b)^2", 7, r"Write \*\* for powers"),
        ("2x", 0, "A sign is missing"),
        ("x + foo(y)", 4, "“foo” is not a function known here. There are: exp, log"),
        ("(x", 0, "never closed"),
        ("x)", 1, "never opened"),
        ("x +", 3, "Something is missing at the end"),
        ("x*exp", 2, r"“exp” is a function: write exp\(x\)"),
        ("2*3", 0, "There is no name in this"),
        ("x/0", 2, "divided by 0"),
        ("x²", 1, r"Write \*\*2"),
        ("σ", 0, "“σ” cannot be read"),
        ("x < y", 0, "is not arithmetic"),
        ("x + y.z", 4, "“y.z” is not arithmetic"),
        ("max(x)", 0, "max takes at least two numbers, but 1 given"),
        ("exp(x, y)", 0, "exp takes one number, but 2 given"),
        ("x**100", 3, "Powers go up to 64"),
        ("(-2)**x", 1, "above 0"),
        ("1e7*x", 0, "Numbers go from"),
        ("x + 10**400", 4, "too large"),
        ("x + True", 4, "Only plain numbers"),
        ("x + 'a'", 4, "Only numbers, names and functions"),
        ("exp = 3; exp*x", 0, "has a meaning already"),
        ("for i in x: i", 0, "A line is an expression"),
        ("x = 3", 5, "Nothing is computed yet"),
        ("x" * 101, 0, "cannot name a layer"),
        ("import os", 0, "A line is an expression"),
        ("x if y else z", 0, "is not arithmetic"),
        ("y = x\nx^2", 7, r"Write \*\* for powers"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, at: int, said: str) -> None:
    with pytest.raises(ExpressionError, match=said) as error:
        read(text)
    assert error.value.at == at


@pytest.mark.parametrize(
    "text", ["(" * 300 + "x", "-" * 900 + "x", "x" + "+x" * 400, "x+" * 600, "exp(" * 150 + "x" + ")" * 150]
)
def test_monstrous_texts_are_refused_or_read(text: str) -> None:
    with suppress(ExpressionError):
        assert len(read(text).terms) <= MOST_GATES + 1


@given(st.text(alphabet="xyz012.+-*/()=;, \nexplogma[]^'\"\\:#", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    expression, at = None, 0
    try:
        expression = read(text)
    except ExpressionError as error:
        at = error.at
    assert 0 <= at <= len(text)
    if expression is not None:
        values = dict.fromkeys(expression.names, 0.5)
        assert len(circuit(expression, values, ()).nodes) >= 2


@given(formulas(), st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_the_value_is_that_of_the_formula(text: str, numbers: list[float]) -> None:
    values = dict(zip("xyw", numbers, strict=True))
    wanted = eval(text, {"__builtins__": {}}, {**FUNCTIONS, **values})  # the text is made by this test
    assert value_of(read(text), values) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "said"), [("1/x", "divided by 0"), ("log(x)", "logarithm of 0"), ("exp(800 + x)", "bounds")]
)
def test_values_without_a_result_are_refused(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        value_of(read(text), {"x": 0.0})


def test_weights_are_guessed_by_their_names() -> None:
    assert learnt_by_default(("w0", "x0", "b", "z")) == {"w0", "b"}
    assert learnt_by_default(("w", "b")) == frozenset(), "something has to be the example"


def test_at_least_one_number_has_to_be_the_example() -> None:
    with pytest.raises(ExpressionError, match="has to be an input"):
        circuit(read("w*b"), {"w": 1.0, "b": 1.0}, ("w", "b"))


def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(ExpressionError, match="x has to lie between"):
        circuit(read("x + 1"), {"x": math.inf}, ())


def test_names_of_the_program_do_not_get_in_the_way() -> None:
    graph = circuit(
        read("input * loss + add1 + training"), dict.fromkeys(("input", "loss", "add1", "training"), 1.0), ()
    )
    assert len({node.id for node in graph}) == len(graph.nodes)


def test_the_example_is_written_in_the_data_sets_name() -> None:
    assert given_data((-1.0, 0.1, 2)).name == "given:-1,0.1,2"
    experiment = circuit_experiment(read("w*x + y"), {"w": 2.0, "x": -0.5, "y": 3.0}, ("w",))
    assert experiment.data.name == "given:-0.5,3"
    assert experiment.graph.node("w").initial == {"weight": (2.0,)}
