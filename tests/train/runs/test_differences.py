"""In what runs differ, in plain labels."""

from __future__ import annotations

from dataclasses import replace

from playground.graph import edits
from playground.graph.experiment import Base, Experiment
from playground.graph.freezing import hold
from playground.graph.model import Edge, Node
from playground.train.runs.differences import ABSENT, differences, in_short, network_in_words
from playground.zoo import zoo_experiment
from tests.train.toy_runs import points


def said(*experiments: Experiment) -> dict[str, tuple[str, ...]]:
    return {difference.label: difference.values for difference in differences(experiments)}


def test_the_same_experiment_differs_in_nothing_wherever_its_cards_stand() -> None:
    one = points()
    graph = edits.update(one.graph, replace(one.graph.node("fc1"), position=(50.0, 70.0)))
    graph = edits.set_params(graph, "fc1", {"out_features": 8, "bias": True})  # the defaults, said aloud
    assert differences((one, replace(one, graph=graph))) == ()
    assert in_short(replace(one, graph=graph), one) == ""


def test_settings_are_called_as_in_the_form() -> None:
    one = points()
    other = replace(
        one, seed=3, data=replace(one.data, train_size=100), training=replace(one.training, learning_rate=1e-7)
    )
    assert said(one, other) == {
        "Examples": ("all", "100"),
        "Learning rate": ("0.01", "1e−7"),
        "Seed": ("0", "3"),
    }
    assert in_short(other, one) == "examples 100, learning rate 1e−7, seed 3"


def test_what_a_method_can_be_set_to_counts_only_where_it_plays_a_part() -> None:
    one = points()
    sgd = replace(one, training=replace(one.training, optimizer="sgd", momentum=0.5))
    nesterov = replace(sgd, training=replace(sgd.training, optimizer_params={"nesterov": True}))
    assert said(one, sgd) == {"Method": ("Adam", "SGD"), "Momentum": ("0.9", "0.5")}
    assert said(sgd, nesterov) == {"Nesterov": ("off", "on")}
    assert said(one, nesterov)["Nesterov"] == (ABSENT, "on")
    slower = replace(one, training=replace(one.training, momentum=0.5))
    assert said(one, slower) == {}, "Adam has no momentum of this kind"
    shifted = replace(one, training=replace(one.training, augmentation={"shift": 0.1}))
    assert said(one, shifted) == {"Shift": ("0", "0.1")}


def test_networks_differ_by_layers_settings_and_wires() -> None:
    one = points()
    wire = next(edge for edge in one.graph.edges if edge.source == "tanh1")
    with_dropout = replace(one, graph=edits.insert_on_edge(one.graph, Node("dropout1", "dropout", {"p": 0.3}), wire))
    wider = replace(one, graph=edits.set_params(one.graph, "fc1", {"out_features": 16}))
    frozen = replace(one, graph=edits.update(one.graph, replace(one.graph.node("fc1"), frozen=("weight",))))
    assert said(one, with_dropout, wider) == {
        "fc1: units": ("8", "8", "16"),
        "dropout1": (ABSENT, "Dropout p 0.3", ABSENT),
    }
    assert said(one, frozen) == {"fc1: frozen": ("no", "weight")}
    single = replace(one, graph=hold(one.graph, "fc1", ("weight", (0, 1)), on=True))
    assert said(one, single) == {"fc1: frozen": ("no", "1 single number")}
    assert in_short(with_dropout, one) == "with dropout1 (Dropout p 0.3)"
    assert in_short(one, with_dropout) == "without dropout1"
    assert in_short(wider, one) == "fc1: units 16"
    around = edits.connect(one.graph, Edge("fc1", "fc2"))
    assert said(one, replace(one, graph=around)) == {"Wiring": ("A", "B")}


def test_other_networks_altogether_are_summed_up() -> None:
    small, large = points(), zoo_experiment("lenet-5")
    assert said(small, large)["Network"] == ("2 dense (5 layers)", "2 convolutions, 3 dense (14 layers)")
    assert network_in_words(zoo_experiment("sunspot-gru").graph).startswith("1 dense, 1 recurrent")
    many = differences((small, large))
    words = in_short(large, small, most=2)
    assert words.endswith(f"and {len(many) - 2} more")


def test_what_a_run_begins_with_is_a_difference() -> None:
    experiment = Experiment()
    found = differences((experiment, replace(experiment, base=Base("SqueezeNet 1.1", "abc"))))
    assert [(each.label, each.values) for each in found] == [("Begins with", ("drawn weights", "SqueezeNet 1.1"))]
