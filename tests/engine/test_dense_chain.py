"""Chains of dense layers: which networks are some, and what edits of a chain as a whole make of it."""

from __future__ import annotations

import pytest

from playground.data import data_set
from playground.engine import chain_edits
from playground.engine.dense_chain import DenseChain, find_dense_chain
from playground.engine.shapes import analyse
from playground.graph import edits
from playground.graph.model import Edge, Graph
from playground.layers.plane import FEATURES
from playground.zoo import zoo_experiment
from tests.train.toy_runs import chain, node, pictures


def circle() -> Graph:
    return zoo_experiment("circle").graph


def found(graph: Graph) -> DenseChain:
    it = find_dense_chain(graph)
    assert it is not None
    return it


def shape(graph: Graph) -> list[tuple[str, object]]:
    """The types in a row, with their units; and that the network can be trained."""
    analysis = analyse(graph, data_set("circle"))
    assert not analysis.errors, analysis.errors
    return [(graph.node(key).type, graph.node(key).params.get("out_features")) for key in graph.order]


def test_the_toy_networks_are_chains() -> None:
    for key, hidden in (("line", 0), ("circle", 2), ("three-spirals", 2), ("hills", 2)):
        it = found(zoo_experiment(key).graph)
        assert len(it.hidden) == hidden
        assert [stage.output for stage in it.hidden] == [f"tanh{n + 1}" for n in range(hidden)]
        assert it.loss == "loss"


def test_other_networks_are_none() -> None:
    graph = circle()
    side = edits.append(graph, node("side", "squared_error", auxiliary=True), "tanh1")
    shortcut = edits.connect(edits.append(graph, node("sum", "add"), "tanh1"), Edge("fc1", "sum", 0, 1))
    cut = edits.disconnect(graph, graph.outgoing("fc2")[0])
    before = edits.insert_on_edge(graph, node("bend", "tanh"), *graph.outgoing("input"))
    for other in (Graph(), pictures().graph, side, shortcut, cut, before, edits.remove(graph, ["loss"])):
        assert find_dense_chain(other) is None


def test_layers_come_like_the_last_and_go() -> None:
    graph = circle()
    more = chain_edits.add_hidden(graph, found(graph))
    more = chain_edits.add_hidden(more, found(more))
    hidden = [("dense", 4), ("tanh", None), ("dense", 2), ("tanh", None)]
    assert shape(more) == [("input", None), *hidden, *hidden[2:] * 2, ("dense", 2), ("cross_entropy", None)]
    places = [each.position for each in more]
    assert len(set(places)) == len(places), "no card lies on another"
    while found(more).hidden:
        more = chain_edits.remove_hidden(more, found(more))
    assert shape(more) == [("input", None), ("dense", 2), ("cross_entropy", None)]
    assert chain_edits.remove_hidden(more, found(more)) == more
    assert shape(chain_edits.add_hidden(more, found(more)))[1:3] == [("dense", 4), ("tanh", None)]


def test_one_activation_for_all_hidden_layers() -> None:
    graph = chain(
        *(node("input", "input", shape=(2,)), node("a", "dense", out_features=3), node("b", "dense", out_features=3)),
        *(node("bend", "leaky_relu", negative_slope=0.5), node("drop", "dropout")),
        *(node("out", "dense", out_features=2), node("loss", "cross_entropy")),
    )
    assert chain_edits.activation_of(graph, found(graph)) == ""
    bent = chain_edits.set_activation(graph, found(graph), "sine")
    assert chain_edits.activation_of(bent, found(bent)) == "sine"
    assert [kind for kind, _ in shape(bent)][1:7] == ["dense", "sine", "dense", "sine", "dropout", "dense"]
    assert chain_edits.activation_of(circle(), found(circle())) == "tanh"


def test_features_come_and_go_with_their_layer() -> None:
    graph = circle()
    assert chain_edits.features_of(graph, found(graph)) == ("x1", "x2")
    more = chain_edits.choose_features(graph, found(graph), {"x1", "x2", "sin_x1"})
    assert chain_edits.features_of(more, found(more)) == ("x1", "x2", "sin_x1")
    assert analyse(more).layers["fc1"].inputs == ((3,),)
    everything = chain_edits.choose_features(more, found(more), FEATURES)
    assert len([each for each in everything if each.type == "plane_features"]) == 1
    assert analyse(everything).layers["fc1"].inputs == ((7,),)
    back = chain_edits.choose_features(everything, found(everything), ["x2", "x1"])
    assert shape(back) == shape(graph)
    for wanted in ((), ("x3",)):
        with pytest.raises(ValueError, match="at least one of the features x1, x2"):
            chain_edits.choose_features(graph, found(graph), wanted)
