"""Frozen layers: they stay as they are, batch norm's averages too, and what they give is computed once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from playground.graph import edits
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Edge, Graph
from playground.train import History, Training, split_for
from playground.train.bench import Bench
from playground.train.events import BatchDone, EpochDone, Event, Finished
from tests.engine.networks import chain, node

FRONT = ("conv1", "norm1", "conv2")


def network(frozen: tuple[str, ...] = FRONT) -> Graph:
    """Two convolutions with a batch norm between them, then what learns, with dropout."""
    graph = chain(
        node("input", "input", shape=(1, 8, 8)),
        node("conv1", "conv2d", out_channels=16, kernel_size=(3, 3), padding=(1, 1)),
        node("norm1", "batch_norm2d"),
        node("relu1", "relu"),
        node("conv2", "conv2d", out_channels=16, kernel_size=(3, 3), padding=(1, 1)),
        node("pool1", "max_pool2d", kernel_size=(2, 2), stride=(2, 2)),
        node("conv3", "conv2d", out_channels=8, kernel_size=(3, 3)),
        node("flatten1", "flatten"),
        node("dropout1", "dropout", p=0.2),
        node("fc1", "dense", out_features=10),
        node("loss", "cross_entropy"),
    )
    for key in frozen:
        names = ("weight", "bias", "running_mean", "running_var") if key == "norm1" else ("weight", "bias")
        graph = edits.update(graph, replace(graph.node(key), frozen=names))
    return graph


def experiment(graph: Graph | None = None) -> Experiment:
    settings = TrainingSettings("sgd", 0.05, batch_size=20, epochs=3, device="cpu")
    return Experiment(graph or network(), DataSettings("digits8x8", train_size=90), settings, seed=3)


def run(wanted: Experiment) -> tuple[list[Event], Training]:
    training = Training(wanted, split_for(wanted))
    return list(training.events()), training


def losses(events: list[Event]) -> list[float]:
    found = [event.loss for event in events if isinstance(event, BatchDone)]
    return found + [event.validation_loss or 0 for event in events if isinstance(event, EpochDone)]


def without_keeping(monkeypatch: pytest.MonkeyPatch, wanted: Experiment) -> tuple[list[Event], Training]:
    with monkeypatch.context() as patch:
        patch.setattr("playground.train.bench.kept_front", lambda *_: None)
        return run(wanted)


def test_frozen_layers_stay_as_they_are_and_batch_norms_averages_with_them() -> None:
    bench = Bench(experiment(), split_for(experiment()), {})
    before = bench.network.state()
    _, training = run(experiment())
    after = training.checkpoint().state
    for name in before:
        is_same = np.array_equal(before[name], after[name])
        assert is_same == name.startswith(tuple(f"{key}." for key in FRONT)), name
    assert "conv1.weight" not in bench.parameters
    assert "conv3.weight" in bench.parameters


def test_a_batch_norm_whose_averages_are_free_moves_them_though_its_scale_is_frozen() -> None:
    graph = network()
    graph = edits.update(graph, replace(graph.node("norm1"), frozen=("weight", "bias")))
    after = run(experiment(graph))[1].checkpoint().state
    assert after["norm1.running_mean"].any()
    assert not after["norm1.bias"].any()


def test_what_is_kept_gives_the_run_that_computing_all_of_it_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, training = run(experiment())
    plain, other = without_keeping(monkeypatch, experiment())
    np.testing.assert_allclose(losses(kept), losses(plain), rtol=2e-5)
    ours, theirs = training.checkpoint().state, other.checkpoint().state
    for name in theirs:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-3, atol=1e-5, err_msg=name)
    last, plain_last = kept[-1], plain[-1]
    assert isinstance(last, Finished)
    assert isinstance(plain_last, Finished)
    assert last.test_loss == pytest.approx(plain_last.test_loss, rel=1e-4)


def test_each_example_goes_through_the_front_once() -> None:
    wanted = experiment()
    split = split_for(wanted)
    training = Training(wanted, split)
    front = training._bench._front  # pyright: ignore[reportPrivateUsage]
    assert front is not None
    seen: list[int] = []
    module = front._cut.front  # pyright: ignore[reportPrivateUsage]
    module.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
    list(training.events())
    examples = len(split.x_train) + len(split.x_validation) + len(split.x_test)
    assert set(seen) == {32}, "always so many at once, so that the numbers do not depend on their company"
    assert examples <= sum(seen) < 1.4 * examples


def test_a_run_that_is_taken_up_again_goes_on_exactly() -> None:
    wanted = experiment()
    whole, _ = run(wanted)
    training = Training(wanted, split_for(wanted))
    first: list[Event] = []
    for event in training.events():
        first.append(event)
        if isinstance(event, BatchDone) and event.step == 7:
            break
    rest = Training(wanted, split_for(wanted), resume=training.checkpoint())
    assert losses([*first, *rest.events()]) == losses(whole)


def test_freezing_and_thawing_go_on_with_the_same_curve() -> None:
    """First the head alone, then everything: training goes on where it stands."""
    first = experiment()
    _, training = run(first)
    thawed = replace(first, graph=network(()), training=replace(first.training, epochs=5))
    going_on = Training(thawed, split_for(thawed), resume=training.checkpoint())
    events = list(going_on.events())
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [4, 5]
    assert not np.array_equal(going_on.checkpoint().state["conv1.weight"], training.checkpoint().state["conv1.weight"])


def loose_end(graph: Graph) -> Graph:
    """A short cut from the first frozen layers past the last one: they end at two places."""
    graph = edits.add(graph, node("more", "conv2d", out_channels=8, kernel_size=(4, 4), stride=(2, 2)))
    graph = edits.add(graph, node("sum", "add"))
    graph = edits.connect(graph, Edge("relu1", "more"))
    graph = edits.disconnect(graph, Edge("conv3", "flatten1"))
    graph = edits.add(graph, node("small", "max_pool2d", kernel_size=(2, 2), stride=(1, 1)))
    graph = edits.connect(edits.connect(graph, Edge("more", "small")), Edge("small", "sum", 0, 1))
    return edits.connect(edits.connect(graph, Edge("conv3", "sum")), Edge("sum", "flatten1"))


@pytest.mark.parametrize(
    "change",
    [
        lambda graph: network(()),
        lambda graph: network(("conv2",)),
        lambda graph: edits.update(graph, replace(graph.node("norm1"), frozen=("weight", "bias"))),
        loose_end,
    ],
    ids=["nothing frozen", "a learning layer before it", "averages that move", "two ends"],
)
def test_nothing_is_kept_where_something_before_it_changes(change: Callable[[Graph], Graph]) -> None:
    bench = Bench(experiment(change(network())), split_for(experiment()), {})
    assert bench._front is None  # pyright: ignore[reportPrivateUsage]


def test_changed_examples_are_computed_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = experiment()
    wanted = replace(wanted, training=replace(wanted.training, augmentation={"shift": 0.2}))
    kept, _ = run(wanted)
    plain, _ = without_keeping(monkeypatch, wanted)
    np.testing.assert_allclose(losses(kept), losses(plain), rtol=2e-5)
    assert losses(kept)[:5] != losses(run(experiment())[0])[:5]


def test_between_frozen_layers_nothing_is_dropped_but_behind_them_it_is() -> None:
    graph = edits.insert_on_edge(network(), node("dropout0", "dropout", p=0.5), Edge("norm1", "relu1"))
    bench = Bench(experiment(graph), split_for(experiment(graph)), {})
    assert bench.network.at_rest == {"norm1", "dropout0"}
    bench.network.train()
    modes = {key: layer.training for key, layer in bench.network.children.items() if "drop" in key}
    assert modes == {"dropout0": False, "dropout1": True}
    assert bench._front is not None  # pyright: ignore[reportPrivateUsage]
    learning = edits.update(graph, replace(graph.node("conv2"), frozen=()))
    assert Bench(experiment(learning), split_for(experiment(learning)), {}).network.at_rest == {"norm1"}


def test_the_curve_says_where_other_layers_began_to_learn() -> None:
    first = experiment()
    events, training = run(first)
    history = History()
    thawed = replace(first, graph=network(()), training=replace(first.training, epochs=4))
    for event in (*events, *Training(thawed, split_for(thawed), resume=training.checkpoint()).events()):
        history.add(event)
    assert history.changes == ((3.0, "which layers learn"),)
    assert History.from_arrays(history.to_arrays()).changes == history.changes
