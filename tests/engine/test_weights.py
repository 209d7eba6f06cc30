from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.engine.compile import compile_network
from playground.engine.shapes import Analysis, analyse
from playground.engine.weights import WeightStore
from playground.graph.edits import insert_on_edge, rename, set_params, update
from playground.graph.model import Edge, Graph
from tests.engine.networks import chain, lenet, node


def learnt(analysis: Analysis, value: float) -> dict[str, np.ndarray]:
    """The state of a network whose every number is `value`, as if learnt."""
    return {key: np.full_like(array, value) for key, array in compile_network(analysis, 0).state().items()}


def after(store: WeightStore, graph: Graph) -> dict[str, np.ndarray]:
    """The state of a network of this graph that takes over what the store knows."""
    analysis = analyse(graph)
    return compile_network(analysis, 0, store.recall(analysis)).state()


def holds(state: dict[str, np.ndarray], layer: str, value: float) -> bool:
    return all((array == value).all() for key, array in state.items() if key.startswith(f"{layer}."))


def test_an_unchanged_network_finds_everything_again() -> None:
    store, analysis = WeightStore(), analyse(lenet())
    store.remember(analysis, learnt(analysis, 7))
    assert all((array == 7).all() for array in after(store, lenet()).values())


def test_an_edit_costs_only_the_layers_that_it_changes() -> None:
    store, analysis = WeightStore(), analyse(lenet())
    store.remember(analysis, learnt(analysis, 7))
    state = after(store, set_params(lenet(), "fc1", {"out_features": 50}))
    assert holds(state, "conv1", 7)
    assert holds(state, "conv2", 7)
    assert not holds(state, "fc1", 7)
    assert not holds(state, "fc2", 7), "its input has another size now"
    assert holds(state, "fc3", 7)
    assert state["fc1.weight"].shape == (50, 400)


def test_a_change_that_keeps_the_shapes_of_the_tensors_counts_too() -> None:
    store, analysis = WeightStore(), analyse(lenet())
    store.remember(analysis, learnt(analysis, 7))
    state = after(store, set_params(lenet(), "conv2", {"dilation": (2, 2)}))
    assert not holds(state, "conv2", 7), "another dilation is another layer"
    assert holds(state, "conv1", 7)


def test_names_and_places_do_not_count() -> None:
    store, analysis = WeightStore(), analyse(lenet())
    store.remember(analysis, learnt(analysis, 7))
    assert holds(after(store, rename(lenet(), "conv1", "Edges")), "conv1", 7)


def test_undoing_an_edit_brings_back_what_was_learnt_before_it() -> None:
    store, first = WeightStore(), analyse(lenet())
    store.remember(first, learnt(first, 7))
    second = analyse(set_params(lenet(), "fc1", {"out_features": 50}))
    store.remember(second, learnt(second, 8))
    undone = after(store, lenet())
    assert holds(undone, "fc1", 7)
    assert holds(undone, "fc2", 7)
    assert holds(undone, "conv1", 8), "what both have in common learnt on"
    assert holds(after(store, set_params(lenet(), "fc1", {"out_features": 50})), "fc1", 8)


def test_inserting_a_layer_keeps_the_others() -> None:
    store, analysis = WeightStore(), analyse(lenet())
    store.remember(analysis, learnt(analysis, 7))
    state = after(store, insert_on_edge(lenet(), node("norm", "batch_norm2d"), Edge("conv1", "relu1")))
    assert holds(state, "conv1", 7)
    assert holds(state, "fc3", 7)
    assert state["norm.weight"].tolist() == [1] * 6


def test_what_was_never_seen_is_not_recalled() -> None:
    assert WeightStore().recall(analyse(lenet())) == {}


def test_an_id_that_begins_like_another_is_another_layer() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("fc1", "dense"), node("fc10", "dense"))
    store, analysis = WeightStore(), analyse(graph)
    store.remember(analysis, learnt(analysis, 7))
    recalled = store.recall(analyse(set_params(graph, "fc10", {"bias": False})))
    assert set(recalled) == {"fc1.weight", "fc1.bias"}


def test_forgetting_starts_afresh() -> None:
    store, analysis = WeightStore(), analyse(lenet())
    store.remember(analysis, learnt(analysis, 7))
    store.forget()
    assert not holds(after(store, lenet()), "conv1", 7)


def test_values_given_by_hand_come_before_what_was_learnt_without_them() -> None:
    store, graph = WeightStore(), chain(node("input", "input", shape=(2,)), node("fc1", "dense", out_features=1))
    analysis = analyse(graph)
    store.remember(analysis, learnt(analysis, 7))
    given = replace(graph.node("fc1"), initial={"weight": ((2.0, 3.0),)})
    assert after(store, update(graph, given))["fc1.weight"].tolist() == [[2.0, 3.0]]
