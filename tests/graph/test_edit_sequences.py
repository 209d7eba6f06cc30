"""Any sequence of edits leaves a valid graph, and can be undone to the beginning and redone to the end."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.graph import blocks, edits
from playground.graph.diff import diff
from playground.graph.document import Document
from playground.graph.model import Edge, Graph, GraphError, Node
from playground.graph.outline import Outline, Thread, outline

TYPES = ("relu", "conv2d", "dense", "add")
Edit = Callable[[Graph, st.DataObject], Graph]


def node_id(graph: Graph, data: st.DataObject) -> str:
    return data.draw(st.sampled_from([*(node.id for node in graph), "nowhere"]))


def edge(graph: Graph, data: st.DataObject) -> Edge:
    if graph.edges and data.draw(st.booleans()):
        return data.draw(st.sampled_from(graph.edges))
    return Edge(node_id(graph, data), node_id(graph, data), 0, data.draw(st.integers(0, 2)))


def block_id(graph: Graph, data: st.DataObject) -> str:
    return data.draw(st.sampled_from([*(block.id for block in graph.blocks), "nowhere"]))


def some_items(graph: Graph, data: st.DataObject) -> list[str]:
    items = [*graph.by_id, *graph.block_by_id]
    return data.draw(st.lists(st.sampled_from(items), max_size=3)) if items else []


def new_node(graph: Graph, data: st.DataObject) -> Node:
    kind = data.draw(st.sampled_from(TYPES))
    taken = data.draw(st.booleans()) and len(graph) > 0
    return Node(graph.nodes[0].id if taken else edits.fresh_id(graph, kind), kind)


def position(data: st.DataObject) -> tuple[float, float]:
    return data.draw(st.tuples(st.integers(0, 3).map(float), st.integers(0, 3).map(float)))


EDITS: dict[str, Edit] = {
    "add": lambda graph, data: edits.add(graph, new_node(graph, data)),
    "append": lambda graph, data: edits.append(graph, new_node(graph, data), node_id(graph, data)),
    "remove": lambda graph, data: edits.remove(graph, [node_id(graph, data)]),
    "bridge": lambda graph, data: edits.remove_and_bridge(graph, graph.node(node_id(graph, data)).id),
    "connect": lambda graph, data: edits.connect(graph, edge(graph, data)),
    "disconnect": lambda graph, data: edits.disconnect(graph, edge(graph, data)),
    "insert": lambda graph, data: edits.insert_on_edge(graph, new_node(graph, data), edge(graph, data)),
    "set": lambda graph, data: edits.set_params(graph, node_id(graph, data), {"bias": data.draw(st.booleans())}),
    "rename": lambda graph, data: edits.rename(graph, node_id(graph, data), data.draw(st.sampled_from(["", "A", "B"]))),
    "move": lambda graph, data: blocks.move(graph, {node_id(graph, data): position(data)}),
    "copy": lambda graph, data: blocks.paste(graph, blocks.fragment(graph, some_items(graph, data)), (30.0, 0.0))[0],
    "group": lambda graph, data: blocks.group(graph, some_items(graph, data), "Group")[0],
    "ungroup": lambda graph, data: blocks.ungroup(graph, block_id(graph, data)),
    "open": lambda graph, data: blocks.set_open(graph, block_id(graph, data), data.draw(st.booleans())),
    "repeat": lambda graph, data: blocks.repeat(graph, block_id(graph, data), data.draw(st.integers(0, 3)))[0],
    "put into": lambda graph, data: blocks.put_into(graph, some_items(graph, data), block_id(graph, data)),
    "move block": lambda graph, data: blocks.move(graph, {block_id(graph, data): position(data)}),
}


def check_valid(graph: Graph) -> None:
    ids = [node.id for node in graph]
    assert len(set(ids)) == len(ids)
    assert all(edge.source in graph and edge.target in graph for edge in graph.edges)
    ends = [(edge.target, edge.target_port) for edge in graph.edges]
    assert len(set(ends)) == len(ends)
    assert len(graph.order) == len(graph)
    taken = [*ids, *graph.block_by_id]
    assert len(set(taken)) == len(taken)
    assert all(graph.members[block.id] for block in graph.blocks)
    assert all(block.id not in graph.enclosing(block.id) for block in graph.blocks)
    seen = outline(graph)
    drawn = {edge for thread in seen.threads for edge in thread.edges}
    assert all(
        (edge in drawn) == (seen.stands_for[edge.source] != seen.stands_for[edge.target]) for edge in graph.edges
    )


def redraw(before: Outline, after: Outline) -> tuple[set[str], set[str], set[Thread]]:
    """What a canvas shows that held `before` and was given only the difference."""
    change = diff(before, after)
    cards = (set(before.cards) - set(change.cards_removed)) | set(change.cards_added)
    frames = (set(before.frames) - set(change.frames_removed)) | set(change.frames_added)
    assert all(key in change.changed for key in cards & set(before.cards) if before.item(key) != after.item(key))
    return cards, frames, (set(before.threads) - set(change.wires_removed)) | set(change.wires_added)


@settings(max_examples=60)
@given(st.data())
def test_edits_keep_the_graph_valid_and_can_all_be_undone(data: st.DataObject) -> None:
    document = Document()
    passed = [document.graph]
    for name in data.draw(st.lists(st.sampled_from(sorted(EDITS)), max_size=25)):
        try:
            after = EDITS[name](document.graph, data)
        except GraphError:
            continue
        check_valid(after)
        if after != document.graph:
            passed.append(after)
        document.edit(name, after)
    for expected in reversed(passed):
        assert document.graph == expected
        document.undo()
    assert document.graph == passed[0]
    for before, after in pairwise(passed):
        document.redo()
        assert document.graph == after
        seen = outline(after)
        assert redraw(outline(before), seen) == (set(seen.cards), set(seen.frames), set(seen.threads))
