"""What is recorded, in which precision, from which weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.shapes import analyse
from playground.graph.experiment import Experiment, TrainingSettings
from playground.graph.model import Edge, Graph, Node
from playground.ui.step.recording import EXACT_PARAMETERS, Request, as_written, is_exact, record_round
from playground.zoo import zoo_experiment


def network(units: int, **training: object) -> Experiment:
    nodes = (
        Node("input", "input", {"shape": (4,)}),
        Node("fc", "dense", {"out_features": units}),
        Node("loss", "cross_entropy"),
    )
    graph = Graph(nodes, (Edge("input", "fc"), Edge("fc", "loss")))
    return Experiment(graph, training=TrainingSettings(**training))  # type: ignore[arg-type]


def request(experiment: Experiment) -> Request:
    x = np.array([[0.05, -0.1, 0.3, 2.0]], dtype=np.float32)
    return Request(analyse(experiment.graph), experiment, x, np.array([1]), {})


def test_small_networks_are_stepped_in_float64_from_the_numbers_as_they_are_written() -> None:
    recorded = record_round(request(network(3)))
    assert recorded.trace.frames["fc"].output.dtype == np.float64
    np.testing.assert_array_equal(recorded.trace.x, [[0.05, -0.1, 0.3, 2.0]])


def test_large_networks_are_stepped_as_they_train() -> None:
    experiment = network(EXACT_PARAMETERS // 4)
    assert not is_exact(analyse(experiment.graph), 1)
    assert record_round(request(experiment)).trace.frames["fc"].output.dtype == np.float32


def test_written_decimals_are_kept() -> None:
    assert as_written(np.array([0.05], dtype=np.float32))[0] == 0.05
    whole = np.array([3])
    assert as_written(whole) is whole


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.01},
        {"optimizer": "adam", "learning_rate": 0.01},
    ],
)
def test_rounds_follow_each_other_as_in_one_run_of_torch(training: dict[str, object]) -> None:
    import torch

    experiment = network(3, **training)
    first = record_round(request(experiment))
    second = record_round(first.following())
    third = record_round(second.following())
    weight, bias = (
        torch.tensor(first.trace.frames["fc"].weights[name], requires_grad=True) for name in ("weight", "bias")
    )
    settings = experiment.training
    optimizer: torch.optim.Optimizer
    if settings.optimizer == "sgd":
        optimizer = torch.optim.SGD(
            [weight, bias], settings.learning_rate, settings.momentum, weight_decay=settings.weight_decay
        )
    else:
        optimizer = torch.optim.Adam([weight, bias], settings.learning_rate)
    for _ in range(3):
        optimizer.zero_grad()
        scores = torch.tensor(first.trace.x) @ weight.T + bias
        torch.nn.functional.cross_entropy(scores, torch.tensor([1])).backward()
        optimizer.step()
    np.testing.assert_allclose(third.after["fc.weight"], weight.detach().numpy(), rtol=1e-9)
    assert third.number == 3


def test_the_rate_of_each_round_is_that_to_which_the_schedule_has_come() -> None:
    experiment = network(3, optimizer="sgd", learning_rate=0.1, momentum=0.0, warmup_epochs=1)
    recorded = record_round(replace(request(experiment), batches=4))
    for step in range(6):
        frame, rule = recorded.trace.frames["fc"], recorded.trace.rule
        assert rule is not None
        rate = 0.1 * (0.01 + 0.99 * min(1.0, step / 4))  # from a hundredth to all of it, in one epoch of four batches
        assert rule.learning_rate == pytest.approx(rate)
        moved = frame.weights["bias"] - frame.updated["bias"]
        np.testing.assert_allclose(moved, rate * frame.grad_weights["bias"], rtol=1e-9)
        recorded = record_round(recorded.following())
    trained = record_round(replace(request(experiment), batches=4, epochs=0.5))
    assert trained.trace.rule is not None
    assert trained.trace.rule.learning_rate == pytest.approx(0.1 * (0.01 + 0.99 * 0.5)), "training has come that far"


def test_a_round_is_the_same_each_time() -> None:
    experiment = zoo_experiment("mlp")
    analysis = analyse(experiment.graph)
    x = np.random.default_rng(0).random((1, 1, 28, 28)).astype(np.float32)
    asked = Request(analysis, experiment, x, np.array([3]), {})
    one, two = record_round(asked), record_round(asked)
    assert one.trace.loss == two.trace.loss
    for name, tensor in one.after.items():
        np.testing.assert_array_equal(tensor, two.after[name])
