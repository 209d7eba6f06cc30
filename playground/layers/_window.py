"""What all layers with a sliding window share, over one, two or three dimensions.

The size of the output, what the word "same" means, and windows that do not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.graph.edits import set_params
from playground.graph.model import ParamValue
from playground.layers._spec import Complaint, Params, Repair, Shape, Site, layer_type
from playground.layers._text import extents, size

AXES = {1: ("",), 2: ("height ", "width "), 3: ("depth ", "height ", "width ")}
NOUNS = {1: "sequence", 2: "picture", 3: "volume"}


@dataclass(frozen=True)
class Window:
    """A layer's window over an input of known size, a number for each dimension.

    `before` and `after` is the padding on either side; they differ where an odd number is needed for "same".
    """

    kernel: Shape
    stride: Shape
    dilation: Shape
    before: Shape
    after: Shape
    is_same: bool = False
    rounds_up: bool = False

    @property
    def reach(self) -> Shape:
        """How many pixels lie between the first and the last under the window, both counted: d(k − 1) + 1."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    def room(self, extents: Shape) -> Shape:
        """The size of the input with its padding."""
        return tuple(n + b + a for n, b, a in zip(extents, self.before, self.after, strict=True))


def window(params: Params, shape: Shape) -> Window:
    """The window of a layer with these settings over one example of this shape, (channels, …).

    A setting that the layer does not have is taken as 1 (dilation), as the window itself (stride) or 0 (padding).
    """
    sizes, dimensions = shape[1:], len(shape) - 1
    kernel = extents(params["kernel_size"], dimensions)
    stride = extents(params.get("stride", params["kernel_size"]), dimensions)
    dilation = extents(params.get("dilation", 1), dimensions)
    rounds_up = params.get("ceil_mode") is True
    padding = params.get("padding", 0)
    if padding == "same":
        totals = [
            max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
            for n, k, s, d in zip(sizes, kernel, stride, dilation, strict=True)
        ]
        before = tuple(total // 2 for total in totals)
        after = tuple(total - b for total, b in zip(totals, before, strict=True))
        return Window(kernel, stride, dilation, before, after, is_same=True)
    sides = extents(0 if padding == "valid" else padding, dimensions)
    return Window(kernel, stride, dilation, sides, sides, rounds_up=rounds_up)


def window_line(params: Params, shape: Shape, output: Shape) -> tuple[str, ...]:
    """⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 in numbers; one line where all dimensions agree, else one for each."""
    found = window(params, shape)
    return labelled([_line(found, axis, shape[1 + axis], output[1 + axis]) for axis in range(len(shape) - 1)])


def labelled(lines: Sequence[str]) -> tuple[str, ...]:
    """One line where all agree, else each with the name of its dimension."""
    if len(set(lines)) == 1:
        return (lines[0],)
    return tuple(f"{axis}{line}" for axis, line in zip(AXES[len(lines)], lines, strict=True))


def _line(found: Window, axis: int, extent: int, result: int) -> str:
    kernel, stride, dilation, padding = (
        sizes[axis] for sizes in (found.kernel, found.stride, found.dilation, found.before)
    )
    if found.is_same:
        return f"⌈{extent} / {stride}⌉ = {result}"
    span = extent + 2 * padding - found.reach[axis]
    left, right = "⌊⌋" if not found.rounds_up else "⌈⌉"
    if span % stride == 0:
        left = right = ""
    text = f"{left}({extent} − {reach_text(kernel, dilation)} + 2·{padding}) / {stride}{right} + 1"
    if found.rounds_up and -(-span // stride) + 1 > result:
        return f"{text} − 1 = {result}, as the last window would begin on the padding behind the end"
    return f"{text} = {result}"


def reach_text(kernel: int, dilation: int) -> str:
    """What the window spans: its size, or how that follows from the dilation."""
    return str(kernel) if dilation == 1 else f"({dilation}·({kernel} − 1) + 1)"


def kernel_too_large(site: Site) -> Complaint | None:
    """The window, spread by its dilation, is larger than the padded input."""
    sizes = site.inputs[0][1:]
    found = window(site.params, site.inputs[0])
    kernel, reach, room = found.kernel, found.reach, found.room(sizes)
    if found.is_same or all(r <= have for r, have in zip(reach, room, strict=True)):
        return None
    node_id = site.node.id
    fitting = (max(1, (have - 1) // d + 1) for have, d in zip(room, found.dilation, strict=True))
    smaller = tuple(min(k, fit) for k, fit in zip(kernel, fitting, strict=True))
    value = as_setting(site, "kernel_size", smaller)
    repairs = [
        Repair(f"Set kernel to {size(smaller)}", lambda graph: set_params(graph, node_id, {"kernel_size": value}))
    ]
    spread = f" (spread by dilation to {size(reach)})" if reach != kernel else ""
    named = f"window of {kernel[0]}" if len(kernel) == 1 else f"{size(kernel)} window"
    padded = f" with its padding {size(room)}" if any(found.before) else ""
    unit = " numbers" if len(sizes) == 1 else "" if padded else " pixels"
    message = (
        f"The {named}{spread} is larger than the {NOUNS[len(sizes)]}: "
        f"{site.source().title} gives {size(sizes)}{unit}{padded}."
    )
    return Complaint(message, tuple(repairs))


def padding_too_large(site: Site) -> Complaint | None:
    """torch refuses pooling windows that could lie wholly on padding."""
    found = window(site.params, site.inputs[0])
    allowed = tuple(k // 2 for k in found.kernel)
    if all(p <= most for p, most in zip(found.before, allowed, strict=True)):
        return None
    node_id, title = site.node.id, layer_type(site.node.type).title
    fitting = tuple(min(p, most) for p, most in zip(found.before, allowed, strict=True))
    value = as_setting(site, "padding", fitting)
    return Complaint(
        f"{title} allows padding of at most half the window: {size(allowed)} for a {size(found.kernel)} window, "
        f"not {size(found.before)}.",
        (Repair(f"Set padding to {size(fitting)}", lambda graph: set_params(graph, node_id, {"padding": value})),),
        port=None,
    )


def as_setting(site: Site, key: str, sizes: Shape) -> ParamValue:
    """Sizes in the form in which the layer's setting keeps them: a single int where there is one dimension."""
    return sizes[0] if len(sizes) == 1 and isinstance(site.params[key], int) else sizes
