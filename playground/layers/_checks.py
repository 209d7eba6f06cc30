"""Complaints that several layer types share."""

from __future__ import annotations

from collections.abc import Iterator

from playground.graph.edits import fresh_id, insert_on_edge, remove_and_bridge, set_params
from playground.graph.model import Graph, Node
from playground.layers._spec import Complaint, Repair, Site, layer_type
from playground.layers._text import words


def needs_picture(site: Site) -> Complaint | None:
    """For layers that work on channels × height × width."""
    shape = site.inputs[0]
    if len(shape) == 3:
        return None
    title = layer_type(site.node.type).title
    repairs: tuple[Repair, ...] = ()
    flatten = site.source()
    if flatten.type == "flatten":
        repairs = (Repair(f"Take {flatten.title} out", lambda graph: remove_and_bridge(graph, flatten.id)),)
    message = f"{title} works on a picture (channels × height × width), but {site.source().title} gives {words(shape)}."
    return Complaint(message, repairs)


def needs_list(site: Site) -> Complaint | None:
    """For layers that work on a plain list of numbers."""
    shape = site.inputs[0]
    if len(shape) == 1:
        return None
    title = layer_type(site.node.type).title
    message = f"{title} takes a plain list of numbers, but {site.source().title} gives {words(shape)}."
    return Complaint(message, (insert_repair(site, "flatten"),))


def insert_repair(site: Site, key: str, port: int = 0) -> Repair:
    """Offer to put a layer of that type into the wire."""
    kind, edge = layer_type(key), site.edge(port)

    def apply(graph: Graph) -> Graph:
        here, there = graph.node(edge.source).position, graph.node(edge.target).position
        middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
        return insert_on_edge(graph, Node(fresh_id(graph, kind.stem), kind.key, position=middle), edge)

    return Repair(f"Put a {kind.title} in between", apply)


def width_setters(site: Site, port: int, width: int) -> Iterator[Repair]:
    """Offer to give the nearest layer that decides how many features (or channels) arrive the right number."""
    node = site.source(port)
    while True:
        kind = layer_type(node.type)
        for key, noun in (("out_features", "units"), ("out_channels", "filters")):
            if any(param.key == key for param in kind.params):
                yield _set_width(node, key, noun, width)
                return
        incoming = site.graph.incoming(node.id)
        if len(incoming) != 1 or not (kind.keeps_shape or kind.category == "pooling"):
            return
        node = site.graph.node(incoming[0].source)


def _set_width(node: Node, key: str, noun: str, width: int) -> Repair:
    return Repair(f"Set {noun} of {node.title} to {width}", lambda graph: set_params(graph, node.id, {key: width}))
