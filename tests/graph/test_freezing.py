"""Freezing, thawing and rates, as values."""

from __future__ import annotations

import math

import pytest

from playground.graph.edits import append
from playground.graph.freezing import (
    freeze,
    frozen_numbers,
    held_within,
    hold,
    holds_averages,
    is_frozen,
    let_learn,
    set_rate,
    thaw,
)
from playground.graph.model import Graph, GraphError, Node

GRAPH = append(
    append(Graph((Node("input", "input"),)), Node("fc1", "dense"), "input"), Node("norm", "batch_norm1d"), "fc1"
)
PARTS = ("weight", "bias")


def test_what_is_frozen_can_be_thawed_and_nothing_else_changes() -> None:
    frozen = freeze(GRAPH, {"fc1": PARTS})
    assert is_frozen(frozen.node("fc1"), PARTS)
    assert not is_frozen(frozen.node("norm"), PARTS)
    assert frozen.node("norm") is GRAPH.node("norm")
    assert thaw(frozen, ["fc1"]) == GRAPH


def test_a_layer_is_frozen_when_all_of_it_is() -> None:
    part = freeze(GRAPH, {"fc1": ("bias",)})
    assert not is_frozen(part.node("fc1"), PARTS)
    whole = freeze(part, {"fc1": PARTS})
    assert whole.node("fc1").frozen == ("bias", "weight"), "nothing stands there twice"
    assert not is_frozen(GRAPH.node("input"), ()), "what has nothing to learn is not frozen"


def test_freezing_again_gives_the_very_graph() -> None:
    frozen = freeze(GRAPH, {"fc1": PARTS})
    assert freeze(frozen, {"fc1": ("weight",)}) is frozen
    assert set_rate(GRAPH, ["fc1"], 1.0) is GRAPH


def test_averages_are_held_only_where_that_is_said() -> None:
    assert not holds_averages(freeze(GRAPH, {"norm": PARTS}).node("norm"))
    assert holds_averages(freeze(GRAPH, {"norm": (*PARTS, "running_mean", "running_var")}).node("norm"))


@pytest.mark.parametrize("rate", [-0.1, 1001.0, math.nan, math.inf])
def test_rates_that_cannot_be_are_refused(rate: float) -> None:
    with pytest.raises(GraphError, match="0 to 1,000 times"):
        set_rate(GRAPH, ["fc1"], rate)


def test_single_numbers_are_held_until_all_learn_or_the_whole_is_frozen() -> None:
    one = hold(hold(GRAPH, "fc1", ("weight", (1, 0)), on=True), "fc1", ("bias", (0,)), on=True)
    assert one.node("fc1").held == (("bias", (0,)), ("weight", (1, 0)))
    assert hold(one, "fc1", ("bias", (0,)), on=True) is one
    assert hold(hold(one, "fc1", ("bias", (0,)), on=False), "fc1", ("weight", (1, 0)), on=False) == GRAPH
    assert let_learn(one, "fc1", "weight").node("fc1").held == (("bias", (0,)),)
    whole = freeze(one, {"fc1": ("weight",)})
    assert (whole.node("fc1").frozen, whole.node("fc1").held) == (("weight",), (("bias", (0,)),))
    assert thaw(whole, ["fc1"]) == GRAPH


def test_numbers_outside_of_a_smaller_layer_rest() -> None:
    node = hold(hold(GRAPH, "fc1", ("weight", (1, 0)), on=True), "fc1", ("weight", (5, 1)), on=True).node("fc1")
    assert held_within(node, "weight", (8, 2)) == ((1, 0), (5, 1))
    assert held_within(node, "weight", (3, 2)) == ((1, 0),)
    assert held_within(node, "weight", (3, 2, 1)) == held_within(node, "bias", (8,)) == ()
    assert frozen_numbers(node, {"weight": (8, 2), "bias": (8,)}) == 2
    assert frozen_numbers(freeze(GRAPH, {"fc1": ("bias",)}).node("fc1"), {"weight": (8, 2), "bias": (8,)}) == 8
