"""Automatic layout: what makes a drawing of a network a good one."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from playground.graph.layout import arrange, frame, make_room
from playground.graph.model import Block, Edge, Graph, Node
from playground.graph.outline import outline
from tests.graph.drawings import (
    chain,
    inception,
    overlaps,
    positions,
    random_graph,
    rectangles,
    residual,
    u_net,
    with_open,
)

SEEDS = range(60)


def shape(graph: Graph) -> float:
    """Width of the drawing over its height."""
    boxes = rectangles(graph).values()
    return max(x + w for x, _, w, _ in boxes) / max(y + h for _, y, _, h in boxes)


def nets() -> list[Graph]:
    opened = [residual(5), residual(3, is_open=False), inception(), u_net(4), chain(1), chain(30), Graph()]
    return [*opened, *map(random_graph, SEEDS)]


# ---- every drawing


@pytest.mark.parametrize("graph", nets())
def test_nothing_lies_on_anything_else(graph: Graph) -> None:
    assert overlaps(arrange(graph)) == []


@pytest.mark.parametrize("graph", nets())
def test_everything_stands_on_the_grid_right_of_and_below_the_origin(graph: Graph) -> None:
    for x, y in positions(arrange(graph)).values():
        assert min(x, y) >= 0
        assert (x % 10, y % 10) == (0, 0)


@pytest.mark.parametrize("graph", nets())
def test_only_positions_change_and_they_do_not_depend_on_where_things_stood(graph: Graph) -> None:
    drawn = arrange(graph)
    assert arrange(drawn) == drawn
    assert replace(drawn, nodes=graph.nodes, blocks=graph.blocks) == graph
    assert [replace(node, position=(0.0, 0.0)) for node in drawn] == list(graph)


@pytest.mark.parametrize("graph", nets())
def test_every_open_block_frames_its_contents_with_room_for_a_title(graph: Graph) -> None:
    drawn = arrange(graph)
    for block in drawn.blocks:
        opened = with_open(drawn, block.id, True)
        left, top, width, height = frame(opened, block.id)
        assert (left, top) == block.position
        for item, (x, y, w, h) in rectangles(opened).items():
            if block.id in opened.enclosing(item):
                assert x >= left + 24
                assert y >= top + 34 + 24
                assert x + w <= left + width - 24
                assert y + h <= top + height - 24


@pytest.mark.parametrize("seed", SEEDS)
def test_opening_all_blocks_one_after_the_other_shows_finished_drawings_inside(seed: int) -> None:
    """What a closed block holds was laid out as well."""
    graph = arrange(random_graph(seed))
    for block in sorted(graph.blocks, key=lambda block: len(graph.enclosing(block.id))):
        graph = make_room(graph, with_open(graph, block.id, True), block.id)
    assert overlaps(graph) == []


def test_an_empty_network_is_left_alone() -> None:
    assert arrange(Graph()) == Graph()


def test_wires_that_lead_in_a_circle_are_put_up_with() -> None:
    ring = Graph(chain(4).nodes, (*chain(4).edges, Edge("n3", "n0")))
    assert overlaps(arrange(ring)) == []


def test_a_block_whose_layers_are_not_neighbours_is_put_up_with() -> None:
    graph = chain(5)
    nodes = tuple(replace(node, block="b" if node.id in ("n1", "n3") else "") for node in graph)
    drawn = arrange(replace(graph, nodes=nodes, blocks=(Block("b"),)))
    assert overlaps(drawn) == []


# ---- the spine and its lanes


def test_a_short_chain_is_one_straight_line() -> None:
    assert [node.position for node in arrange(chain(4))] == [(200.0 * n, 0.0) for n in range(4)]


def test_a_long_chain_is_read_like_a_page() -> None:
    drawn = arrange(chain(40))
    rows: dict[float, list[float]] = {}
    for node in drawn:
        rows.setdefault(node.position[1], []).append(node.position[0])
    assert list(rows) == sorted(rows)
    assert all(row == [200.0 * n for n in range(len(row))] for row in rows.values())
    assert 1.2 < shape(drawn) < 2.2


@pytest.mark.parametrize("count", [14, 100, 700])
def test_the_whole_has_about_the_shape_of_a_screen(count: int) -> None:
    assert 1.2 < shape(arrange(chain(count))) < 2.2


def test_the_longest_branch_stays_on_the_spine_and_the_others_follow_the_order_of_the_ports() -> None:
    drawn = arrange(inception())
    y = {node.id: node.position[1] for node in drawn}
    assert y["in"] == y["b1"] == y["b2"] == y["b3"] == y["concat"] == y["out"]
    assert (y["c1"], y["d1"]) == (y["c2"], y["d2"])
    assert y["a1"] < y["b1"] < y["c1"] < y["d1"]


def test_wires_lead_to_the_right() -> None:
    drawn = arrange(inception())
    assert all(drawn.node(e.source).position[0] < drawn.node(e.target).position[0] for e in drawn.edges)


def test_a_skip_has_room_above_the_cards_it_passes() -> None:
    """At its first port the Add is fed by the skip, so that it runs above; the spine stays straight."""
    drawn = arrange(residual(1))
    inside = [node.position[1] for node in drawn if node.block]
    assert len(set(inside)) == 1
    assert inside[0] - frame(drawn, "b0")[1] >= 60
    bare = arrange(replace(residual(1), nodes=tuple(replace(node, block="") for node in residual(1)), blocks=()))
    assert min(y for _, y in positions(bare).values()) > 0


def test_rows_break_between_residual_blocks() -> None:
    graph = residual(6)
    graph = replace(graph, nodes=tuple(replace(node, block="") for node in graph), blocks=())
    drawn = arrange(graph)
    for number in range(6):
        skipped = {drawn.node(f"b{number}_{kind}").position[1] for kind in ("conv1", "norm1", "relu1", "conv2", "add")}
        assert len(skipped) == 1


def test_a_gate_runs_beside_what_it_scales() -> None:
    """Squeeze and excitation: the longer way is the side path, since Multiply only scales what comes in first."""
    ids = ["in", "conv", "gap", "fc1", "fc2", "multiply", "out"]
    edges = [Edge(*pair) for pair in pairwise(ids[:5])]
    edges += [Edge("conv", "multiply", 0, 0), Edge("fc2", "multiply", 0, 1), Edge("multiply", "out")]
    drawn = arrange(Graph(tuple(Node(key, key.rstrip("12")) for key in ids), tuple(edges)))
    y = {node.id: node.position[1] for node in drawn}
    assert y["conv"] == y["multiply"]
    assert y["gap"] == y["fc1"] == y["fc2"] > y["conv"]


def test_a_u_net_goes_down_and_up_and_its_skips_run_over_empty_ground() -> None:
    drawn = arrange(u_net(4))
    y = {node.id: node.position[1] for node in drawn}
    assert y["in"] == y["down0_2"] == y["concat0"] < y["down1_0"] == y["concat1"] < y["down3_0"] < y["bottom"]
    for level in range(4):
        start, end = drawn.node(f"down{level}_2").position, drawn.node(f"concat{level}").position
        between = [node for node in drawn if start[0] < node.position[0] < end[0]]
        assert start[1] == end[1]
        assert all(node.position[1] >= start[1] + 134 for node in between)


def test_what_hangs_together_stands_together() -> None:
    two = Graph((*chain(3).nodes, Node("a", "relu"), Node("b", "relu")), (*chain(3).edges, Edge("a", "b")))
    drawn = arrange(two)
    assert {drawn.node(key).position[1] for key in ("n0", "n1", "n2")} == {0.0}
    assert drawn.node("a").position[1] == drawn.node("b").position[1] > 134


def test_an_open_block_is_level_with_the_spine_around_it() -> None:
    graph = chain(4)
    nodes = tuple(replace(node, block="b" if node.id in ("n1", "n2") else "") for node in graph)
    drawn = arrange(replace(graph, nodes=nodes, blocks=(Block("b", is_open=True),)))
    assert len({node.position[1] for node in drawn}) == 1


# ---- opening and closing


@pytest.mark.parametrize("seed", SEEDS)
def test_opening_a_block_makes_room_and_closing_it_gives_everything_its_place_back(seed: int) -> None:
    graph = arrange(random_graph(seed))
    for block in graph.blocks:
        toggled = make_room(graph, with_open(graph, block.id, not block.is_open), block.id)
        assert overlaps(toggled) == []
        if not block.is_open:
            back = make_room(toggled, with_open(toggled, block.id, False), block.id)
            assert positions(back) == positions(graph)


@pytest.mark.parametrize("seed", range(20))
def test_blocks_opened_and_closed_in_any_order_leave_no_trace(seed: int) -> None:
    chance = random.Random(seed)
    closed = replace(residual(7, is_open=False), notes=())
    start = graph = arrange(closed)
    opened: list[str] = []
    for block_id in chance.sample([block.id for block in graph.blocks], 5):
        graph = make_room(graph, with_open(graph, block_id, True), block_id)
        opened.append(block_id)
        assert overlaps(graph) == []
    for block_id in reversed(opened):
        graph = make_room(graph, with_open(graph, block_id, False), block_id)
    assert positions(graph) == positions(start)


def test_opening_a_block_moves_nothing_above_or_left_of_it() -> None:
    graph = arrange(residual(12, is_open=False))
    block = graph.block("b7")
    opened = make_room(graph, with_open(graph, "b7", True), "b7")
    cards = set(outline(graph).cards) - {"b7"}
    before, after = positions(graph), positions(opened)
    for card in cards:
        (x, y), moved = before[card], after[card] != before[card]
        is_right = y == block.position[1] and x > block.position[0]
        is_below = y > block.position[1]
        assert moved == (is_right or is_below), card


def test_a_block_without_a_change_leaves_everything_alone() -> None:
    graph = arrange(residual(3))
    assert make_room(graph, graph, "b1") == graph


def test_opening_a_block_within_a_block_makes_room_outside_too() -> None:
    graph = residual(4, is_open=False)
    blocks = (Block("stage", is_open=True), *(replace(block, parent="stage") for block in graph.blocks))
    graph = arrange(replace(graph, blocks=blocks))
    opened = make_room(graph, with_open(graph, "b1", True), "b1")
    assert overlaps(opened) == []
    assert frame(opened, "stage")[2] > frame(graph, "stage")[2]
    assert positions(make_room(opened, graph_closed(opened, "b1"), "b1")) == positions(graph)


def graph_closed(graph: Graph, block_id: str) -> Graph:
    return with_open(graph, block_id, False)


# ---- tidying a selection


def test_tidying_some_cards_leaves_the_others_alone() -> None:
    graph = chain(8)
    mess = {f"n{n}": (37.0 * n, 900.0 + 11 * (n % 3)) for n in range(4, 8)}
    drawn = arrange(graph)
    scattered = replace(drawn, nodes=tuple(replace(n, position=mess.get(n.id, n.position)) for n in drawn))
    tidy = arrange(scattered, only=list(mess))
    assert [tidy.node(f"n{n}").position for n in range(4)] == [drawn.node(f"n{n}").position for n in range(4)]
    placed = [tidy.node(f"n{n}").position for n in range(4, 8)]
    assert placed == [(placed[0][0] + 200.0 * n, placed[0][1]) for n in range(4)]
    assert placed[0] == (148.0, 900.0)
    assert overlaps(tidy) == []


def test_tidied_cards_go_below_what_is_in_their_way() -> None:
    nodes = (Node("other", "relu", position=(210.0, 0.0)), Node("a", "relu"), Node("b", "relu", position=(20.0, 9.0)))
    tidy = arrange(Graph(nodes, (Edge("a", "b"),)), only=["a", "b"])
    assert tidy.node("other").position == (210.0, 0.0)
    assert tidy.node("a").position[1] == tidy.node("b").position[1] > 134


@pytest.mark.parametrize("seed", range(20))
def test_tidying_any_selection_puts_nothing_on_anything_else(seed: int) -> None:
    chance = random.Random(seed)
    graph = arrange(random_graph(seed))
    cards = [*outline(graph).cards, *outline(graph).frames]
    tidy = arrange(graph, only=chance.sample(cards, len(cards) // 2))
    assert overlaps(tidy) == []
