"""Layers that change the size of a picture without computing anything: padding, cutting, weaving maps together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.graph.edits import set_params
from playground.layers._checks import insert_repair, needs_picture, width_setters
from playground.layers._param import Param
from playground.layers._span import Span, painting, shifted
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register
from playground.layers._text import pair, size
from playground.layers._window import labelled

if TYPE_CHECKING:
    from torch import nn


class _Resize(LayerType):
    """What they share."""

    category = Category.MERGE
    capability = "area"

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{size(inputs[0])} → {size(output)}",)


@register
class Pad(_Resize):
    """torch.nn.ZeroPad2d, ReflectionPad2d or ReplicationPad2d; `padding` is left, right, top, bottom."""

    key = "pad"
    title = "Pad"
    stem = "pad"
    formula = r"y_{k,r,c} = x_{k,\,r - t,\,c - l}"
    shape_formula = r"k \times (h + t + b) \times (w + l + r)"
    explanation = (
        "Puts a rim around every map: zeros, the picture mirrored at its edges, or its outermost pixels repeated. A "
        "convolution behind it then sees as much around the edge pixels as around those in the middle."
    )
    source = "Liu et al. 2018, Partial convolution based padding (compares the kinds)"
    params = (
        Param(
            "padding",
            "Left, right, top, bottom",
            "numbers",
            (1.0, 1.0, 1.0, 1.0),
            "How many columns and rows are added on each side, in whole pixels.",
            minimum=0,
            maximum=4096,
            lengths=(4,),
        ),
        Param(
            "mode",
            "Filled with",
            "choice",
            "zeros",
            "zeros; reflect mirrors the picture at its edge pixels; replicate repeats the edge pixels.",
            choices=("zeros", "reflect", "replicate"),
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        kinds = {"zeros": nn.ZeroPad2d, "reflect": nn.ReflectionPad2d, "replicate": nn.ReplicationPad2d}
        return kinds[str(params["mode"])](_sides(params))

    def caption(self, params: Params) -> str:
        sides = params["padding"]
        assert isinstance(sides, tuple)
        shown = f"{sides[0]:g}" if len(set(sides)) == 1 else ", ".join(f"{side:g}" for side in sides)
        return shown if params["mode"] == "zeros" else f"{shown} · {params['mode']}"

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site) or _not_whole(site) or _nothing_to_mirror(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        left, right, top, bottom = _sides(params)
        lines = [
            f"{inputs[0][1]} + {top} + {bottom} = {output[1]}",
            f"{inputs[0][2]} + {left} + {right} = {output[2]}",
        ]
        return labelled(lines)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        left, _, top, _ = _sides(params)
        return shifted(-top, -left)


def _sides(params: Params) -> tuple[int, int, int, int]:
    """Left, right, top, bottom of `pad`, in pixels."""
    sides = params["padding"]
    assert isinstance(sides, tuple)
    left, right, top, bottom = (int(side) for side in sides)
    return left, right, top, bottom


def _set_sides(site: Site, sides: tuple[int, ...]) -> Repair:
    node_id, values = site.node.id, tuple(float(side) for side in sides)
    label = f"Set it to {', '.join(str(side) for side in sides)}"
    return Repair(label, lambda graph: set_params(graph, node_id, {"padding": values}))


def _not_whole(site: Site) -> Complaint | None:
    sides = site.params["padding"]
    assert isinstance(sides, tuple)
    if all(float(side).is_integer() for side in sides):
        return None
    broken = next(side for side in sides if not float(side).is_integer())
    message = f"{site.node.title} adds whole rows and columns of pixels; {broken:g} is not a whole number."
    return Complaint(message, (_set_sides(site, tuple(round(side) for side in sides)),), port=None)


def _nothing_to_mirror(site: Site) -> Complaint | None:
    """Mirrored at its edge pixel, a picture of n pixels has n − 1 to give."""
    _, height, width = site.inputs[0]
    sides, most = _sides(site.params), (width - 1, width - 1, height - 1, height - 1)
    if site.params["mode"] != "reflect" or all(side <= room for side, room in zip(sides, most, strict=True)):
        return None
    node_id = site.node.id
    message = (
        f"A mirrored rim can be at most as wide as the picture less one pixel: {site.source().title} gives "
        f"{size((height, width))}, so {width - 1} on the left and right and {height - 1} above and below."
    )
    smaller = tuple(min(side, room) for side, room in zip(sides, most, strict=True))
    other = Repair("Repeat the edge pixels instead", lambda graph: set_params(graph, node_id, {"mode": "replicate"}))
    return Complaint(message, (_set_sides(site, smaller), other), port=None)


@register
class Crop2d(_Resize):
    """A piece of the picture."""

    key = "crop2d"
    title = "Crop"
    stem = "crop"
    formula = r"y_{k,r,c} = x_{k,\,r + t,\,c + l}"
    shape_formula = r"k \times h \times w \to k \times h' \times w'"
    explanation = (
        "Cuts a rectangle out of every map and forgets the rest. Nothing is computed. Backwards, only the pixels that "
        "were kept receive a gradient."
    )
    params = (
        Param("top", "Top", "int", 0, "The first row that is kept, counted from 0.", minimum=0, maximum=100_000),
        Param("left", "Left", "int", 0, "The first column that is kept, counted from 0.", minimum=0, maximum=100_000),
        Param("height", "Height", "int", 4, "How many rows are kept.", maximum=100_000),
        Param("width", "Width", "int", 4, "How many columns are kept.", maximum=100_000),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.resize_modules import Crop2d as CropModule

        return CropModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"{params['height']}×{params['width']} at {params['top']}, {params['left']}"

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site) or _crop_outside(site)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return shifted(int(params["top"]), int(params["left"]))  # type: ignore[arg-type]


def _crop_outside(site: Site) -> Complaint | None:
    """The piece reaches beyond the picture."""
    places, lengths = ("top", "left"), ("height", "width")
    starts, extents = (tuple(int(site.params[key]) for key in keys) for keys in (places, lengths))  # type: ignore[arg-type]
    picture = site.inputs[0][1:]
    if all(start + extent <= room for start, extent, room in zip(starts, extents, picture, strict=True)):
        return None
    message = (
        f"The piece of {size(extents)} that begins at row {starts[0]}, column {starts[1]} reaches beyond the picture: "
        f"{site.source().title} gives {size(picture)}."
    )
    kept = tuple(min(extent, room) for extent, room in zip(extents, picture, strict=True))
    moved = tuple(min(start, room - extent) for start, extent, room in zip(starts, kept, picture, strict=True))
    node_id = site.node.id
    changes = dict(zip((*places, *lengths), (*moved, *kept), strict=True))
    label = f"Take {size(kept)} at row {moved[0]}, column {moved[1]}"
    return Complaint(message, (Repair(label, lambda graph: set_params(graph, node_id, changes)),), port=None)


@register
class CenterCrop2d(_Resize):
    """The middle of the picture, as torchvision's CenterCrop on pictures that are large enough."""

    key = "center_crop2d"
    title = "Centre crop"
    stem = "crop"
    formula = r"y_{k,r,c} = x_{k,\,r + \lfloor (h - h') / 2 \rfloor,\,c + \lfloor (w - w') / 2 \rfloor}"
    shape_formula = r"k \times h \times w \to k \times h' \times w'"
    explanation = (
        "Cuts the middle out of every map and forgets the rim. In U-Net it makes the larger maps on the way down fit "
        "the smaller ones on the way up."
    )
    source = "Ronneberger et al. 2015, U-Net"
    params = (Param("size", "Size after", "pair", (4, 4), "Height and width of the middle that is kept."),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.resize_modules import CenterCrop2d as CenterCropModule

        return CenterCropModule(pair(params["size"]))

    def caption(self, params: Params) -> str:
        return size(pair(params["size"]))

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site) or _middle_too_large(site)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return shifted(*((have - kept) // 2 for have, kept in zip(inputs[0][1:], output[1:], strict=True)))


def _middle_too_large(site: Site) -> Complaint | None:
    wanted, picture = pair(site.params["size"]), site.inputs[0][1:]
    if wanted[0] <= picture[0] and wanted[1] <= picture[1]:
        return None
    node_id, fitting = site.node.id, (min(wanted[0], picture[0]), min(wanted[1], picture[1]))
    message = (
        f"A middle of {size(wanted)} cannot be cut out of a smaller picture: {site.source().title} gives "
        f"{size(picture)}."
    )
    repair = Repair(f"Set size to {size(fitting)}", lambda graph: set_params(graph, node_id, {"size": fitting}))
    return Complaint(message, (repair,), port=None)


@register
class PixelShuffle(_Resize):
    """torch.nn.PixelShuffle."""

    key = "pixel_shuffle"
    title = "Pixel shuffle"
    stem = "shuffle"
    formula = r"y_{k,\,r s + i,\,c s + j} = x_{k s^2 + i s + j,\,r,\,c}"
    shape_formula = r"k \times h \times w \to \frac{k}{s^2} \times s\,h \times s\,w"
    explanation = (
        "Weaves several small maps into one larger one: of four maps each gives one pixel of every square of 2×2. "
        "Nothing is computed; the convolution before it learns what belongs between the pixels."
    )
    source = "Shi et al. 2016, Real-time single image and video super-resolution"
    params = (
        Param("upscale_factor", "Factor", "int", 2, "How many times higher and wider the maps become.", maximum=64),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.PixelShuffle(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"×{params['upscale_factor']}"

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site) or _maps_do_not_go_round(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        factor, (channels, height, width) = params["upscale_factor"], inputs[0]
        return (f"({channels} / {factor}²) × ({height}·{factor}) × ({width}·{factor}) → {size(output)}",)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        factors = (int(params["upscale_factor"]),) * 2  # type: ignore[arg-type]
        return painting(factors, factors, (0, 0))


def _maps_do_not_go_round(site: Site) -> Complaint | None:
    factor, channels = site.params["upscale_factor"], site.inputs[0][0]
    assert isinstance(factor, int)
    if channels % factor**2 == 0:
        return None
    node_id, enough = site.node.id, -(-channels // factor**2) * factor**2
    smaller = max(other for other in range(1, factor) if channels % other**2 == 0)
    message = (
        f"{factor}×{factor} = {factor**2} maps are woven into one, but the {channels} channels of "
        f"{site.source().title} cannot be divided by {factor**2}."
    )
    conv = {"out_channels": enough, "kernel_size": (1, 1)}
    repairs = [
        *width_setters(site, 0, enough),
        insert_repair(site, "conv2d", 0, conv, f"1×1 convolution to {enough} channels"),
        Repair(f"Set factor to {smaller}", lambda graph: set_params(graph, node_id, {"upscale_factor": smaller})),
    ]
    return Complaint(message, tuple(repairs))
