"""Graphs of gates made from typed formulas: every value and every gradient is that of torch's own autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from playground.data import data_set, load
from playground.engine.arithmetic import explain_grad_input, explain_grad_output, explain_output
from playground.engine.compile import compile_network
from playground.engine.published import live_value
from playground.engine.shapes import analyse
from playground.engine.trace import Trace, record
from playground.graph.circuit import circuit_experiment
from playground.graph.experiment import Experiment
from playground.graph.expression import read
from playground.train.optimizers import make_optimizer
from playground.zoo import Published, agreeing_digits, digits, zoo_experiment
from playground.zoo.gates import PUBLISHED
from tests.graph.formulas import formulas

AT = (0, 0)


def _as_tensor(value: float | Tensor) -> Tensor:
    return value if isinstance(value, Tensor) else torch.tensor(value, dtype=torch.float64)


def _apply(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    return lambda *values: function(*(_as_tensor(value) for value in values))


FUNCTIONS: Mapping[str, Callable[..., Tensor]] = {
    "exp": _apply(torch.exp),
    "log": _apply(torch.log),
    "sqrt": _apply(torch.sqrt),
    "max": _apply(torch.maximum),
    "min": _apply(torch.minimum),
    "abs": _apply(torch.abs),
    "tanh": _apply(torch.tanh),
    "sin": _apply(torch.sin),
    "sigmoid": _apply(torch.sigmoid),
}


def step(experiment: Experiment, *, learning: bool = False) -> Trace:
    samples = load(experiment.data.name)
    analysis = analyse(experiment.graph, data_set(experiment.data.name))
    assert analysis.problems == ()
    network = compile_network(analysis, 0, dtype=torch.float64)
    learnt = dict(network.named_parameters())
    optimizer = make_optimizer(experiment.training, learnt) if learning and learnt else None
    x = samples.x_test.astype(str).astype(np.float64)
    return record(network, x, samples.y_test.astype(np.float64), optimizer)


@settings(max_examples=40, deadline=None)
@given(formulas(), st.lists(st.integers(-16, 16).filter(bool), min_size=3, max_size=3, unique_by=abs))
def test_values_and_gradients_are_those_of_autograd(text: str, eighths: list[int]) -> None:
    values = {name: number / 8 + shift for name, number, shift in zip("xyw", eighths, (0.01, 0.03, 0.007), strict=True)}
    expression = read(text)
    names = expression.names
    leaves = {name: torch.tensor(values[name], dtype=torch.float64, requires_grad=True) for name in names}
    wanted = eval(text, {"__builtins__": {}}, {**FUNCTIONS, **leaves})  # the text is made by this test
    wanted.backward()
    trace = step(circuit_experiment(expression, values, {"w"} if set(names) - {"w"} else ()))
    assert trace.loss == pytest.approx(wanted.item(), rel=1e-9, abs=1e-12)
    for name, leaf in leaves.items():
        frame = trace.frames[name]
        assert frame.grad_output is not None
        assert leaf.grad is not None
        assert frame.grad_output[AT] == pytest.approx(leaf.grad.item(), rel=1e-6, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(formulas())
def test_every_number_of_a_graph_can_be_explained(text: str) -> None:
    expression = read(text)
    trace = step(circuit_experiment(expression, dict(zip("xyw", (0.7, -1.3, 1.9), strict=True)), ()))
    for node, frame in list(trace.frames.items())[1:-1]:
        assert explain_output(frame, AT).total() == pytest.approx(frame.output[AT])
        assert explain_grad_output(trace, node, AT).total() == pytest.approx(frame.grad_output[AT])  # type: ignore[index]
        for port, handed in enumerate(frame.grad_inputs):
            if frame.type != "slice":
                assert explain_grad_input(frame, port, AT).total() == pytest.approx(handed[AT])


def test_what_is_recorded_of_a_learnt_number_is_its_value_before_the_update() -> None:
    trace = step(circuit_experiment(read("w*x"), {"w": 2.0, "x": 3.0}, {"w"}), learning=True)
    assert trace.frames["w"].output[AT] == 2.0
    assert trace.frames["multiply1"].inputs[0][AT] == 2.0
    assert trace.frames["w"].updated["weight"][0] == pytest.approx(2.0 - 0.1 * 3.0)


@pytest.mark.parametrize(
    ("key", "number"), [(key, number) for key, numbers in PUBLISHED.items() for number in numbers], ids=str
)
def test_every_published_number_agrees_to_the_last_digit(key: str, number: Published) -> None:
    live = live_value(number, step(zoo_experiment(key)))
    assert live is not None
    assert agreeing_digits(number.printed, live) == digits(number.printed)
