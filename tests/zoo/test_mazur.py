"""Mazur's example: every number that he prints, against the engine in double precision."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.data import data_set, load
from playground.engine.compile import Network, compile_network
from playground.engine.published import live_value
from playground.engine.shapes import analyse
from playground.engine.trace import Trace, record
from playground.zoo import Published, agreeing_digits, digits, zoo_experiment
from playground.zoo.mazur import INPUT, PUBLISHED, STARTING_VALUES, TARGET

EXPERIMENT = zoo_experiment("mazur")
X, Y = np.array([INPUT]), np.array([TARGET])

ONE_STEP = [number for number in PUBLISHED if not number.steps]
LATER = [number for number in PUBLISHED if number.steps]


def network() -> Network:
    return compile_network(analyse(EXPERIMENT.graph, data_set("mazur")), EXPERIMENT.seed, dtype=torch.float64)


def optimizer_for(network: Network) -> torch.optim.SGD:
    learnt = [parameter for _, parameter in network.named_parameters(frozen=False)]
    return torch.optim.SGD(learnt, lr=EXPERIMENT.training.learning_rate)


@pytest.fixture(scope="module")
def trace() -> Trace:
    """One training step."""
    fresh = network()
    return record(fresh, X, Y, optimizer_for(fresh))


def label(number: Published) -> str:
    return number.label


def assert_agrees(number: Published, live: float | None) -> None:
    """All printed digits; the last one may differ where a note says why."""
    assert live is not None
    if not number.note:
        assert agreeing_digits(number.printed, live) == digits(number.printed), live
    else:
        assert agreeing_digits(number.printed, live) < digits(number.printed), "the note is not needed"
        assert float(number.printed) == pytest.approx(live, rel=1e-4)


@pytest.mark.parametrize("number", ONE_STEP, ids=label)
def test_the_numbers_of_the_first_step(number: Published, trace: Trace) -> None:
    assert_agrees(number, live_value(number, trace))


def test_the_numbers_after_many_steps() -> None:
    fresh = network()
    optimizer, x, y = optimizer_for(fresh), torch.tensor(X), torch.tensor(Y)
    assert fresh.module is not None
    wanted = {number.steps for number in LATER}
    for step in range(max(wanted) + 1):
        optimizer.zero_grad()
        output, loss = fresh.module(x, y)
        for number in LATER:
            if number.steps == step:
                assert_agrees(number, loss.item() if number.kind == "loss_after" else output[0][number.index].item())
        loss.backward()
        optimizer.step()


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def test_the_odd_numbers_come_from_updating_the_output_layer_first() -> None:
    """What the note on them says, worked out with numpy alone."""
    (w1, b1), (w2, b2) = ((np.array(v["weight"]), np.array(v["bias"])) for v in STARTING_VALUES.values())
    outputs: list[np.ndarray] = []
    for _ in range(10_001):
        hidden = sigmoid(w1 @ X[0] + b1)
        output = sigmoid(w2 @ hidden + b2)
        outputs.append(output)
        delta = (output - Y[0]) * output * (1 - output)
        w2 = w2 - 0.5 * np.outer(delta, hidden)
        w1 = w1 - 0.5 * np.outer(w2.T @ delta * hidden * (1 - hidden), X[0])
    for number in LATER:
        if number.note:
            output = outputs[number.steps]
            live = 0.5 * np.sum((Y[0] - output) ** 2) if number.kind == "loss_after" else output[number.index]
            assert agreeing_digits(number.printed, float(live)) == digits(number.printed)


def test_the_biases_stay_as_they_are(trace: Trace) -> None:
    for node in ("dense1", "dense2"):
        np.testing.assert_array_equal(trace.frames[node].updated["bias"], trace.frames[node].weights["bias"])
        assert (trace.frames[node].updated["weight"] != trace.frames[node].weights["weight"]).all()


def test_the_data_set_is_the_same_example() -> None:
    samples = load("mazur")
    np.testing.assert_allclose(samples.x_train, X, rtol=1e-7)
    np.testing.assert_allclose(samples.y_train, Y, rtol=1e-7)


def test_numbers_of_later_steps_are_not_in_a_trace(trace: Trace) -> None:
    assert [live_value(number, trace) for number in LATER] == [None] * len(LATER)


def test_without_an_update_there_is_no_updated_weight() -> None:
    still = record(network(), X, Y)
    forward = record(network(), X)
    for number in ONE_STEP:
        assert (live_value(number, still) is None) == (number.kind in ("updated", "rate"))
        assert (live_value(number, forward) is None) == (number.kind not in ("output", "weight"))


def test_a_network_that_was_changed_has_no_number_in_that_place(trace: Trace) -> None:
    assert live_value(Published("gone", "1.0", "dense9", "output", (0,)), trace) is None
    assert live_value(Published("gone", "1.0", "dense1", "output", (5,)), trace) is None
    assert live_value(Published("gone", "1.0", "dense1", "grad_weight", (0, 0), "gamma"), trace) is None
