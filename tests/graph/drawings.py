"""Networks to lay out, and what is true of a good drawing."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from playground.graph.layout import frame
from playground.graph.model import Block, Edge, Graph, Node
from playground.graph.outline import outline

CARD = (150.0, 134.0)
"""The size of the largest usual card."""

Rectangle = tuple[float, float, float, float]


def chain(count: int) -> Graph:
    """Layers one behind the other: n0, n1, …"""
    nodes = tuple(Node(f"n{number}", "relu") for number in range(count))
    return Graph(nodes, tuple(Edge(f"n{n}", f"n{n + 1}") for n in range(count - 1)))


def residual(blocks: int, is_open: bool = True) -> Graph:
    """A stem, so many residual blocks of seven layers with skips, a head."""
    nodes = [Node("input", "input")]
    edges: list[Edge] = []
    last = "input"
    for number in range(blocks):
        skip = last
        for kind in ("conv1", "norm1", "relu1", "conv2", "norm2", "add", "relu2"):
            node = Node(f"b{number}_{kind}", kind.rstrip("12"), block=f"b{number}")
            nodes.append(node)
            edges.append(Edge(last, node.id, 0, 1 if kind == "add" else 0))
            if kind == "add":
                edges.append(Edge(skip, node.id, 0, 0))
            last = node.id
    for kind in ("gap", "dense", "loss"):
        nodes.append(Node(kind, kind))
        edges.append(Edge(last, kind))
        last = kind
    return Graph(tuple(nodes), tuple(edges), tuple(Block(f"b{n}", is_open=is_open) for n in range(blocks)))


def inception() -> Graph:
    """A stem, four branches side by side, a head."""
    branches = (("a1",), ("b1", "b2", "b3"), ("c1", "c2"), ("d1", "d2"))
    ids = ["in", *itertools.chain(*branches), "concat", "out"]
    edges = [Edge("concat", "out")]
    for port, branch in enumerate(branches):
        edges += [Edge(one, other) for one, other in itertools.pairwise(("in", *branch))]
        edges.append(Edge(branch[-1], "concat", 0, port))
    return Graph(tuple(Node(key, "relu") for key in ids), tuple(edges))


def u_net(depth: int, run: int = 3) -> Graph:
    """Down, with a skip at every step, and up again."""
    ids: list[str] = []
    for level in range(depth):
        ids += [f"down{level}_{n}" for n in range(run)]
    ids.append("bottom")
    for level in reversed(range(depth)):
        ids += [f"up{level}", f"concat{level}", *(f"right{level}_{n}" for n in range(run))]
    edges = [
        Edge(one, other, 0, 1 if other.startswith("concat") else 0) for one, other in itertools.pairwise(("in", *ids))
    ]
    edges += [Edge(f"down{level}_{run - 1}", f"concat{level}") for level in range(depth)]
    return Graph(tuple(Node(key, "relu") for key in ("in", *ids)), tuple(edges))


def random_graph(seed: int) -> Graph:
    """Anything: branches, skips, loose ends, loose parts, blocks within blocks, some of them open."""
    chance = random.Random(seed)
    count = chance.randint(1, 60)
    blocks: list[Block] = []
    for number in range(chance.randint(0, 8)):
        parent = chance.choice(["", *(block.id for block in blocks)])
        blocks.append(Block(f"b{number}", parent=parent, is_open=chance.random() < 0.5))
    nodes: list[Node] = []
    block = ""
    for number in range(count):
        if chance.random() < 0.3:
            block = chance.choice(["", *(block.id for block in blocks)])
        nodes.append(Node(f"n{number}", chance.choice(["relu", "multiply", "dense", "concat"]), block=block))
    edges: dict[tuple[str, int], Edge] = {}
    for number in range(1, count):
        for port in range(chance.choice([0, 1, 1, 1, 1, 2, 2, 5])):
            near = max(0, number - chance.choice([1, 1, 1, 3, 30]))
            edges[f"n{number}", port] = Edge(f"n{chance.randint(near, number - 1)}", f"n{number}", 0, port)
    graph = Graph(tuple(nodes), tuple(edges.values()), tuple(blocks))
    return replace(graph, blocks=tuple(block for block in blocks if graph.members[block.id]))


def with_open(graph: Graph, block_id: str, is_open: bool) -> Graph:
    """The graph with one block opened or closed."""
    return replace(graph, blocks=tuple(replace(b, is_open=is_open) if b.id == block_id else b for b in graph.blocks))


def rectangles(graph: Graph) -> dict[str, Rectangle]:
    """Cards and frames on show. A card that only lists come to shows no pictures and is lower."""
    seen = outline(graph)
    found = {block_id: frame(graph, block_id) for block_id in seen.frames}
    ports: dict[str, int] = {}
    for thread in seen.threads:
        ports[thread.target] = max(ports.get(thread.target, 0), thread.target_port)
    low: set[str] = set()
    for node in graph:
        sources = graph.sources(node.id)
        if node.type == "dense" or (sources and low.issuperset(sources)):
            low.add(node.id)
    for card in seen.cards:
        nodes = graph.members[card] if card in graph.block_by_id else (card,)
        x, y = graph.block(card).position if card in graph.block_by_id else graph.node(card).position
        height = 106.0 if low.issuperset(nodes) else CARD[1]
        found[card] = (x, y, CARD[0], max(height, 52.0 + 16 * ports.get(card, 0)))
    return found


def overlaps(graph: Graph) -> list[tuple[str, str]]:
    """Cards and frames that lie on each other, but for frames around what they hold."""
    boxes = rectangles(graph)
    found: list[tuple[str, str]] = []
    for one, other in itertools.combinations(boxes, 2):
        if one in graph.enclosing(other) or other in graph.enclosing(one):
            continue
        (x, y, w, h), (u, v, c, d) = boxes[one], boxes[other]
        if x < u + c and u < x + w and y < v + d and v < y + h:
            found.append((one, other))
    return found


def positions(graph: Graph) -> dict[str, tuple[float, float]]:
    """Of every node and block."""
    return {item.id: item.position for item in (*graph.nodes, *graph.blocks)}
