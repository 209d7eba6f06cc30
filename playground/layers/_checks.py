"""Complaints and repairs that several layer types share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isqrt, prod

from playground.graph.edits import fresh_id, insert_on_edge, remove_and_bridge, set_params, update
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers._spec import Complaint, Repair, Shape, Site, layer_type
from playground.layers._text import size, words

_WANTED = {
    1: "takes a plain list of numbers",
    2: "works on a sequence (channels × length)",
    3: "works on a picture (channels × height × width)",
    4: "works on a volume (channels × depth × height × width)",
}
_KEEP_CHANNELS = ("pad", "crop2d", "center_crop2d")
"""Layers that change height and width only; so do all that pool, but for `channel_pool`."""


def needs_list(site: Site) -> Complaint | None:
    """For layers that work on a plain list of numbers."""
    return needs_rank(site, 1)


def needs_sequence(site: Site) -> Complaint | None:
    """For layers that work on channels × length."""
    return needs_rank(site, 2)


def needs_picture(site: Site) -> Complaint | None:
    """For layers that work on channels × height × width."""
    return needs_rank(site, 3)


def needs_rank(site: Site, *ranks: int, port: int = 0) -> Complaint | None:
    """For layers that work on examples with so many dimensions (1 to 4); repairs lead to the first of `ranks`."""
    shape = site.inputs[port]
    if len(shape) in ranks:
        return None
    title, source = layer_type(site.node.type).title, site.source(port)
    wanted = " or ".join(_WANTED[rank] for rank in ranks)
    repairs: tuple[Repair, ...] = (insert_repair(site, "flatten", port),)
    if ranks[0] != 1:
        target = folded(shape, ranks[0])
        repairs = (insert_repair(site, "reshape", port, {"shape": target}, f"Reshape to {size(target)}"),)
        if source.type == "flatten" and site.graph.incoming(source.id):
            takes_out = Repair(f"Take {source.title} out", lambda graph: remove_and_bridge(graph, source.id))
            repairs = (takes_out, *repairs)
    return Complaint(f"{title} {wanted}, but {source.title} gives {words(shape)}.", repairs, port)


def folded(shape: Shape, rank: int) -> Shape:
    """The same numbers in another number of dimensions, in the same order.

    A list becomes one map (a square one where that works out); of what has more dimensions, those after the channels
    are laid end to end; what lacks dimensions gets some of extent 1.
    """
    if len(shape) == 1 and rank >= 3 and isqrt(shape[0]) ** 2 == shape[0]:
        side = isqrt(shape[0])
        return (*(1,) * (rank - 2), side, side)
    if len(shape) == 1:
        return (*(1,) * (rank - 1), *shape)
    if rank == 1:
        return (prod(shape),)
    if rank == 2:
        return shape[0], prod(shape[1:])
    if len(shape) > rank:
        return (prod(shape[: len(shape) - rank + 1]), *shape[len(shape) - rank + 1 :])
    return (shape[0], *(1,) * (rank - len(shape)), *shape[1:])


def insert_repair(
    site: Site, key: str, port: int = 0, params: Mapping[str, ParamValue] | None = None, what: str = ""
) -> Repair:
    """Offer to put a layer of that type into the wire, and into all others between the same two layers.

    `what` says which layer, else its title does.
    """
    edge = site.edge(port)
    more = [other for other in site.graph.incoming(edge.target) if other.source == edge.source and other != edge]
    return Repair(
        f"Put a {what or layer_type(key).title} in between",
        lambda graph: put_in(graph, edge, key, params or {}, more)[0],
    )


def put_in(
    graph: Graph, edge: Edge, key: str, params: Mapping[str, ParamValue], more: Sequence[Edge] = ()
) -> tuple[Graph, Edge]:
    """The graph with a layer put into a wire, half way, in the block of the wire's end; and the wire behind it.

    `more` are wires from the same source that are led through the same layer.
    """
    source, target = graph.node(edge.source), graph.node(edge.target)
    middle = tuple((here + there) / 2 for here, there in zip(source.position, target.position, strict=True))
    node = Node(fresh_id(graph, layer_type(key).stem), key, params, position=(middle[0], middle[1]), block=target.block)
    return insert_on_edge(graph, node, edge, *more), Edge(node.id, edge.target, 0, edge.target_port)


@dataclass(frozen=True)
class WidthSetting:
    """The setting that decides how many features (or channels) arrive somewhere, and what it would have to be.

    `noun` is what it counts: "filters" of a convolution.
    """

    node: Node
    key: str
    noun: str
    value: int | Shape

    @property
    def text(self) -> str:
        """The value as it is written."""
        return str(self.value) if isinstance(self.value, int) else size(self.value)

    def made(self, graph: Graph) -> Graph:
        """The graph with the setting at that value."""
        return set_params(graph, self.node.id, {self.key: self.value})


def use_instead(site: Site, key: str) -> Repair:
    """Offer to make the layer one of another type; the settings that both have are kept."""
    node, kind = site.node, layer_type(key)
    kept = {param.key: node.params[param.key] for param in kind.params if param.key in node.params}
    other = replace(node, type=key, params=kept, initial={}, frozen=(), held=())
    return Repair(f"Use {kind.title} instead", lambda graph: update(graph, other))


def width_setters(site: Site, port: int, width: int) -> Iterator[Repair]:
    """Offer to give the nearest layer that decides how many features (or channels) arrive the right number."""
    setting = width_setting(site, port, width)
    if setting is not None:
        yield Repair(f"Set {setting.noun} of {setting.node.title} to {setting.text}", setting.made)


def width_setting(site: Site, port: int, width: int) -> WidthSetting | None:
    """Which setting of which layer makes `width` features (or channels) arrive; None where that is not so simple."""
    node = site.source(port)
    while True:
        kind = layer_type(node.type)
        if node.type in ("parameter", "constant"):
            return WidthSetting(node, "shape", "size", (width, *site.inputs[port][1:]))
        if _number(node, "num_groups") and width % _number(node, "num_groups"):
            return None
        for key, noun in (("out_features", "units"), ("out_channels", "filters"), ("hidden_size", "units")):
            if any(param.key == key for param in kind.params):
                grouped = width % max(1, _number(node, "groups"))
                return None if grouped or node.params.get("bidirectional") else WidthSetting(node, key, noun, width)
        incoming = site.graph.incoming(node.id)
        keeps = kind.keeps_shape or (kind.category == "pooling" and kind.key != "channel_pool")
        if len(incoming) != 1 or not (keeps or kind.key in _KEEP_CHANNELS):
            return None
        node = site.graph.node(incoming[0].source)


def _number(node: Node, key: str) -> int:
    """A whole setting of a layer; 0 where it has none."""
    kind = layer_type(node.type)
    default = next((param.default for param in kind.params if param.key == key), 0)
    value = node.params.get(key, default)
    return value if isinstance(value, int) else 0
