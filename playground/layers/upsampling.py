"""The way back from pooling: larger pictures out of smaller ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from playground.graph.edits import set_params
from playground.graph.model import Graph, ParamValue
from playground.layers._checks import needs_picture, needs_rank, put_in, width_setters
from playground.layers._param import Param
from playground.layers._span import Reach, Span, painting
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register
from playground.layers._text import pair, short_pair, size, words
from playground.layers._window import labelled
from playground.layers.pooling import PADDING, STRIDE, WINDOW

if TYPE_CHECKING:
    from torch import nn


@register
class MaxUnpool2d(LayerType):
    """torch.nn.MaxUnpool2d; the indices follow from the map that had been pooled."""

    key = "max_unpool2d"
    title = "Max unpool"
    stem = "unpool"
    category = Category.POOLING
    capability = "area"
    min_inputs = 2
    max_inputs = 2
    formula = r"y_{k,r,c} = x_{k,i,j} \ \mathrm{where\ window}\ (i,j)\ \mathrm{was\ won,\ else}\ 0"
    shape_formula = r"k \times h \times w"
    explanation = (
        "Undoes a max pooling as far as that is possible: every value goes back to the place in its window where the "
        "largest number stood (the switch), and all other places become zero. The first wire brings the values, the "
        "second the map that the max pooling had pooled. Where windows overlap, values that meet are added."
    )
    source = "Zeiler & Fergus 2013, Visualizing and understanding convolutional networks"
    params = (WINDOW, STRIDE, PADDING)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.pooling_modules import MaxUnpool2d as MaxUnpoolModule

        return MaxUnpoolModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        parts = [size(pair(params["kernel_size"]))]
        if params["stride"] != params["kernel_size"]:
            parts.append(f"stride {short_pair(params['stride'])}")
        if params["padding"] != (0, 0):
            parts.append(f"pad {short_pair(params['padding'])}")
        return " · ".join(parts)

    def complain(self, site: Site) -> Complaint | None:
        return needs_rank(site, 3, port=0) or needs_rank(site, 3, port=1) or _not_what_was_pooled(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{size(inputs[0])} → {size(output)}, the size before pooling",)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        stride, kernel, padding = (pair(params[key]) for key in ("stride", "kernel_size", "padding"))
        if port == 0:
            return painting(stride, kernel, padding)
        return Span(reaches=tuple(Reach(1, 1 - k, k - 1) for k in kernel))  # who else stood in the same windows


def _pooled(params: Params, shape: Shape) -> Shape | None:
    """What max pooling with these settings makes of a picture; None where it cannot be pooled so."""
    found: list[int] = []
    for axis in range(2):
        kernel, stride, padding = (pair(params[key])[axis] for key in ("kernel_size", "stride", "padding"))
        span = shape[1 + axis] + 2 * padding - kernel
        if span < 0 or padding > kernel // 2:
            return None
        found.append(span // stride + 1)
    return shape[0], found[0], found[1]


def _not_what_was_pooled(site: Site) -> Complaint | None:
    """The values must have the size to which pooling brings the second input."""
    values, before = site.inputs
    wanted = _pooled(site.params, before)
    if wanted == values:
        return None
    first, second = site.source(0).title, site.source(1).title
    if wanted is None:
        window = size(pair(site.params["kernel_size"]))
        reason = f"with a {window} window and padding {size(pair(site.params['padding']))} that is impossible"
    else:
        reason = f"max pooling makes {words(wanted)} of it"
    message = (
        f"The first wire should bring what became of the second by max pooling: {second} gives {words(before)}, and "
        f"{reason}, but {first} gives {words(values)}."
    )
    return Complaint(message, tuple(_ways_to_agree(site)))


def _ways_to_agree(site: Site) -> Iterator[Repair]:
    values, before = site.inputs
    node_id = site.node.id
    offered: list[dict[str, ParamValue]] = []
    for title, window in _windows(site):
        if window not in offered and _pooled(window, before) == values:
            offered.append(window)
            yield Repair(title, lambda graph, window=window: set_params(graph, node_id, window))
    if _pooled(site.params, values) == before:
        yield Repair("Swap the two wires", lambda graph: _swapped(graph, node_id))
    wanted = _pooled(site.params, before)
    if wanted is not None and wanted[1:] == values[1:]:
        yield from width_setters(site, 0, before[0])
    if not offered:
        yield _brought_to(site, wanted)


def _windows(site: Site) -> Iterator[tuple[str, dict[str, ParamValue]]]:
    """Settings that may be meant: those of a max pooling fed by the same map, then whole windows side by side."""
    for edge in site.graph.outgoing(site.edge(1).source):
        pool = site.graph.node(edge.target)
        if pool.type == "max_pool2d":
            keys = ("kernel_size", "stride", "padding")
            given: dict[str, ParamValue] = {key: pool.params.get(key, site.params[key]) for key in keys}
            if all(isinstance(value, tuple) for value in given.values()):
                yield f"Take the window of {pool.title}", given
    (_, rows, columns), (_, height, width) = site.inputs
    if height >= rows and width >= columns:
        step = (height // rows, width // columns)
        yield f"Set window and stride to {size(step)}", {"kernel_size": step, "stride": step, "padding": (0, 0)}


def _swapped(graph: Graph, node_id: str) -> Graph:
    edges = tuple(
        replace(edge, target_port=1 - edge.target_port) if edge.target == node_id else edge for edge in graph.edges
    )
    return replace(graph, edges=edges)


def _brought_to(site: Site, wanted: Shape | None) -> Repair:
    """Layers in the first wire that bring the values to the size that fits; where no size does, windows of 1×1."""
    before, edge, node_id = site.inputs[1], site.edge(0), site.node.id
    changes: dict[str, ParamValue] = {}
    if wanted is None:
        changes = {"kernel_size": (1, 1), "stride": (1, 1), "padding": (0, 0)}
        wanted = before
    layers: list[tuple[str, dict[str, ParamValue]]] = []
    if site.inputs[0][1:] != wanted[1:]:
        layers.append(("adaptive_max_pool2d", {"output_size": wanted[1:]}))
    if site.inputs[0][0] != wanted[0]:
        layers.append(("conv2d", {"out_channels": wanted[0], "kernel_size": (1, 1)}))

    def apply(graph: Graph) -> Graph:
        wire = edge
        for key, params in layers:
            graph, wire = put_in(graph, wire, key, params)
        return set_params(graph, node_id, changes)

    return Repair(f"Bring {site.source(0).title} to {size(wanted)}", apply)


@register
class Upsample2d(LayerType):
    """torch.nn.Upsample, nearest or bilinear (with align_corners off)."""

    key = "upsample2d"
    title = "Upsample"
    stem = "up"
    category = Category.POOLING
    capability = "area"
    formula = r"y_{k,r,c} = \sum_{i,j} s_{r,c,i,j}\; x_{k,i,j}"
    shape_formula = r"k \times s\,h \times s\,w"
    explanation = (
        "Makes every map larger. Nearest repeats each pixel; bilinear mixes the four nearest pixels by how close they "
        "lie, which looks smooth. Nothing is learnt. Backwards, each pixel collects the gradients of all that it "
        "helped to make."
    )
    source = "Odena et al. 2016, Deconvolution and checkerboard artifacts"
    params = (
        Param("scale_factor", "Factor", "pair", (2, 2), "How many times higher and wider the maps become.", maximum=64),
        Param(
            "mode",
            "Between the pixels",
            "choice",
            "nearest",
            "nearest repeats pixels; bilinear mixes the neighbours.",
            choices=("nearest", "bilinear"),
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        factors = tuple(float(factor) for factor in pair(params["scale_factor"]))
        return nn.Upsample(scale_factor=factors, mode=str(params["mode"]))

    def caption(self, params: Params) -> str:
        return f"×{short_pair(params['scale_factor'])} · {params['mode']}"

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        factors = pair(params["scale_factor"])
        return labelled([f"{inputs[0][1 + axis]}·{factors[axis]} = {output[1 + axis]}" for axis in range(2)])

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        factors = pair(params["scale_factor"])
        if params["mode"] == "nearest":
            return painting(factors, factors, (0, 0))
        # Every pixel has a part in all that lie less than a factor away from its middle.
        return painting(factors, tuple(2 * f - f % 2 for f in factors), tuple(f // 2 for f in factors))
