"""What can be wrong with the place of a loss: what it looks at is not as its target is."""

from __future__ import annotations

from math import prod

from playground.graph.edits import connect, disconnect
from playground.graph.model import Edge, Node
from playground.layers._checks import insert_repair, width_setters
from playground.layers._spec import Complaint, DataSpec, Repair, Site, layer_type
from playground.layers._text import size, words


def targets_disagree(site: Site) -> Complaint | None:
    """For a loss with a wired target: both inputs have the same shape."""
    have, wanted = site.inputs
    if have == wanted:
        return None
    edge, target = site.edge(1), site.source(1)
    repairs: list[Repair] = []
    if have[1:] == wanted[1:]:
        repairs += width_setters(site, 0, wanted[0])
    if prod(have) == prod(wanted) and 1 in (len(have), len(wanted)):
        repairs.append(insert_repair(site, "flatten", 0 if len(wanted) == 1 else 1))
    repairs.append(Repair(f"Remove the wire from {target.title}", lambda graph: disconnect(graph, edge)))
    message = (
        f"{layer_type(site.node.type).title} compares number with number, but {site.source().title} gives "
        f"{words(have)}, and the target that comes from {target.title} is {words(wanted)}."
    )
    return Complaint(message, tuple(repairs), port=1)


def unlike_the_data(site: Site) -> Complaint | None:
    """For a loss that compares with the data set: as many outputs as it has classes, or its values' shape.

    Two classes can also be told apart by a single output, except by cross-entropy.
    """
    data = site.data
    if data is None:
        return None
    have, *places = site.inputs[0]
    if places:
        return None if not data.classes and site.inputs[0] == data.target_shape else _no_list(site, data)
    wanted = len(data.classes) or prod(data.target_shape)
    if have == wanted or (have == 1 and len(data.classes) == 2 and site.node.type != "cross_entropy"):
        return None
    noun = "classes" if data.classes else "target value" + ("s" if wanted != 1 else "")
    message = f"{have} output{'s' if have != 1 else ''}, but {data.title} has {wanted} {noun}."
    return Complaint(message, (*width_setters(site, 0, wanted), *_with_the_input(site)))


def _no_list(site: Site, data: DataSpec) -> Complaint:
    if data.classes:
        wanted = f"one number for each of the {len(data.classes)} classes of {data.title}"
    else:
        wanted = f"the {size(data.target_shape)} values that {data.title} has for an example"
    message = f"{layer_type(site.node.type).title} compares with {wanted}, but {site.source().title} gives "
    repairs = (*_with_the_input(site), insert_repair(site, "flatten"))
    return Complaint(f"{message}{words(site.inputs[0])}.", repairs)


def _with_the_input(site: Site) -> tuple[Repair, ...]:
    """Offer to compare with what came in, where it has the same shape: an autoencoder."""
    start = next((node for node in site.graph if node.type == "input" and _shape_of(node) == site.inputs[0]), None)
    if start is None or start.id == site.source().id:
        return ()
    wire = Edge(start.id, site.node.id, 0, 1)
    return (Repair(f"Compare with what {start.title} gives instead", lambda graph: connect(graph, wire)),)


def _shape_of(node: Node) -> object:
    kind = layer_type(node.type)
    return node.params.get("shape", kind.param("shape").default)
