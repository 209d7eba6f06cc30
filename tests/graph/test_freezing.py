"""Freezing, thawing and rates, as values."""

from __future__ import annotations

import math

import pytest

from playground.graph.edits import append
from playground.graph.freezing import freeze, holds_averages, is_frozen, set_rate, thaw
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
