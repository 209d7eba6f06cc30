from __future__ import annotations

from dataclasses import replace

from playground.graph.blocks import group, set_open
from playground.graph.edits import append, connect
from playground.graph.model import Block, Edge, Graph, Node
from playground.graph.outline import Entrance, outline


def residual() -> Graph:
    """start → (conv → sum, and start → sum) → end, conv and sum in a closed block."""
    graph = Graph((Node("start", "input"), Node("conv", "conv2d", block="b"), Node("sum", "add", block="b")))
    for edge in (Edge("start", "conv"), Edge("conv", "sum"), Edge("start", "sum", 0, 1)):
        graph = connect(graph, edge)
    return append(replace(graph, blocks=(Block("b"),)), Node("end", "relu"), "sum")


def test_without_blocks_everything_is_on_show() -> None:
    graph = replace(residual(), blocks=(), nodes=tuple(replace(node, block="") for node in residual().nodes))
    seen = outline(graph)
    assert seen.cards == ("start", "conv", "sum", "end")
    assert [thread.edges for thread in seen.threads] == [(edge,) for edge in graph.edges]


def test_a_closed_block_is_one_card_and_wires_to_the_same_port_are_one() -> None:
    seen = outline(residual())
    assert seen.cards == ("start", "b", "end")
    assert seen.inputs["b"] == (Entrance("start", (("conv", 0), ("sum", 1))),)
    assert seen.outputs["b"] == ("sum",)
    assert [(thread.source, thread.target, len(thread.edges)) for thread in seen.threads] == [
        ("start", "b", 2),
        ("b", "end", 1),
    ]


def test_an_open_block_is_a_frame_around_its_layers() -> None:
    seen = outline(set_open(residual(), "b", True))
    assert seen.cards == ("start", "conv", "sum", "end")
    assert seen.frames == ("b",)


def test_of_nested_blocks_the_outermost_closed_one_is_shown() -> None:
    graph, outer = group(residual(), ["b", "end"], "Outer")
    seen = outline(graph)
    assert seen.cards == ("start", "b", "end")
    assert seen.frames == (outer,)
    assert outline(set_open(graph, outer, False)).cards == ("start", outer)
    inner_open = set_open(set_open(graph, "b", True), outer, False)
    assert outline(inner_open).frames == ()


def test_a_block_that_nothing_feeds_yet_has_a_free_port_and_a_loose_end() -> None:
    graph = Graph(
        (Node("conv", "conv2d", block="b"), Node("relu", "relu", block="b")), (Edge("conv", "relu"),), (Block("b"),)
    )
    seen = outline(graph)
    assert seen.inputs["b"] == (Entrance("", (("conv", 0),)),)
    assert seen.outputs["b"] == ("relu",)
    assert outline(graph, takes_input=lambda node: node.id != "conv").inputs["b"] == ()
