"""Blocks: grouping, opening, moving, copying and repeating; what the layers compute stays out of it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from playground.graph import blocks
from playground.graph.edits import append, connect, remove, rename
from playground.graph.model import Block, Edge, Graph, GraphError, Node, Note


def chain(*ids: str) -> Graph:
    graph = Graph((Node(ids[0], "input"),))
    for before, node_id in itertools.pairwise(ids):
        graph = append(graph, Node(node_id, "relu", position=(100.0 * len(graph), 0.0)), before)
    return graph


CHAIN = chain("x", "a", "b", "c", "y")


def test_a_group_keeps_nodes_and_wires_as_they_are() -> None:
    graph, block = blocks.group(CHAIN, ["a", "b"], "Stage")
    assert graph.edges == CHAIN.edges
    assert graph.members[block] == ("a", "b")
    assert graph.block(block) == Block(block, "Stage", "", (100.0, 0.0), is_open=True)
    assert blocks.ungroup(graph, block) == CHAIN


def test_what_lies_between_comes_along() -> None:
    graph, block = blocks.group(CHAIN, ["a", "c"])
    assert graph.members[block] == ("a", "b", "c")


def test_blocks_can_be_grouped_with_layers() -> None:
    graph, inner = blocks.group(CHAIN, ["a", "b"])
    graph, outer = blocks.group(graph, [inner, "c"])
    assert graph.enclosing("a") == (inner, outer)
    assert graph.members[outer] == ("a", "b", "c")
    assert blocks.ungroup(graph, outer).enclosing("a") == (inner,)


def test_a_layer_of_a_block_and_one_outside_group_around_the_block() -> None:
    graph, inner = blocks.group(CHAIN, ["a", "b"])
    graph, outer = blocks.group(graph, ["b", "c"])
    assert graph.block(inner).parent == outer


def test_nothing_cannot_be_grouped() -> None:
    with pytest.raises(GraphError, match="Select the layers"):
        blocks.group(CHAIN, [])


def test_a_block_cannot_be_put_inside_itself() -> None:
    graph, outer = blocks.group(CHAIN, ["a", "b", "c"])
    graph, inner = blocks.group(graph, ["a"])
    with pytest.raises(GraphError, match="inside itself"):
        blocks.put_into(graph, [outer], inner)
    assert blocks.put_into(graph, ["b"], inner).enclosing("b") == (inner, outer)


def test_a_block_left_empty_is_gone() -> None:
    graph, _ = blocks.group(CHAIN, ["a", "b"])
    assert remove(graph, ["a", "b"]).blocks == ()


def test_moving_a_block_moves_everything_in_it() -> None:
    graph, block = blocks.group(CHAIN, ["a", "b"])
    moved = blocks.move(graph, {block: (150.0, 30.0)})
    assert moved.node("a").position == (150.0, 30.0)
    assert moved.node("b").position == (250.0, 30.0)
    assert moved.block(block).position == (150.0, 30.0)
    assert moved.node("c").position == CHAIN.node("c").position


def test_a_copied_block_is_a_block_with_wires_of_its_own() -> None:
    graph, block = blocks.group(CHAIN, ["a", "b"], "Stage")
    pasted, ids = blocks.paste(graph, blocks.fragment(graph, [block]), (30.0, 20.0))
    assert pasted.members[ids[block]] == (ids["a"], ids["b"])
    assert Edge(ids["a"], ids["b"]) in pasted.edges
    assert pasted.incoming(ids["a"]) == ()
    assert pasted.node(ids["a"]).position == (130.0, 20.0)


def test_a_fragment_into_an_empty_graph_keeps_its_ids() -> None:
    pasted, ids = blocks.paste(Graph(), CHAIN)
    assert pasted == CHAIN
    assert all(key == value for key, value in ids.items())


def test_a_given_name_that_is_taken_is_not_copied() -> None:
    named = rename(CHAIN, "a", "Edges")
    pasted, ids = blocks.paste(named, blocks.fragment(named, ["a"]))
    assert pasted.node(ids["a"]).title == ids["a"] == "a1"


def test_ids_that_begin_with_the_block_still_do_in_its_copy() -> None:
    graph = Graph((Node("block1_conv", "relu", block="block1"),), (), (Block("block1"),))
    _, ids = blocks.paste(graph, graph)
    assert ids == {"block1": "block2", "block1_conv": "block2_conv"} or ids["block1_conv"] == f"{ids['block1']}_conv"


def residual() -> tuple[Graph, str]:
    """x → (a → sum, and x → sum) → y, with a and sum in a block."""
    graph = append(chain("x", "a"), Node("sum", "add"), "a")
    graph = append(connect(graph, Edge("x", "sum", 0, 1)), Node("y", "relu"), "sum")
    return blocks.group(graph, ["a", "sum"], "Residual")


def test_a_repeated_block_is_a_chain_of_copies() -> None:
    graph, block = residual()
    repeated, holder = blocks.repeat(graph, block, 3)
    copies = [inner.id for inner in repeated.blocks if inner.parent == holder]
    assert len(copies) == 3
    assert repeated.block(holder).kind == blocks.REPEATED
    for before, after in itertools.pairwise(copies):
        result = blocks.ends(repeated, before)[1]
        assert blocks.ends(repeated, after)[0] == result
    assert repeated.sources("y") == blocks.ends(repeated, copies[-1])[1]
    assert repeated.sources("sum") == ("a", "x")
    assert len(repeated.order) == len(graph) + 4


def test_the_number_of_copies_can_be_changed_both_ways() -> None:
    graph, block = residual()
    three, holder = blocks.repeat(graph, block, 3)
    five, _ = blocks.repeat(three, holder, 5)
    assert len([inner for inner in five.blocks if inner.parent == holder]) == 5
    back, _ = blocks.repeat(five, holder, 3)
    assert {node.id for node in back} == {node.id for node in three}
    assert set(back.edges) == set(three.edges)
    one, _ = blocks.repeat(five, holder, 1)
    assert set(one.edges) == set(graph.edges)


def test_what_has_two_results_cannot_be_repeated() -> None:
    graph, block = residual()
    forked = append(graph, Node("z", "relu"), "a")
    with pytest.raises(GraphError, match="now it has 2"):
        blocks.repeat(forked, block, 2)
    with pytest.raises(GraphError, match="no wire leads into it"):
        blocks.repeat(replace(graph, edges=(Edge("a", "sum"),)), block, 2)
    with pytest.raises(GraphError, match="1 to 200"):
        blocks.repeat(graph, block, 100_000)


def test_notes_are_not_grouped() -> None:
    graph = Graph((Node("a", "relu"),), notes=(Note("n", "words"),))
    grouped, block_id = blocks.group(graph, ["a", "n"])
    assert grouped.members[block_id] == ("a",)
    with pytest.raises(GraphError, match="Select the layers"):
        blocks.group(graph, ["n"])


def test_a_repeated_block_whose_copies_were_taken_apart_is_a_block_like_any_other() -> None:
    nodes = (Node("x", "input"), Node("a", "relu", block="r"))
    graph = Graph(nodes, (Edge("x", "a"),), (Block("r", kind=blocks.REPEATED),))
    repeated, holder = blocks.repeat(graph, "r", 3)
    assert holder != "r"
    assert len(repeated.members[holder]) == 3
