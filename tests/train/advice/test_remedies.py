"""The lectures' remedies: each does what it says, fits where it is offered, and keeps the weights if it says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.data import data_set
from playground.engine.compile import Network, compile_network
from playground.engine.shapes import analyse
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.train import split_for, train
from playground.train.advice.remedies import Aim, Remedy, remedies, that_run
from playground.zoo import zoo_experiment
from tests.train.toy_runs import chain, node, pictures, points

AIMS: tuple[Aim, ...] = ("overfitting", "underfitting", "diverging", "not learning")
LENET = replace(zoo_experiment("lenet-5"), data=DataSettings("mnist", train_size=500))


def offered(aim: Aim, experiment: Experiment, examples: int = 0) -> dict[str, Remedy]:
    return {remedy.key: remedy for remedy in remedies(aim, experiment, examples)}


def compiled(experiment: Experiment) -> Network:
    analysis = analyse(experiment.graph, data_set(experiment.data.name))
    return compile_network(analysis, experiment.seed, initialiser=experiment.training.starting_values)


def test_the_seven_ways_of_the_lectures_against_overfitting() -> None:
    ways = offered("overfitting", LENET, examples=18_000)
    assert list(ways) == [
        *("more_data", "augmentation", "dropout", "weight_decay", "l1", "batch_norm", "smaller", "early_stopping")
    ]
    assert ways["more_data"].apply(LENET).data.train_size == 2000
    assert ways["weight_decay"].apply(LENET).training.weight_decay == 1e-3
    assert ways["l1"].apply(LENET).training.l1 == 1e-4
    assert ways["early_stopping"].apply(LENET).training.patience == 5
    assert not ways["augmentation"].apply(LENET).training.augmentation.get("flip"), "a mirrored digit is none"
    assert all(remedy.apply(LENET).seed == LENET.seed for remedy in ways.values())


def test_what_is_there_already_is_not_offered_again() -> None:
    settings = TrainingSettings(weight_decay=0.1, l1=0.01, patience=3, augmentation={"shift": 0.1})
    full = replace(pictures(), training=settings, data=DataSettings("mnist"))
    assert set(offered("overfitting", full, examples=18_000)) == {"dropout", "smaller"}, "there is 0.3"
    half = replace(full, graph=offered("overfitting", full)["dropout"].apply(full).graph)
    assert half.graph.node("dropout1").params["p"] == 0.5
    assert set(offered("overfitting", half, 18_000)) == {"smaller"}
    assert offered("overfitting", replace(full, data=DataSettings("mnist", train_size=9000)), 18_000)[
        "more_data"
    ].title.startswith("all 18,000 examples")


def test_dropout_stands_before_dense_layers_that_read_other_layers() -> None:
    graph = offered("overfitting", zoo_experiment("mlp"))["dropout"].apply(zoo_experiment("mlp")).graph
    drops = {n.id for n in graph if n.type == "dropout"}
    assert {edge.target for drop in drops for edge in graph.outgoing(drop)} == {"fc2", "fc3"}
    assert graph.sources("fc1") == ("flatten",), "the pixels themselves are left alone"


def test_batch_norm_stands_between_weights_and_activation() -> None:
    graph = offered("overfitting", LENET)["batch_norm"].apply(LENET).graph
    for hidden, kind in (("conv1", "batch_norm2d"), ("conv2", "batch_norm2d"), ("fc1", "batch_norm1d")):
        (edge,) = graph.outgoing(hidden)
        assert graph.node(edge.target).type == kind
    (loss_side,) = graph.outgoing("fc3")
    assert graph.node(loss_side.target).type == "cross_entropy", "the scores stay as they are"


def test_a_smaller_and_a_larger_network_answer_with_as_many_scores() -> None:
    before = analyse(LENET.graph)
    wanted: tuple[tuple[Aim, str], ...] = (("overfitting", "smaller"), ("underfitting", "bigger"))
    for aim, key in wanted:
        changed = offered(aim, LENET)[key].apply(LENET)
        analysis = analyse(changed.graph, data_set("mnist"))
        assert analysis.can_train
        assert analysis.output_shape == (10,)
        assert (analysis.parameters < before.parameters) == (key == "smaller")


@pytest.mark.parametrize(
    "key", ["lenet-5", "fashion-cnn", "residual-mini", "lenet-5-1998", "circle", "line", "iris-mlp"]
)
def test_what_is_offered_can_be_trained(key: str) -> None:
    experiment = zoo_experiment(key) if key != "iris-mlp" else _on_iris()
    for aim in AIMS:
        for remedy in that_run(experiment, remedies(aim, experiment)):
            changed = remedy.apply(experiment)
            assert changed != experiment, remedy.title
            assert analyse(changed.graph, data_set(changed.data.name)).can_train, remedy.title


def _on_iris() -> Experiment:
    layers = (node("input", "input", shape=(4,)), node("fc1", "dense", out_features=8), node("relu1", "relu"))
    graph = chain(*layers, node("fc2", "dense", out_features=3), node("loss", "cross_entropy"))
    return Experiment(graph, DataSettings("iris"), TrainingSettings())


def test_a_network_that_cannot_be_narrower_is_not_offered_to_be() -> None:
    """The table of LeNet-5's sparse wiring wants all of its maps."""
    experiment = zoo_experiment("lenet-5-1998")
    ways = remedies("overfitting", experiment)
    assert "smaller" in {remedy.key for remedy in ways}
    assert "smaller" not in {remedy.key for remedy in that_run(experiment, ways)}


@pytest.mark.parametrize("aim", AIMS)
def test_where_weights_are_kept_the_network_answers_as_before(aim: Aim) -> None:
    """The oracle: the network with the remedy, given the old tensors, computes the same answers in use."""
    experiment = replace(LENET, training=replace(LENET.training, weight_decay=0.01))
    old = compiled(experiment)
    x = torch.tensor(np.random.default_rng(0).random((2, 1, 28, 28), np.float32))
    old.train(False)
    wanted = old.predictor(x)
    for remedy in remedies(aim, experiment, 18_000):
        if not remedy.keeps_weights:
            continue
        new = compiled(remedy.apply(experiment))
        assert new.state().keys() == old.state().keys(), remedy.title
        new.load(old.state())
        new.train(False)
        assert torch.equal(new.predictor(x), wanted), remedy.title


def test_a_twin_from_the_same_start_begins_with_the_same_weights() -> None:
    """Whatever the remedy adds; layers of another size are drawn anew."""
    old = compiled(LENET).state()
    for remedy in remedies("overfitting", LENET, 18_000):
        if remedy.key != "smaller":
            new = compiled(remedy.apply(LENET)).state()
            assert all(np.array_equal(tensor, new[name]) for name, tensor in old.items()), remedy.title


def test_less_regularisation_takes_everything_that_restrains_away() -> None:
    experiment = replace(pictures(), training=TrainingSettings(weight_decay=0.01, l1=0.001))
    remedy = offered("underfitting", experiment)["less_regularisation"]
    assert remedy.title == "no weight decay and no L1 and no dropout"
    changed = remedy.apply(experiment)
    assert (changed.training.weight_decay, changed.training.l1) == (0, 0)
    assert "dropout1" not in changed.graph
    assert changed.graph.sources("flatten") == ("relu1",)


def test_steps_that_were_too_large_are_a_tenth_as_large() -> None:
    experiment = points(learning_rate=0.5, optimizer="sgd")
    ways = offered("diverging", experiment)
    assert ways["lower_rate"].apply(experiment).training.learning_rate == 0.05
    assert ways["clipping"].apply(experiment).training.clip_grad_norm == 1.0


def test_deep_sigmoids_are_offered_relu() -> None:
    layers = [node("input", "input", shape=(2,))]
    for number in range(1, 5):
        layers += [node(f"fc{number}", "dense", out_features=8), node(f"act{number}", "sigmoid")]
    graph = chain(*layers, node("fc5", "dense", out_features=2), node("loss", "cross_entropy"))
    experiment = Experiment(graph, DataSettings("circle"), TrainingSettings(initialiser="zero"))
    ways = offered("not learning", experiment)
    assert ways["relu"].title == "ReLU instead of Sigmoid"
    assert {n.type for n in ways["relu"].apply(experiment).graph} == {"input", "dense", "relu", "cross_entropy"}
    assert ways["he"].apply(experiment).training.initialiser == "he"


def test_a_run_with_every_remedy_at_once_trains() -> None:
    experiment = points(epochs=1)
    for remedy in remedies("overfitting", experiment):
        experiment = remedy.apply(experiment)
    *_, last = train(experiment, split_for(experiment))
    assert type(last).__name__ == "Finished"
