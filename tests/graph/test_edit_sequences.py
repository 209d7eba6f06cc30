"""Any sequence of edits leaves a valid graph, and can be undone to the beginning and redone to the end."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.graph import edits
from playground.graph.diff import diff
from playground.graph.document import Document
from playground.graph.model import Edge, Graph, GraphError, Node

TYPES = ("relu", "conv2d", "dense", "add")
Edit = Callable[[Graph, st.DataObject], Graph]


def node_id(graph: Graph, data: st.DataObject) -> str:
    return data.draw(st.sampled_from([*(node.id for node in graph), "nowhere"]))


def edge(graph: Graph, data: st.DataObject) -> Edge:
    if graph.edges and data.draw(st.booleans()):
        return data.draw(st.sampled_from(graph.edges))
    return Edge(node_id(graph, data), node_id(graph, data), 0, data.draw(st.integers(0, 2)))


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
    "move": lambda graph, data: edits.move(graph, {node_id(graph, data): position(data)}),
    "copy": lambda graph, data: edits.copies(graph, graph.nodes[:3], graph.edges, 30.0)[0],
}


def check_valid(graph: Graph) -> None:
    ids = [node.id for node in graph]
    assert len(set(ids)) == len(ids)
    assert all(edge.source in graph and edge.target in graph for edge in graph.edges)
    ends = [(edge.target, edge.target_port) for edge in graph.edges]
    assert len(set(ends)) == len(ends)
    assert len(graph.order) == len(graph)


def redraw(before: Graph, after: Graph) -> tuple[dict[str, Node], set[Edge]]:
    """What a canvas shows that held `before` and was given only the difference."""
    change = diff(before, after)
    cards = {key: node for key, node in before.by_id.items() if key not in change.removed}
    cards |= {node.id: node for node in (*change.added, *change.changed)}
    return cards, (set(before.edges) - set(change.wires_removed)) | set(change.wires_added)


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
        assert redraw(before, after) == (dict(after.by_id), set(after.edges))
