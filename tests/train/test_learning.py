"""What the advanced settings do to a whole run: schedules, early stopping, starting weights, class weights, batches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from playground.data import Split
from playground.engine.compile import CompileError, compile_network
from playground.engine.shapes import analyse
from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.train import (
    BatchDone,
    Checkpoint,
    EpochDone,
    Event,
    Steering,
    TrainError,
    fingerprint,
    same_run,
    split_for,
    train,
)
from playground.train.bench import Bench
from playground.train.class_weights import balanced
from playground.train.events import Knobs
from playground.train.rate_finder import HIGHEST, LOWEST, RateFound, RateTried, suggest, try_rates
from tests.train.toy_runs import finished, losses, noise, pictures, points, run, stopping_after

METHODS = ["sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta"]


def rates(events: list[Event]) -> list[float]:
    return [event.learning_rate for event in events if isinstance(event, BatchDone)]


def same_tensors(one: Checkpoint, other: Checkpoint) -> bool:
    arrays, others = {**one.state, **one.to_arrays()}, {**other.state, **other.to_arrays()}
    return arrays.keys() == others.keys() and all(np.array_equal(arrays[key], others[key]) for key in arrays)


# ---- going on


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("step", [3, 5])
def test_every_method_goes_on_exactly_where_it_stopped(method: str, step: int) -> None:
    check_resume(pictures(optimizer=method, l1=0.001, clip_grad_norm=0.5, weight_decay=0.01), step)


@pytest.mark.parametrize(
    "settings",
    [
        {"schedule": "cosine", "warmup_epochs": 1},
        {"schedule": "one_cycle"},
        {"schedule": "plateau", "schedule_params": {"patience": 0}, "patience": 3},
        {"optimizer": "rmsprop", "optimizer_params": {"momentum": 0.9, "centered": True}},
        {"optimizer_params": {"amsgrad": True}},
        {"batch_mode": "whole set", "epochs": 7, "patience": 2},
    ],
)
@pytest.mark.parametrize("step", [3, 5])
def test_and_so_does_every_schedule(settings: dict[str, Any], step: int) -> None:
    check_resume(pictures(**settings), step)


def check_resume(experiment: Experiment, step: int) -> None:
    split = noise()
    whole = run(experiment, split)
    first = stopping_after(step, experiment, split)
    stopped = finished(first).checkpoint
    second = run(experiment, split, resume=Checkpoint.from_arrays(stopped.state, stopped.to_arrays()))
    assert losses(first) + losses(second) == losses(whole)
    assert rates(first) + rates(second) == rates(whole)
    assert finished(second).reason == finished(whole).reason
    assert same_tensors(finished(second).checkpoint, finished(whole).checkpoint)


# ---- changes on the way


def test_penalties_and_rate_change_while_it_runs_and_the_events_say_so() -> None:
    experiment, steering = points(schedule="step", schedule_params={"step_size": 1}), Steering()
    seen: list[tuple[float, Knobs | None]] = []
    for event in train(experiment, split_for(experiment), steering=steering):
        if isinstance(event, BatchDone):
            seen.append((event.learning_rate, event.knobs))
            if event.step == 10:
                steering.change(replace(experiment.training, learning_rate=0.02, l1=0.1))
    assert seen[9] == (pytest.approx(0.001), Knobs(0.01))
    assert seen[10] == (pytest.approx(0.002), Knobs(0.02, l1=0.1))


def test_l1_makes_weights_small() -> None:
    split = split_for(points())
    free, pressed = (finished(run(points(epochs=20, l1=l1), split)).checkpoint.state for l1 in (0.0, 0.02))
    assert np.abs(pressed["fc1.weight"]).sum() < 0.5 * np.abs(free["fc1.weight"]).sum()


# ---- early stopping


def test_training_stops_when_validation_loss_falls_no_more_and_goes_back_to_the_best() -> None:
    events = run(pictures(epochs=200, patience=3, learning_rate=0.02), noise())
    end, done = finished(events), [event for event in events if isinstance(event, EpochDone)]
    best = end.checkpoint.best
    assert best is not None
    assert (end.reason, end.holds_best) == ("early", True)
    assert len(done) == best.epoch + 3 < 200
    assert "in the last 3 epochs the validation loss no longer fell" in end.message
    assert f"those of epoch {best.epoch}, the best" in end.message
    assert all(np.array_equal(end.checkpoint.state[key], best.state[key]) for key in best.state)


def test_or_stays_where_it_is_and_can_be_sent_on() -> None:
    experiment = pictures(epochs=200, patience=3, learning_rate=0.02, restore_best=False)
    end = finished(run(experiment, noise()))
    best = end.checkpoint.best
    assert best is not None
    assert end.checkpoint.epoch == best.epoch + 3
    assert not end.holds_best
    assert any(not np.array_equal(end.checkpoint.state[key], best.state[key]) for key in best.state)
    further = run(experiment, noise(), resume=end.checkpoint)
    assert len([event for event in further if isinstance(event, EpochDone)]) >= 3


def test_without_validation_training_loss_is_watched() -> None:
    split = replace(noise(), x_validation=noise().x_validation[:0], y_validation=noise().y_validation[:0])
    end = finished(run(pictures(epochs=9, patience=2, min_delta=100.0), split))
    assert end.checkpoint.epoch == 3
    assert "in the last 2 epochs the training loss no longer fell by more than 100" in end.message
    assert not end.holds_best


# ---- starting weights


def drawn(initialiser: str, seed: int = 0, **params: Any) -> dict[str, np.ndarray]:
    graph = edits.set_params(points().graph, "fc1", {"out_features": 400})
    return compile_network(analyse(graph), seed, initialiser=(initialiser, params)).state()


def test_every_initialiser_draws_what_it_says() -> None:
    assert np.all(drawn("zero")["fc1.weight"] == 0)
    assert np.all(drawn("constant", val=0.3)["fc2.weight"] == np.float32(0.3))
    normal = drawn("normal", mean=1.0, std=0.5)["fc2.weight"]
    assert (normal.mean(), normal.std()) == (pytest.approx(1.0, abs=0.1), pytest.approx(0.5, abs=0.1))
    uniform = drawn("uniform", a=0.2, b=0.3)["fc2.weight"]
    assert 0.2 <= uniform.min() < 0.21 < 0.29 < uniform.max() <= 0.3
    assert drawn("xavier")["fc2.weight"].var() == pytest.approx(2 / 402, rel=0.2)
    assert drawn("xavier", distribution="normal", gain=2.0)["fc2.weight"].var() == pytest.approx(8 / 402, rel=0.2)
    assert drawn("he")["fc2.weight"].var() == pytest.approx(2 / 400, rel=0.2)
    assert drawn("he", mode="fan_out", distribution="normal")["fc2.weight"].var() == pytest.approx(1.0, rel=0.2)
    rows = drawn("orthogonal", gain=3.0)["fc2.weight"]
    np.testing.assert_allclose(rows @ rows.T, 9 * np.eye(2), atol=1e-4)


@pytest.mark.parametrize("initialiser", ["normal", "xavier", "he", "orthogonal", "uniform"])
def test_starting_weights_depend_on_seed_and_layer_alone(initialiser: str) -> None:
    first, again, other = drawn(initialiser), drawn(initialiser), drawn(initialiser, seed=1)
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert not np.array_equal(first["fc1.weight"], other["fc1.weight"])
    assert np.all(first["fc1.bias"] == 0)


def test_values_given_by_hand_win_and_normalisation_keeps_its_own() -> None:
    graph = pictures().graph
    given = tuple(float(number) for number in range(10))
    graph = edits.update(graph, replace(graph.node("fc1"), initial={"bias": given}))
    state = compile_network(analyse(graph), 0, initialiser=("zero", {})).state()
    assert state["fc1.bias"].tolist() == list(given)
    assert np.all(state["fc1.weight"] == 0)
    assert np.all(state["norm1.weight"] == 1)


def test_an_initialiser_that_is_not_there_is_said_in_words() -> None:
    with pytest.raises(CompileError, match="no initialiser “luck”"):
        drawn("luck")


def test_other_starting_weights_are_another_run() -> None:
    one, other = points(), points(initialiser="he")
    assert not same_run(one, other)
    assert fingerprint(one) != fingerprint(other)
    assert losses(run(one, split_for(one))) != losses(run(other, split_for(other)))
    assert fingerprint(one) == fingerprint(points(optimizer="sgd", schedule="cosine", l1=0.1))


# ---- classes and batches


def unequal() -> Split:
    """Of the 70 training pictures 60 show class 0, the rest classes 1 to 5."""
    split = noise()
    y = np.array([0] * 60 + [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    return replace(split, y_train=y)


def test_balanced_weights_give_every_class_the_same_say() -> None:
    weights = balanced(torch.tensor(unequal().y_train), 10)
    expected = [70 / (10 * 60), *[70 / (10 * 2)] * 5, 0, 0, 0, 0]
    torch.testing.assert_close(weights, torch.tensor(expected))


def test_class_weights_are_those_of_torch() -> None:
    experiment, split = pictures(class_weights="balanced", epochs=1), unequal()
    bench = Bench(experiment, split, {})
    bench.network.train()
    index = torch.arange(50, 70)
    x, target = bench.training.take(index)
    twin = Bench(replace(experiment, training=replace(experiment.training, class_weights="none")), split, {})
    twin.network.train()
    prediction, plain = twin._forward(twin._module, x, target, 0)
    weights = balanced(torch.tensor(split.y_train), 10)
    expected = functional.cross_entropy(prediction, target, weight=weights)
    assert bench.learn(index, 0)[0] == pytest.approx(expected.item(), rel=1e-6)
    assert plain.item() != pytest.approx(expected.item(), rel=1e-3)


def test_class_weights_without_classes_are_refused() -> None:
    graph = edits.remove(points().graph, ["loss"])
    graph = edits.append(graph, edits.Node("loss", "hinge"), "fc2")
    experiment = replace(points(class_weights="balanced"), graph=graph)
    with pytest.raises(TrainError, match="Class weights need classes and the loss Cross-entropy"):
        run(experiment, split_for(points()))


def test_the_whole_set_is_one_step_an_epoch() -> None:
    events = run(points(batch_mode="whole set", epochs=3), split_for(points()))
    assert len(losses(events)) == 3
    assert losses(events) == pytest.approx(losses(run(points(batch_size=225, epochs=3), split_for(points()))))


# ---- the learning-rate finder


def test_rates_are_tried_from_tiny_to_huge_and_one_is_suggested() -> None:
    experiment = points()
    events = list(try_rates(experiment, split_for(experiment)))
    tried = [event for event in events if isinstance(event, RateTried)]
    found = events[-1]
    assert isinstance(found, RateFound)
    assert tried[0].rate == LOWEST
    assert tried[-1].rate <= HIGHEST * 1.0001
    assert found.rate is not None
    assert 0.01 <= found.rate <= 0.5
    assert f"{found.rate:g}" in found.words
    assert list(try_rates(experiment, split_for(experiment))) == events


def test_its_losses_are_those_of_torch_by_hand() -> None:
    experiment = points(optimizer="sgd", momentum=0.0)
    split = split_for(experiment)
    network = compile_network(analyse(experiment.graph), experiment.seed)
    layers = torch.nn.Sequential(network.children["fc1"], torch.nn.Tanh(), network.children["fc2"])
    x, target = torch.tensor(split.x_train), torch.tensor(split.y_train)
    bench = Bench(experiment, split, {})
    tried = [event for event in try_rates(experiment, split) if isinstance(event, RateTried)]
    batches = [index for epoch in range(12) for index in bench.batches(epoch, 32)]
    for point, index in zip(tried[:70], batches, strict=False):
        layers.zero_grad()
        functional.cross_entropy(layers(x[index]), target[index]).backward()
        with torch.no_grad():
            for parameter in layers.parameters():
                assert parameter.grad is not None
                parameter -= point.rate * parameter.grad
            assert point.loss == pytest.approx(functional.cross_entropy(layers(x), target).item(), rel=1e-5)


def test_no_rate_is_suggested_where_none_helps() -> None:
    flat = [RateTried(10.0 ** (place / 10 - 6), 1.0) for place in range(70)]
    assert suggest(1.0, flat).rate is None
    assert "fell at none" in suggest(1.0, flat).words
    assert "exploded at once" in suggest(1.0, []).words


def test_a_tenth_of_the_rate_up_to_which_the_loss_fell_is_suggested() -> None:
    falling = [RateTried(10.0 ** (place / 10 - 6), 1 - place / 100) for place in range(41)]
    assert suggest(1.0, falling).rate == pytest.approx(0.001)
    by_chance = [*falling, RateTried(0.02, 2.0), RateTried(0.1, 0.1)]
    assert suggest(1.0, by_chance).rate == pytest.approx(0.001)
