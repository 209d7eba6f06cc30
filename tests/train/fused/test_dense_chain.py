"""The fast path against torch: the same network, batches and settings learnt both ways."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import playground.train.fused.dense_chain as fast
from playground.data import Split
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.freezing import hold
from playground.graph.model import Node
from playground.train import BatchDone, BatchesDone, EpochDone, Event, Finished, History, Steering, Training, split_for
from tests.train.toy_runs import chain, finished, losses, node, points, run

BATCHES = 25
"""Of an epoch: 250 training examples, the last batch smaller."""


def network(data: str, *layers: Node, **training: Any) -> Experiment:
    nodes = (node("input", "input", shape=(2,)), *layers)
    settings = TrainingSettings(
        learning_rate=0.03, batch_size=11, epochs=5, device="cpu", optimizer="sgd", momentum=0.0
    )
    return Experiment(chain(*nodes), DataSettings(data, validation_fraction=0.2), replace(settings, **training))


def hidden(number: int, curve: str, units: int = 5, **params: Any) -> tuple[Node, Node]:
    return node(f"fc{number}", "dense", out_features=units), node(f"act{number}", curve, **params)


CASES: dict[str, Experiment] = {
    "sgd": network(
        "circle",
        *hidden(1, "tanh"),
        *hidden(2, "relu"),
        node("out", "dense", out_features=2),
        node("e", "cross_entropy"),
    ),
    "momentum, L1 and L2": network(
        "circle",
        *hidden(1, "sigmoid"),
        *hidden(2, "leaky_relu", negative_slope=0.2),
        node("out", "dense", out_features=2),
        node("e", "cross_entropy", label_smoothing=0.1, weight=0.5),
        momentum=0.8,
        weight_decay=0.01,
        l1=0.001,
    ),
    "nesterov": network(
        "three_clouds",
        *hidden(1, "sine"),
        node("out", "dense", out_features=3),
        node("e", "squared_error"),
        momentum=0.9,
        optimizer_params={"nesterov": True},
    ),
    "dampening, no bias, nothing between two layers": network(
        "xor",
        node("a", "dense", out_features=6, bias=False),
        node("b", "dense", out_features=3),
        *hidden(1, "tanh"),
        node("out", "dense", out_features=1, bias=False),
        node("e", "binary_cross_entropy"),
        momentum=0.5,
        optimizer_params={"dampening": 0.2},
        batch_mode="whole set",
        epochs=40,
    ),
    "adam, and a curve behind the last layer": network(
        "circle",
        *hidden(1, "tanh"),
        *hidden(2, "tanh", 1),
        node("e", "squared_error", reduction="mean"),
        optimizer="adam",
    ),
    "adam with L2, and values": network(
        "hills",
        *hidden(1, "identity"),
        *hidden(2, "square"),
        node("out", "dense", out_features=1),
        node("e", "huber", delta=0.3),
        optimizer="adam",
        weight_decay=0.02,
        learning_rate=0.01,
        schedule="one_cycle",
    ),
    "adamw": network(
        "plane",
        *hidden(1, "tanh"),
        node("out", "dense", out_features=1),
        node("e", "mean_absolute_error"),
        optimizer="adamw",
        weight_decay=0.1,
    ),
}


def numbers(events: list[Event]) -> np.ndarray:
    """Everything that was said but the seconds, a row for each batch and epoch."""
    rows: list[tuple[float, ...]] = []
    for event in events:
        match event:
            case BatchDone():
                more = (event.accuracy, event.error, event.learning_rate)
                rows.append((event.step, event.epoch, event.position, event.loss, *map(_number, more)))
            case EpochDone():
                more = (event.train_accuracy, event.validation_accuracy, event.train_error, event.validation_error)
                losses = (event.train_loss, event.validation_loss)
                rows.append((event.epoch, *map(_number, losses), *map(_number, more)))
            case Finished():
                rows.append(
                    (_number(event.test_loss), _number(event.test_accuracy), _number(event.test_error)) + (0.0,) * 4
                )
            case _:
                pass
    return np.array(rows)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


@pytest.fixture
def torch_alone(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """From then on nothing is small enough for the fast path."""
    monkeypatch.setattr(fast, "MOST_NUMBERS", -1)
    return monkeypatch


def both_ways(
    experiment: Experiment, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> tuple[list[Event], list[Event]]:
    split = split_for(experiment)
    assert Training(experiment, split)._bench._fused is not None, "the fast path is not taken"
    quick = run(experiment, split, **options)
    monkeypatch.setattr(fast, "MOST_NUMBERS", -1)
    return quick, run(experiment, split, **options)


@pytest.mark.parametrize("name", CASES)
def test_it_learns_what_torch_learns(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a hundred updates: the same events, weights and memory of the optimizer, but for rounding."""
    quick, slow = both_ways(CASES[name], monkeypatch)
    assert len(losses(quick)) >= 40
    np.testing.assert_allclose(numbers(quick), numbers(slow), rtol=3e-4, atol=3e-6)
    for found, expected in zip(_tensors(quick), _tensors(slow), strict=True):
        assert found.keys() == expected.keys()
        for key in found:
            np.testing.assert_allclose(found[key], expected[key], rtol=2e-3, atol=2e-5, err_msg=key)


def _tensors(events: list[Event]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    checkpoint = finished(events).checkpoint
    return dict(checkpoint.state), dict(checkpoint.optimizer)


@pytest.mark.parametrize("name", ["momentum, L1 and L2", "adam, and a curve behind the last layer"])
def test_a_run_goes_on_exactly_and_torch_can_go_on_from_it(name: str, torch_alone: pytest.MonkeyPatch) -> None:
    experiment, few = CASES[name], replace(CASES[name], training=replace(CASES[name].training, epochs=2))
    split = split_for(experiment)
    torch_alone.undo()
    whole, half = run(experiment, split), finished(run(few, split)).checkpoint
    assert losses(run(experiment, split, resume=half)) == losses(whole)[-len(losses(whole)) * 3 // 5 :]
    torch_alone.setattr(fast, "MOST_NUMBERS", -1)
    gone_on = run(experiment, split, resume=half)
    np.testing.assert_allclose(losses(gone_on), losses(whole)[-len(losses(gone_on)) :], rtol=1e-3, atol=1e-6)


def test_limits_of_the_gradient_are_torchs_and_may_come_and_go() -> None:
    """Where the fast path knows no way torch goes on, and back, without losing what the optimizer remembers."""
    experiment = CASES["momentum, L1 and L2"]
    limited = replace(experiment.training, clip_grad_norm=0.05)
    found: list[list[float]] = []
    for most in (fast.MOST_NUMBERS, -1):
        steering, losses_of = Steering(), list[float]()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fast, "MOST_NUMBERS", most)
            for event in Training(experiment, split_for(experiment), steering=steering).events():
                if isinstance(event, BatchDone):
                    losses_of.append(event.loss)
                    steering.change(limited if 20 <= event.step < 50 else experiment.training)
        found.append(losses_of)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-3, atol=1e-6)


def test_told_together_it_is_the_same_history() -> None:
    experiment = points(epochs=30, batch_size=10)
    split, one_by_one, together = split_for(experiment), History(), History()
    for event in Training(experiment, split).events():
        one_by_one.add(event)
    steering = Steering()
    steering.together = True
    kinds: list[type] = []
    for event in Training(experiment, split, steering=steering).events():
        kinds.append(type(event))
        if len(kinds) % 7 == 0:
            steering.ask_for_pictures()
        together.add(event)
    assert kinds.count(BatchesDone) > 25
    assert kinds.count(BatchDone) < 30
    expected = one_by_one.to_arrays()
    for name, array in together.to_arrays().items():
        seconds = 5 if name == "epochs" else None
        kept = [column for column in range(array.shape[-1]) if column != seconds]
        np.testing.assert_array_equal(array[..., kept], expected[name][..., kept])


def test_a_loss_that_runs_away_is_told_at_the_same_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = node("out", "dense", out_features=1)
    experiment = network("hills", *hidden(1, "square"), answer, node("e", "squared_error"), learning_rate=50.0)
    quick, slow = both_ways(experiment, monkeypatch)
    assert finished(quick).reason == finished(slow).reason == "diverged"
    assert finished(quick).message == finished(slow).message
    for key, array in finished(slow).checkpoint.state.items():
        np.testing.assert_array_equal(finished(quick).checkpoint.state[key], array)


@pytest.mark.parametrize(
    "experiment",
    [
        replace(points(), graph=chain(*(replace(n, frozen=("bias",)) if n.id == "fc1" else n for n in points().graph))),
        replace(points(), graph=hold(points().graph, "fc1", ("weight", (0, 1)), on=True)),
        points(optimizer="rmsprop"),
        points(clip_grad_value=0.1),
        points(class_weights="balanced"),
    ],
    ids=["frozen", "one number frozen", "another method", "limits", "class weights"],
)
def test_what_it_does_not_know_is_left_to_torch(experiment: Experiment) -> None:
    training = Training(experiment, split_for(experiment))
    assert not training._bench._is_fused
    assert finished(list(training.events())).reason == "completed"


def test_it_takes_the_examples_of_a_large_set_in_parts() -> None:
    """More batches than are learnt in one go, and a smaller one at the end."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 2)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64)
    experiment = points(batch_size=7, epochs=1)
    steering = Steering()
    steering.together = True
    empty = (x[:0], y[:0])
    events = list(Training(experiment, Split(x, y, *empty, *empty), steering=steering).events())
    sizes = [len(event) for event in events if isinstance(event, BatchesDone)]
    assert sum(sizes) == 143
    assert max(sizes) == fast.MOST_BATCHES
