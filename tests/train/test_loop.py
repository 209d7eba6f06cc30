"""The generator against hand-written PyTorch, and the promises that a window and a script rely on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from playground.data import data_set
from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.train import (
    BatchDone,
    Checkpoint,
    EpochDone,
    Event,
    Started,
    Steering,
    Training,
    split_for,
    train,
)
from playground.train.bench import Bench
from playground.zoo import zoo_experiment
from tests.train.toy_runs import finished, losses, noise, pictures, points, run, stopping_after


def epochs(events: list[Event]) -> list[EpochDone]:
    """Without what a clock measured."""
    return [replace(event, seconds=0, examples_per_second=0) for event in events if isinstance(event, EpochDone)]


def same_tensors(one: Checkpoint, other: Checkpoint) -> bool:
    arrays, others = {**one.state, **one.to_arrays()}, {**other.state, **other.to_arrays()}
    return arrays.keys() == others.keys() and all(np.array_equal(arrays[key], others[key]) for key in arrays)


# ---- the arithmetic


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adam", "weight_decay": 0.01},
        {"optimizer": "sgd", "momentum": 0.0},
        {"optimizer": "sgd", "momentum": 0.8, "weight_decay": 0.01},
    ],
)
def test_it_computes_what_hand_written_pytorch_computes(settings: dict[str, object]) -> None:
    experiment = points(**settings)
    split, training = split_for(experiment), experiment.training
    analysis = analyse(experiment.graph, data_set("circle"))
    network = compile_network(analysis, experiment.seed)
    layers = torch.nn.Sequential(network.children["fc1"], torch.nn.Tanh(), network.children["fc2"])
    rate, decay = training.learning_rate, training.weight_decay
    if training.optimizer == "adam":
        optimizer: torch.optim.Optimizer = torch.optim.Adam(layers.parameters(), lr=rate, weight_decay=decay)
    else:
        optimizer = torch.optim.SGD(layers.parameters(), lr=rate, momentum=training.momentum, weight_decay=decay)
    x, target = torch.tensor(split.x_train), torch.tensor(split.y_train)
    bench = Bench(experiment, split, {})
    expected: list[float] = []
    for epoch in range(training.epochs):
        for index in bench.batches(epoch, training.batch_size):
            loss = functional.cross_entropy(layers(x[index]), target[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            expected.append(loss.item())
    events = run(experiment, split)
    np.testing.assert_allclose(losses(events), expected, rtol=1e-5)
    learnt = network.state()
    for name, tensor in finished(events).checkpoint.state.items():
        np.testing.assert_allclose(tensor, learnt[name], rtol=1e-4, atol=1e-6)


def test_mazurs_published_errors_come_out() -> None:
    experiment = zoo_experiment("mazur")
    events = run(replace(experiment, training=replace(experiment.training, epochs=2)), split_for(experiment))
    np.testing.assert_allclose(losses(events), [0.298371109, 0.291027924], atol=2e-7)  # in float32
    assert all(event.accuracy is None for event in events if isinstance(event, BatchDone))
    state = finished(events).checkpoint.state
    np.testing.assert_array_equal(state["dense1.bias"], np.array([0.35, 0.35], np.float32))  # his biases stay


def test_every_epoch_sees_every_example_once_in_another_order() -> None:
    experiment = points()
    bench = Bench(experiment, split_for(experiment), {})
    orders = [torch.cat(bench.batches(epoch, 32)).tolist() for epoch in range(2)]
    assert [sorted(order) for order in orders] == [list(range(225))] * 2
    assert orders[0] != orders[1]


def test_an_epoch_is_the_mean_of_its_examples_and_validation_is_measured_without_dropout() -> None:
    experiment, split = pictures(epochs=1), noise()
    events = run(experiment, split)
    sizes = [16, 16, 16, 16, 6]
    [epoch] = epochs(events)
    assert epoch.train_loss == pytest.approx(float(np.average(np.array(losses(events)), weights=sizes)))
    network = compile_network(analyse(experiment.graph), 0, finished(events).checkpoint.state)
    network.train(False)
    scores = network.predictor(torch.tensor(split.x_validation)).detach()
    expected = functional.cross_entropy(scores, torch.tensor(split.y_validation)).item()
    assert epoch.validation_loss == pytest.approx(expected, rel=1e-5)
    assert epoch.validation_accuracy == pytest.approx(np.mean(scores.argmax(1).numpy() == split.y_validation))
    on_test = network.predictor(torch.tensor(split.x_test)).argmax(1).numpy()
    assert finished(events).test_accuracy == pytest.approx(np.mean(on_test == split.y_test))


# ---- determinism


def test_the_same_experiment_gives_the_same_run_bit_for_bit() -> None:
    torch.manual_seed(1)
    first = run(pictures(), noise())
    torch.manual_seed(2)
    second = run(pictures(), noise())
    assert losses(first) == losses(second)
    assert epochs(first) == epochs(second)
    assert same_tensors(finished(first).checkpoint, finished(second).checkpoint)


def test_another_seed_gives_another_run() -> None:
    assert losses(run(pictures(), noise())) != losses(run(replace(pictures(), seed=1), noise()))


@pytest.mark.parametrize("settings", [{"optimizer": "adam"}, {"optimizer": "sgd", "momentum": 0.9}])
@pytest.mark.parametrize("step", [3, 5, 7])
def test_a_resumed_run_goes_on_exactly(settings: dict[str, object], step: int) -> None:
    """With batch norm and dropout; in the middle of an epoch (5 batches each) and between two."""
    experiment, split = pictures(**settings), noise()
    whole = run(experiment, split)
    first = stopping_after(step, experiment, split)
    stopped = finished(first).checkpoint
    assert stopped.step == step
    saved = Checkpoint.from_arrays(stopped.state, stopped.to_arrays())
    second = run(experiment, split, resume=saved)
    assert losses(first) + losses(second) == losses(whole)
    assert epochs(first) + epochs(second) == epochs(whole)
    assert same_tensors(finished(second).checkpoint, finished(whole).checkpoint)


def test_more_epochs_go_on_where_fewer_ended() -> None:
    split = noise()
    two = run(pictures(epochs=2), split)
    four = run(pictures(epochs=4), split, resume=finished(two).checkpoint)
    assert losses(two) + losses(four) == losses(run(pictures(epochs=4), split))


def test_training_and_its_surroundings_leave_each_others_chance_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    run(pictures(), noise())
    torch.testing.assert_close(torch.rand(4), expected)


def test_a_checkpoint_of_another_network_gives_its_weights_only() -> None:
    experiment, split = pictures(), noise()
    other = replace(experiment, graph=edits.set_params(experiment.graph, "dropout1", {"p": 0.1}))
    stopped = finished(run(experiment, split)).checkpoint
    events = run(other, split, resume=stopped)
    assert isinstance(events[0], Started)
    assert (events[0].epoch, events[0].step) == (0, 0)
    np.testing.assert_array_equal(losses(events)[0], losses(run(other, split, state=stopped.state))[0])


def test_with_another_batch_size_the_epoch_that_was_begun_starts_again() -> None:
    split = noise()
    stopped = finished(stopping_after(7, pictures(), split)).checkpoint
    events = run(pictures(batch_size=35), split, resume=stopped)
    assert isinstance(events[0], Started)
    assert (events[0].epoch, events[0].batches) == (1, 2)
    assert len(losses(events)) == 2


# ---- steering


def test_the_learning_rate_changes_at_the_next_batch() -> None:
    experiment = points(optimizer="sgd", momentum=0.0)
    steering = Steering()
    training = Training(experiment, split_for(experiment), steering=steering)
    rates: list[float] = []
    before: dict[str, np.ndarray] = {}
    for event in training.events():
        if isinstance(event, BatchDone):
            rates.append(event.learning_rate)
            if event.step == 2:
                steering.set_learning_rate(0.0, experiment.training)
                before = dict(training.checkpoint().state)
    assert rates[:4] == [0.01, 0.01, 0.0, 0.0]
    after = training.checkpoint().state
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[key], after[key]) for key in before)


def test_a_change_that_cannot_be_is_refused_while_it_runs() -> None:
    experiment, steering = points(), Steering()
    events = train(experiment, split_for(experiment), steering=steering)
    next(events)
    steering.set_learning_rate(-1.0, experiment.training)
    with pytest.raises(Exception, match="learning rate is -1"):
        next(events)


def test_stop_ends_with_a_result_and_close_at_once() -> None:
    experiment, split = points(), split_for(points())
    stopped = finished(stopping_after(2, experiment, split))
    assert stopped.reason == "stopped"
    assert stopped.message == "Stopped in epoch 1."
    assert stopped.test_accuracy is not None
    training = Training(experiment, split)
    events = training.events()
    for _ in range(4):
        next(events)
    events.close()  # type: ignore[attr-defined]
    assert training.checkpoint().step == 3
    assert list(events) == []


# ---- best, validation, pictures


def test_the_best_epoch_is_the_one_with_the_lowest_validation_loss() -> None:
    events = run(pictures(epochs=6, learning_rate=0.05), noise())
    found = epochs(events)
    best = finished(events).checkpoint.best
    assert best is not None
    lowest = min(found, key=lambda epoch: epoch.validation_loss or 0)
    assert (best.epoch, best.loss) == (lowest.epoch, lowest.validation_loss)
    assert [epoch.epoch for epoch in found if epoch.is_best][-1] == best.epoch
    until_then = run(pictures(epochs=best.epoch, learning_rate=0.05), noise())
    state = finished(until_then).checkpoint.state
    assert all(np.array_equal(best.state[key], state[key]) for key in state)


def test_without_validation_nothing_is_best() -> None:
    split = replace(noise(), x_validation=noise().x_validation[:0], y_validation=noise().y_validation[:0])
    events = run(pictures(), split)
    assert all(epoch.validation_loss is None and not epoch.is_best for epoch in epochs(events))
    assert finished(events).checkpoint.best is None


def test_batch_norm_is_never_left_with_a_single_example() -> None:
    events = run(pictures(batch_size=23, epochs=1), noise())  # 70 = 3 · 23 + 1
    assert len(losses(events)) == 3


def test_nor_is_batch_norm_of_a_list() -> None:
    graph = edits.remove(pictures().graph, ["norm1"])
    graph = edits.connect(graph, edits.Edge("conv1", next(edge.target for edge in pictures().graph.outgoing("norm1"))))
    last = graph.incoming("loss")[0]
    graph = edits.insert_on_edge(graph, edits.Node("list_norm", "batch_norm1d"), last)
    events = run(replace(pictures(batch_size=23, epochs=1), graph=graph), noise())
    assert len(losses(events)) == 3


# ---- what goes wrong


def test_a_loss_that_explodes_ends_the_run_with_advice_and_sound_weights() -> None:
    experiment, split = points(optimizer="sgd", learning_rate=1e38), split_for(points())
    end = finished(run(experiment, split))
    assert end.reason == "diverged"
    assert "Choose a smaller learning rate, for example 1e+37" in end.message
    assert "those of the beginning" in end.message
    fresh = compile_network(analyse(experiment.graph), experiment.seed).state()
    assert all(np.array_equal(end.checkpoint.state[key], fresh[key]) for key in fresh)


def test_after_a_good_epoch_an_explosion_goes_back_to_it() -> None:
    experiment, split = points(epochs=5), split_for(points())
    steering = Steering()
    events: list[Event] = []
    for event in train(experiment, split, steering=steering):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 1:
            steering.change(replace(experiment.training, learning_rate=1e38))
    end = finished(events)
    assert end.reason == "diverged"
    assert "epoch 1, the best so far" in end.message
    best = end.checkpoint.best
    assert best is not None
    assert all(np.array_equal(end.checkpoint.state[key], best.state[key]) for key in best.state)
    assert not end.checkpoint.optimizer


def no_loss(experiment: Experiment) -> Experiment:
    return replace(experiment, graph=edits.remove(experiment.graph, ["loss"]))


def all_frozen(experiment: Experiment) -> Experiment:
    graph = experiment.graph
    for key in ("fc1", "fc2"):
        graph = edits.update(graph, replace(graph.node(key), frozen=("weight", "bias")))
    return replace(experiment, graph=graph)


def too_wide(experiment: Experiment) -> Experiment:
    return replace(experiment, graph=edits.set_params(experiment.graph, "fc2", {"out_features": 3}))


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        (no_loss(points()), "it has no loss"),
        (all_frozen(points()), "nothing to learn"),
        (too_wide(points()), "3 outputs, but Circle has 2 classes"),
        (points(optimizer="rprop"), "no optimizer “rprop”. Choose one of: adam, sgd"),
        (points(device="tpu"), "no device “tpu”. Choose one of: auto, "),
        (points(momentum=1.0), "from 0 and below 1"),
        (points(learning_rate=float("nan")), "learning rate is nan"),
        (points(batch_size=0), "at least 1 example"),
        (points(epochs=0), "at least 1"),
    ],
)
def test_what_cannot_be_trained_is_said_before_it_begins(experiment: Experiment, words: str) -> None:
    with pytest.raises(Exception, match=words) as caught:
        run(experiment, split_for(points()))
    assert type(caught.value).__name__ == "TrainError"


def test_examples_of_another_shape_are_refused() -> None:
    with pytest.raises(Exception, match=r"expects examples of shape \(2,\), but those given are \(1, 28, 28\)"):
        run(points(), noise())


def test_memory_that_runs_out_is_said_with_what_to_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def learn(*_: object) -> tuple[float, float]:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(Bench, "learn", learn)
    with pytest.raises(Exception, match=r"not enough memory for batches of 16\. Choose a smaller batch size"):
        run(pictures(), noise())


def test_batch_norm_of_a_single_number_is_explained() -> None:
    graph = edits.set_params(pictures().graph, "conv1", {"kernel_size": (28, 28), "stride": (1, 1)})
    with pytest.raises(Exception, match="choose a larger batch size"):
        run(replace(pictures(batch_size=1), graph=graph), noise())
