"""A graph taken apart into its levels: of each block the layers and blocks directly within it, and their sizes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from playground.graph._level import Box, Wire
from playground.graph._room import Rectangle
from playground.graph._strip import Placed, place
from playground.graph.model import Edge, Graph

GRID = 10.0
CARD_WIDTH = 150.0
_PORT = 40.0
"""From the top of a card to its first port, rounded to the grid."""
_PORT_PITCH = 16.0
_PICTURE_CARD, _LIST_CARD = 140.0, 110.0
LEFT, TOP, RIGHT, BOTTOM = 30.0, 60.0, 30.0, 30.0
"""The frame around a block's contents: a title bar of 34 and padding of 24 pixels, rounded up to the grid."""
_FEWEST, _FEWEST_IN_BLOCK = 4, 11
"""So many cards a row has room for at least; a block's contents are better seen in one."""
_GIVE_LISTS = ("dense", "flatten", "perceptron", "adaline", "rbf", "global_avg_pool2d", "global_max_pool2d")
_GIVE_PICTURES = ("reshape",)

Point = tuple[float, float]


class Nesting:
    """The items (layers and blocks) of a graph by level; "" is the outermost level."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._items: dict[str, dict[str, None]] = {"": {}}
        self._paths: dict[str, tuple[str, ...]] = {}
        around: dict[str, tuple[str, ...]] = {"": ()}
        for node in graph.nodes:
            if node.block not in around:
                around[node.block] = (*reversed(graph.enclosing(node.id)),)
            path = (*around[node.block], node.id)
            self._paths[node.id] = path
            for outer, item in zip(("", *path), path, strict=False):
                self._items.setdefault(outer, {})[item] = None

    # ---- what there is

    def parent(self, item: str) -> str:
        """The block directly around an item; empty for none."""
        graph = self._graph
        return graph.by_id[item].block if item in graph.by_id else graph.block_by_id[item].parent

    def items(self, block_id: str) -> tuple[str, ...]:
        """What lies directly in a block, in the order of the graph."""
        return tuple(self._items.get(block_id, ()))

    def is_open(self, item: str) -> bool:
        """Whether an item is an open block."""
        return item in self._graph.block_by_id and self._graph.block_by_id[item].is_open

    def position(self, item: str) -> Point:
        """The upper left corner of an item."""
        graph = self._graph
        return graph.by_id[item].position if item in graph.by_id else graph.block_by_id[item].position

    def rectangle(self, item: str) -> Rectangle:
        """The card of an item, or the frame of an open block."""
        if self.is_open(item):
            return self.frame(item)
        return (*self.position(item), CARD_WIDTH, self._card_height(item))

    def frame(self, block_id: str) -> Rectangle:
        """The frame of a block, as if it were open."""
        left, top = self.position(block_id)
        right, bottom = left + CARD_WIDTH, top + _PICTURE_CARD
        for item in self.items(block_id):
            x, y, width, height = self.rectangle(item)
            left, top = min(left, x - LEFT), min(top, y - TOP)
            right, bottom = max(right, x + width + RIGHT), max(bottom, y + height + BOTTOM)
        return left, top, right - left, bottom - top

    def carried(self, shifts: Mapping[str, Point]) -> dict[str, Point]:
        """New positions of the items, and of all that lies within them, when each item is moved by so much."""
        found: dict[str, Point] = {}
        todo = list(shifts.items())
        while todo:
            item, (right, down) = todo.pop()
            x, y = self.position(item)
            found[item] = (x + right, y + down)
            todo += [(inner, (right, down)) for inner in self.items(item)]
        return found

    # ---- laying out

    def arranged(self) -> dict[str, Point]:
        """A new position for every node and block."""
        graph = self._graph
        placed: dict[str, Placed] = {}
        depth = {block_id: len(graph.enclosing(block_id)) + 1 for block_id in self._items if block_id} | {"": 0}
        for block_id in sorted(self._items, key=lambda key: -depth[key]):
            items = self.items(block_id)
            fewest = _FEWEST_IN_BLOCK if block_id else _FEWEST
            placed[block_id] = place([self._box(item, placed.get(item)) for item in items], self.wires(items), fewest)
        found: dict[str, Point] = {}
        todo: list[tuple[str, float, float]] = [("", 0.0, 0.0)]
        while todo:
            block_id, left, top = todo.pop()
            for item, (x, y) in zip(self.items(block_id), placed[block_id].corners, strict=True):
                found[item] = (left + x, top + y)
                if item in placed:
                    todo.append((item, left + x + LEFT, top + y + TOP))
        return found

    def tidied(self, items: Iterable[str]) -> dict[str, Rectangle]:
        """Some items of one level laid out by themselves from the origin on; blocks keep the drawing they hold."""
        ids = tuple(items)
        boxes: list[Box] = []
        for item in ids:
            _, top, width, height = self.rectangle(item)
            inner = self.position(self.items(item)[0])[1] - top if self.is_open(item) else 0.0
            boxes.append(Box(width, height, inner + _PORT, self._weight(item)))
        corners = place(boxes, self.wires(ids)).corners
        return {item: (*corner, box.width, box.height) for item, corner, box in zip(ids, corners, boxes, strict=True)}

    def wires(self, items: tuple[str, ...]) -> list[Wire]:
        """The wires between items of one level, by their numbers."""
        number = {item: place for place, item in enumerate(items)}
        level = self.parent(items[0]) if items else ""
        return [
            Wire(number[source], number[target], port, aside)
            for source, target, port, aside in self._wires_of.get(level, ())
            if source in number and target in number
        ]

    @cached_property
    def _wires_of(self) -> Mapping[str, list[tuple[str, str, int, bool]]]:
        """Of every level: source, target, port, and whether the wire only scales what another one brings."""
        found: dict[str, list[tuple[str, str, int, bool]]] = defaultdict(list)
        ports: dict[str, dict[str, int]] = defaultdict(dict)
        for edge in self._graph.edges:
            if edge.source == edge.target:
                continue
            level, source, target = self._meeting(edge)
            port = edge.target_port
            if target in self._graph.block_by_id:
                port = ports[target].setdefault(edge.source, len(ports[target]))
            aside = edge.target_port > 0 and self._graph.by_id[edge.target].type == "multiply"
            found[level].append((source, target, port, aside))
        return found

    def _meeting(self, edge: Edge) -> tuple[str, str, str]:
        """The innermost level that holds both ends of a wire, and its items at or around the two ends."""
        level = ""
        for one, other in zip(self._paths[edge.source], self._paths[edge.target], strict=False):
            if one != other:
                return level, one, other
            level = one
        raise AssertionError(edge)

    # ---- sizes

    def _box(self, item: str, placed: Placed | None) -> Box:
        if placed is None or not self.is_open(item):
            return Box(CARD_WIDTH, self._card_height(item), _PORT, self._weight(item))
        width = max(CARD_WIDTH, placed.width + LEFT + RIGHT)
        return Box(width, placed.height + TOP + BOTTOM, placed.line + TOP, self._weight(item))

    def _weight(self, item: str) -> int:
        return len(self._graph.members[item]) if item in self._graph.block_by_id else 1

    def _card_height(self, item: str) -> float:
        ports = _PORT + _PORT_PITCH * (self._ports.get(item, 1) + 1)  # a layer that merges shows a free port, too
        least = _LIST_CARD if item in self._with_lists else _PICTURE_CARD
        return max(least, -(-ports // GRID) * GRID)

    @cached_property
    def _ports(self) -> Mapping[str, int]:
        """How many wires can enter an item."""
        found: dict[str, int] = defaultdict(lambda: 1)
        into: dict[str, set[str]] = defaultdict(set)
        for edge in self._graph.edges:
            found[edge.target] = max(found[edge.target], edge.target_port + 1)
            inside = self._paths[edge.source]
            for block_id in self._paths[edge.target][:-1]:
                if block_id not in inside:
                    into[block_id].add(edge.source)
        return dict(found) | {block_id: len(sources) for block_id, sources in into.items()}

    @cached_property
    def _with_lists(self) -> frozenset[str]:
        """The items behind a layer that turns pictures into lists: their cards are lower."""
        graph = self._graph
        sources: dict[str, list[str]] = defaultdict(list)
        for edge in graph.edges:
            sources[edge.target].append(edge.source)
        found: set[str] = set()
        for node in graph.nodes:
            shape = node.params.get("shape")
            is_list = isinstance(shape, tuple) and len(shape) == 1
            fed = sources[node.id]
            stays_list = bool(fed) and found.issuperset(fed) and node.type not in _GIVE_PICTURES
            if node.type in _GIVE_LISTS or is_list or stays_list:
                found.add(node.id)
        whole = (block for block, nodes in graph.members.items() if nodes and found.issuperset(nodes))
        return frozenset(found) | frozenset(whole)
