"""Windows of pooling layers that do not fit the picture, and settings that do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from playground.graph.edits import set_params
from playground.graph.model import ParamValue
from playground.layers._spec import Complaint, Params, Repair, Shape, Site
from playground.layers._text import size
from playground.layers._window import NOUNS, as_setting, kernel_too_large, padding_too_large, window


def window_does_not_fit(site: Site) -> Complaint | None:
    """Too much padding, too large a window, or one that would lie on no pixel at all; the repairs end all of these."""
    complaint = padding_too_large(site) or kernel_too_large(site)
    if complaint is None:
        return _window_without_pixels(site)
    graphs = [repair.apply(site.graph) for repair in complaint.repairs]
    if all(_fits(site, graph.node(site.node.id).params) for graph in graphs):
        return complaint
    return replace(complaint, repairs=(_setting(site, _fitting(site)),))


def _fitting(site: Site) -> dict[str, ParamValue]:
    """Kernel and padding made smaller until they fit; the dilation goes if that is not enough."""
    found, extents = window(site.params, site.inputs[0]), site.inputs[0][1:]
    kernel, padding, before = found.kernel, found.before, None
    while (kernel, padding) != before:
        before = kernel, padding
        padding = tuple(min(p, k // 2) for p, k in zip(padding, kernel, strict=True))
        kernel = tuple(
            min(k, max(1, (extent + 2 * p - 1) // d + 1))
            for k, extent, p, d in zip(kernel, extents, padding, found.dilation, strict=True)
        )
    wanted = {"kernel_size": as_setting(site, "kernel_size", kernel), "padding": as_setting(site, "padding", padding)}
    if not _fits(site, wanted):
        wanted["dilation"] = as_setting(site, "dilation", (1,) * len(extents))
    return {key: value for key, value in wanted.items() if value != site.params[key]}


def _window_without_pixels(site: Site) -> Complaint | None:
    sizes = site.inputs[0][1:]
    if not _has_empty_place(site.params, site.inputs[0]):
        return None
    found = window(site.params, site.inputs[0])
    none, ones = (0,) * len(sizes), (1,) * len(sizes)
    changes = (
        {"padding": as_setting(site, "padding", none)},
        {"dilation": as_setting(site, "dilation", ones)},
    )
    message = (
        f"One of the {size(found.kernel)} windows, spread by dilation to {size(found.reach)}, would lie on padding "
        f"alone and cover no pixel of the {NOUNS[len(sizes)]}: {site.source().title} gives {size(sizes)}."
    )
    return Complaint(message, tuple(_setting(site, change) for change in changes if _fits(site, change)), port=None)


def _setting(site: Site, change: Mapping[str, ParamValue]) -> Repair:
    nouns = {"kernel_size": "kernel", "padding": "padding", "dilation": "dilation"}
    parts = [f"{nouns[key]} to {_written(value)}" for key, value in change.items()]
    node_id = site.node.id
    return Repair(f"Set {' and '.join(parts)}", lambda graph: set_params(graph, node_id, change))


def _written(value: ParamValue) -> str:
    """2×3; a single number where it stands for all dimensions."""
    return size(tuple(int(extent) for extent in value)) if isinstance(value, tuple) else str(value)


def _fits(site: Site, change: Mapping[str, ParamValue]) -> bool:
    changed = replace(site, params={**site.params, **change})
    too_large = padding_too_large(changed) or kernel_too_large(changed)
    return too_large is None and not _has_empty_place(changed.params, site.inputs[0])


def _has_empty_place(params: Params, shape: Shape) -> bool:
    """Whether a window that begins on the padding steps over the whole picture, in any dimension.

    One that begins on the picture covers that pixel, and torch leaves out what would begin behind the picture.
    """
    found = window(params, shape)
    return any(
        not any(0 <= start + dilation * step < extent for step in range(kernel))
        for extent, kernel, stride, dilation, padding in zip(
            shape[1:], found.kernel, found.stride, found.dilation, found.before, strict=True
        )
        if dilation > 1
        for start in range(-padding, 0, stride)
    )
