"""Which edits leave a run the same, and which make another one of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from playground.data import DataError
from playground.data.permutation import put_in_order
from playground.graph import blocks, edits
from playground.graph.experiment import DataSettings, Experiment
from playground.graph.model import Graph
from playground.train import fingerprint, same_run, split_for
from tests.train.toy_runs import node, points


def with_graph(experiment: Experiment, change: Callable[[Graph], Graph]) -> Experiment:
    return replace(experiment, graph=change(experiment.graph))


def test_the_split_is_that_of_the_settings() -> None:
    experiment = replace(points(), data=DataSettings("circle", train_size=40, validation_fraction=0.2))
    split = split_for(experiment)
    assert (len(split.x_train), len(split.x_validation), len(split.x_test)) == (40, 50, 250)
    other = split_for(replace(experiment, seed=5))
    assert not np.array_equal(split.x_train, other.x_train)


def test_pixels_are_put_into_their_order_before_the_split() -> None:
    data = DataSettings("digits8x8", train_size=20)
    plain, permuted = (split_for(replace(points(), data=replace(data, permuted=seed))) for seed in (0, 7))
    np.testing.assert_array_equal(permuted.x_train, put_in_order(plain.x_train, 7))
    np.testing.assert_array_equal(permuted.x_test, put_in_order(plain.x_test, 7))
    np.testing.assert_array_equal(permuted.y_train, plain.y_train)


def test_an_unknown_data_set_is_refused() -> None:
    with pytest.raises(DataError, match="no data set called “circel”"):
        split_for(replace(points(), data=DataSettings("circel")))


def test_nothing_can_be_learnt_from_the_photographs() -> None:
    with pytest.raises(DataError, match="“Photographs” are there to be looked at"):
        split_for(replace(points(), data=DataSettings("imagenet")))


@pytest.mark.parametrize(
    "change",
    [
        lambda e: with_graph(e, lambda g: blocks.move(g, {"fc1": (300.0, 20.0)})),
        lambda e: with_graph(e, lambda g: edits.rename(g, "fc1", "hidden")),
        lambda e: with_graph(e, lambda g: edits.set_params(g, "fc1", {"bias": True})),
        lambda e: with_graph(e, lambda g: Graph(tuple(reversed(g.nodes)), g.edges)),
        lambda e: replace(e, training=replace(e.training, learning_rate=1.0, batch_size=7, epochs=99, optimizer="sgd")),
        lambda e: with_graph(e, lambda g: edits.update(g, replace(g.node("fc1"), frozen=("bias",)))),
        lambda e: with_graph(e, lambda g: edits.update(g, replace(g.node("fc1"), rate=0.1))),
    ],
    ids=["moved", "renamed", "default restated", "other order of nodes", "other settings", "frozen", "slower"],
)
def test_what_computes_the_same_is_the_same_run(change: Callable[[Experiment], Experiment]) -> None:
    after = change(points())
    assert after != points()
    assert same_run(points(), after)
    assert fingerprint(points()) == fingerprint(after)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: with_graph(e, lambda g: edits.set_params(g, "fc1", {"out_features": 9})),
        lambda e: with_graph(e, lambda g: edits.insert_on_edge(g, node("relu1", "relu"), g.edges[1])),
        lambda e: with_graph(e, lambda g: edits.update(g, replace(g.node("fc2"), initial={"bias": (0.0, 1.0)}))),
        lambda e: replace(e, seed=1),
        lambda e: replace(e, data=replace(e.data, noise=0.2)),
        lambda e: replace(e, data=replace(e.data, train_size=10)),
        lambda e: replace(e, data=replace(e.data, permuted=4)),
    ],
    ids=["setting", "layer", "starting values", "seed", "data", "number of examples", "order of pixels"],
)
def test_what_computes_otherwise_is_another_run(change: Callable[[Experiment], Experiment]) -> None:
    after = change(points())
    assert not same_run(points(), after)
    assert fingerprint(points()) != fingerprint(after)
