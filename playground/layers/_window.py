"""What all layers with a sliding window share: the size of their output and windows that do not fit."""

from __future__ import annotations

from playground.graph.edits import set_params
from playground.layers._spec import Complaint, Params, Repair, Shape, Site, layer_type
from playground.layers._text import pair, size


def window_line(params: Params, shape: Shape, output: Shape) -> tuple[str, ...]:
    """⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 in numbers; one line, or two where height and width differ."""
    kernel, stride, padding = (pair(params[key]) for key in ("kernel_size", "stride", "padding"))
    dilation = pair(params.get("dilation", (1, 1)))
    lines: list[str] = []
    for axis in range(2):
        reach = str(kernel[axis]) if dilation[axis] == 1 else f"({dilation[axis]}·({kernel[axis]} − 1) + 1)"
        span = f"{shape[1 + axis]} − {reach} + 2·{padding[axis]}"
        rest = (shape[1 + axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) % stride[axis]
        left, right = ("⌊", "⌋") if rest else ("", "")
        lines.append(f"{left}({span}) / {stride[axis]}{right} + 1 = {output[1 + axis]}")
    return (lines[0],) if lines[0] == lines[1] else (f"height {lines[0]}", f"width {lines[1]}")


def kernel_too_large(site: Site) -> Complaint | None:
    """The window, spread by its dilation, is larger than the padded picture."""
    kernel, padding = pair(site.params["kernel_size"]), pair(site.params["padding"])
    dilation = pair(site.params.get("dilation", (1, 1)))
    picture = site.inputs[0][1:]
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    room = tuple(extent + 2 * p for extent, p in zip(picture, padding, strict=True))
    if all(r <= have for r, have in zip(reach, room, strict=True)):
        return None
    node_id = site.node.id
    fitting = tuple(max(1, (have - 1) // d + 1) for have, d in zip(room, dilation, strict=True))
    smaller = tuple(min(k, fit) for k, fit in zip(kernel, fitting, strict=True))
    repairs = [Repair(f"Set kernel to {size(smaller)}", lambda g: set_params(g, node_id, {"kernel_size": smaller}))]
    padded = f" with its padding {size(room)}" if any(padding) else ""
    spread = f" (spread by dilation to {size(reach)})" if reach != kernel else ""
    message = (
        f"The {size(kernel)} window{spread} is larger than the picture: "
        f"{site.source().title} gives {size(picture)}{padded or ' pixels'}."
    )
    return Complaint(message, tuple(repairs))


def padding_too_large(site: Site) -> Complaint | None:
    """torch refuses pooling windows that could lie wholly on padding."""
    kernel, padding = pair(site.params["kernel_size"]), pair(site.params["padding"])
    allowed = (kernel[0] // 2, kernel[1] // 2)
    if padding[0] <= allowed[0] and padding[1] <= allowed[1]:
        return None
    node_id = site.node.id
    fitting = (min(padding[0], allowed[0]), min(padding[1], allowed[1]))
    title = layer_type(site.node.type).title
    return Complaint(
        f"{title} allows padding of at most half the window: {size(allowed)} for a {size(kernel)} window, "
        f"not {size(padding)}.",
        (Repair(f"Set padding to {size(fitting)}", lambda graph: set_params(graph, node_id, {"padding": fitting})),),
        port=None,
    )
