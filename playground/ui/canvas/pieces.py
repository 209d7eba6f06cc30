"""What can be put on the canvas: a layer, a block from the palette, or one that the user saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from playground.graph import blocks, edits
from playground.graph.model import Edge, Graph, Node
from playground.layers import LayerType, Params, Preset, UnknownLayerType, layer_type
from playground.ui.canvas import dress
from playground.ui.canvas.own_templates import own_template, own_templates
from playground.ui.session import Session
from playground.zoo import UnknownTemplate, template

TEMPLATE, OWN = "template:", "own:"
"""What the keys of blocks begin with; a key without is a layer type's."""
PRESET = "+"
"""Between a layer type's key and that of one of its presets: "conv2d+1x1"."""

_USUALLY_SINGLE = ("input", "flatten", "loss")
"""Layers that a network has once, so that the first one needs no number in its name."""


@dataclass(frozen=True)
class Piece:
    """Layers to be added: `entries` are the nodes and ports that what comes before feeds, `exit` what comes out."""

    title: str
    graph: Graph
    entries: tuple[tuple[str, int], ...]
    exit: str | None

    @property
    def outer(self) -> str:
        """The one card that it is when it arrives: the layer, or the closed block."""
        return next((block.id for block in self.graph.blocks if not block.parent), self.graph.nodes[0].id)


def title_of(key: str) -> str:
    """The name on the palette."""
    if key.startswith(TEMPLATE):
        return template(key.removeprefix(TEMPLATE)).title
    if key.startswith(OWN):
        return key.removeprefix(OWN)
    kind, preset = _kind_and_preset(key)
    return kind.title if preset is None else preset.title


def _kind_and_preset(key: str) -> tuple[LayerType, Preset | None]:
    name, _, wanted = key.partition(PRESET)
    kind = layer_type(name)
    return kind, next((preset for preset in kind.presets if preset.key == wanted), None)


def is_known(key: str) -> bool:
    """Whether there is such a layer or block; a key that was dragged here from another window may be of none."""
    try:
        title_of(key)
    except (UnknownLayerType, UnknownTemplate):
        return False
    return not key.startswith(OWN) or key.removeprefix(OWN) in own_templates()


def takes_input(key: str) -> bool:
    """Whether a wire can lead into it."""
    return ":" in key or _kind_and_preset(key)[0].max_inputs > 0


def gives_output(key: str) -> bool:
    """Whether a wire can lead out of it."""
    return ":" in key or _kind_and_preset(key)[0].has_output


def piece(session: Session, key: str, source: str | None = None) -> Piece:
    """What the key stands for, fitted to what the node `source` gives.

    Raises:
        GraphError: a saved block is gone or cannot be read.
    """
    if key.startswith(TEMPLATE):
        return _from_template(session, key.removeprefix(TEMPLATE), source)
    if key.startswith(OWN):
        return _from_graph(title_of(key), own_template(key.removeprefix(OWN)), has_source=source is not None)
    kind, preset = _kind_and_preset(key)
    params: Params = {} if preset is None else preset.params
    if key == "input":
        params = {"shape": session.data_set.sample_shape}
    single = kind.stem in _USUALLY_SINGLE and not session.graph.is_taken(kind.stem)
    node = Node(kind.stem if single else edits.fresh_id(session.graph, kind.stem), kind.key, params)
    return Piece(title_of(key), Graph((node,)), ((node.id, 0),), node.id)


def _from_template(session: Session, key: str, source: str | None) -> Piece:
    chosen = template(key)
    shape = chosen.shape
    if source is not None and session.analysis is not None and source in session.analysis.layers:
        found = session.analysis.layers[source].output
        shape = found if len(found) == len(shape) and prod(found) else shape
    graph = chosen.graph(shape)
    entries = tuple((edge.target, edge.target_port) for edge in graph.outgoing("input"))
    inner = edits.remove(graph, ["input"])
    block = next(block.id for block in inner.blocks if not block.parent)
    return _with_entries(chosen.title, inner, block, entries, has_source=source is not None)


def _from_graph(title: str, graph: Graph, has_source: bool) -> Piece:
    """A saved block: what nothing feeds in it are its entries."""
    block = next(block.id for block in graph.blocks if not block.parent)
    loose = [node.id for node in graph.nodes if not graph.incoming(node.id) and dress.takes_input(node)]
    ports = {(edge.target, edge.target_port) for edge in graph.edges}
    entries = [(node, 0) for node in loose]
    for node in graph.nodes:
        used = [port for target, port in ports if target == node.id]
        entries += [(node.id, port) for port in range(max(used, default=-1)) if port not in used]
    return _with_entries(title, graph, block, tuple(entries), has_source)


def _with_entries(
    title: str, graph: Graph, block: str, entries: tuple[tuple[str, int], ...], has_source: bool
) -> Piece:
    """With nothing to feed it yet, a block that is entered at several places gets one layer to enter through."""
    leaving = [node for node in blocks.ends(graph, block)[1] if dress.gives_output(graph.by_id[node])]
    exit_ = leaving[-1] if leaving else None
    if not has_source and len(entries) > 1:
        first = Node(edits.fresh_id(graph, "entrance"), "identity", block=block)
        x, y = min(graph.by_id[node].position for node, _ in entries)
        graph = edits.add(graph, replace(first, position=(x, y)))
        for node, port in entries:
            graph = edits.connect(graph, Edge(first.id, node, 0, port))
        entries = ((first.id, 0),)
    return Piece(title, graph, entries, exit_)
