from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.engine.compile import CompileError, Network
from playground.engine.gradient_check import GradientCheck, check_gradient
from playground.graph.edits import insert_on_edge
from playground.graph.model import Edge
from tests.engine.networks import MAZUR_TARGET, MAZUR_X, chain, compiled, lenet, mazur, node


def bits(network: Network) -> dict[str, bytes]:
    return {key: array.tobytes() for key, array in network.state().items()}


def test_mazurs_w5_as_published() -> None:
    check = check_gradient(compiled(mazur()), MAZUR_X, MAZUR_TARGET, "output", "weight", (0, 0))
    assert f"{check.backprop:.9f}" == "0.082167041"
    assert check.measured == pytest.approx(check.backprop, rel=1e-6)
    assert check.epsilon == 1e-3
    assert check.agrees


def test_a_smaller_nudge_measures_better() -> None:
    errors = [
        check_gradient(compiled(mazur()), MAZUR_X, MAZUR_TARGET, "hidden", "weight", (1, 1), epsilon).relative_error
        for epsilon in (0.5, 0.05, 0.005)
    ]
    assert errors == sorted(errors, reverse=True)
    # The error of a central difference shrinks with the square of the nudge.
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.2)


@pytest.mark.parametrize(
    ("layer", "name", "index"),
    [("conv1", "weight", (3, 0, 2, 1)), ("conv2", "bias", (7,)), ("fc1", "weight", (5, 200)), ("fc3", "bias", (9,))],
)
def test_lenet_in_single_precision_is_checked_in_double(layer: str, name: str, index: tuple[int, ...]) -> None:
    network = compiled(lenet(), dtype=torch.float32)
    x = np.random.default_rng(0).random((2, 1, 28, 28), dtype=np.float32)
    check = check_gradient(network, x, np.array([3, 8]), layer, name, index, epsilon=1e-5)
    assert check.relative_error < 1e-4
    assert check.agrees


def test_the_network_is_left_as_it_was() -> None:
    graph = insert_on_edge(lenet(), node("norm", "batch_norm2d"), Edge("conv1", "relu1"))
    network = compiled(graph, dtype=torch.float32)
    network.train(False)
    before = bits(network)
    x = np.random.default_rng(0).random((2, 1, 28, 28), dtype=np.float32)
    check_gradient(network, x, np.array([3, 8]), "conv1", "weight", (0, 0, 0, 0))
    with pytest.raises(CompileError):
        check_gradient(network, x, np.array([3, 99]), "conv1", "weight", (0, 0, 0, 0))
    with pytest.raises(IndexError):
        check_gradient(network, x, np.array([3, 8]), "conv1", "weight", (99, 0, 0, 0))
    assert bits(network) == before
    assert not network.children["norm"].training
    assert all(parameter.dtype == torch.float32 for _, parameter in network.named_parameters())


def test_dropout_draws_the_same_mask_for_every_pass() -> None:
    graph = insert_on_edge(mazur(), node("drop", "dropout"), Edge("sigmoid1", "output"))
    for seed in range(4):
        check = check_gradient(
            compiled(graph), MAZUR_X, MAZUR_TARGET, "output", "weight", (0, 0), epsilon=1e-4, seed=seed
        )
        assert check.agrees


def test_batch_norm_is_checked_with_the_statistics_of_the_batch_or_the_running_ones() -> None:
    graph = chain(
        node("x", "input", shape=(2, 3, 3)),
        node("norm", "batch_norm2d"),
        node("flat", "flatten"),
        node("loss", "squared_error"),
    )
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(4, 2, 3, 3)), rng.normal(size=(4, 18))
    checks = [
        check_gradient(compiled(graph), x, target, "norm", "weight", (1,), training=training)
        for training in (True, False)
    ]
    assert all(check.agrees for check in checks)
    assert checks[0].backprop != pytest.approx(checks[1].backprop, rel=1e-3)


def test_a_wrong_gradient_does_not_agree() -> None:
    assert not GradientCheck(backprop=0.10, measured=0.11, epsilon=1e-3).agrees
    assert not GradientCheck(backprop=0.10, measured=-0.10, epsilon=1e-3).agrees
    assert GradientCheck(backprop=0.10, measured=0.1001, epsilon=1e-3).agrees
    assert GradientCheck(backprop=0.0, measured=0.0, epsilon=1e-3).agrees
    assert GradientCheck(backprop=0.0, measured=1e-12, epsilon=1e-3).agrees


@pytest.mark.parametrize("epsilon", [0.0, -1e-3, float("nan")])
def test_the_nudge_must_be_one(epsilon: float) -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        check_gradient(compiled(mazur()), MAZUR_X, MAZUR_TARGET, "output", "weight", (0, 0), epsilon)


def test_an_unknown_layer_or_parameter() -> None:
    for layer, name in (("nowhere", "weight"), ("output", "kernel"), ("sigmoid1", "weight")):
        with pytest.raises(KeyError):
            check_gradient(compiled(mazur()), MAZUR_X, MAZUR_TARGET, layer, name, (0, 0))


def test_behind_a_threshold_the_check_says_what_stands_in() -> None:
    """The true slope is 0 on both sides of the jump, but backpropagation goes on as if the step were a line."""
    graph = chain(
        node("x", "input", shape=(2,)),
        node("before", "dense", out_features=3),
        node("jump", "step"),
        node("after", "dense", out_features=1),
        node("loss", "squared_error"),
    )
    network, x, target = compiled(graph), np.array([[0.3, -0.8]]), np.array([[2.0]])
    check = check_gradient(network, x, target, "before", "weight", (0, 0))
    assert check.stand_in == "jump"
    assert check.measured == 0
    assert check.backprop != 0
    assert not check.agrees
    after = check_gradient(network, x, target, "after", "bias", (0,))
    assert after.stand_in == ""
    assert after.agrees
