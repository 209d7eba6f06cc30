"""What the convolutions share, over one, two or three dimensions: settings, counts, complaints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import gcd, prod
from typing import TYPE_CHECKING, ClassVar

from playground.graph.edits import set_params, update
from playground.graph.model import Node, ParamValue
from playground.layers._checks import needs_rank
from playground.layers._param import Kind, Param, ParamError
from playground.layers._span import Span, sliding
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, layer_type
from playground.layers._text import count, extents, product_text, short_pair, size
from playground.layers._window import NOUNS, kernel_too_large, window, window_line

if TYPE_CHECKING:
    from torch import nn

_KINDS: Mapping[int, Kind] = {1: "int", 2: "pair", 3: "triple"}
_SIZES = {1: "Length", 2: "Height and width", 3: "Depth, height and width"}
PLACES = {1: "places", 2: "pixels", 3: "voxels"}
_SHAPE_FORMULA = r"\left\lfloor\frac{n + 2p - d\,(k-1) - 1}{s}\right\rfloor + 1"

OUT_CHANNELS = Param("out_channels", "Filters", "int", 6, "How many filters, and so how many feature maps come out.")
GROUPS = Param(
    "groups",
    "Groups",
    "int",
    1,
    "Splits the channels into groups that do not mix; as many groups as channels is a depthwise convolution.",
)
BIAS = Param("bias", "Bias", "bool", True, "Whether each filter adds a number of its own.")


def each(dimensions: int, value: int) -> ParamValue:
    """A setting with this number for each dimension, in the form in which it is kept."""
    return value if dimensions == 1 else (value,) * dimensions


def kernel_param(dimensions: int, default: int = 3) -> Param:
    """The size of the window."""
    text = f"{_SIZES[dimensions]} of each filter, in {PLACES[dimensions]}."
    return Param("kernel_size", "Kernel", _KINDS[dimensions], each(dimensions, default), text, maximum=1024)


def stride_param(dimensions: int, default: int = 1) -> Param:
    """How far the window moves."""
    text = "How far the window moves from one place to the next."
    return Param("stride", "Stride", _KINDS[dimensions], each(dimensions, default), text, maximum=1024)


def padding_param(dimensions: int) -> Param:
    """Zeros around the input, in numbers or in words."""
    return Param(
        "padding",
        "Padding",
        "padding",
        each(dimensions, 0),
        f"Zeros put around the {NOUNS[dimensions]}, on each side. same: as many as make the output as large as the "
        "input divided by the stride, an odd one at the end; valid: none.",
        minimum=0,
        maximum=1024,
        lengths=(dimensions,),
    )


def dilation_param(dimensions: int) -> Param:
    """The distance between what lies under neighbouring weights."""
    text = f"Distance between neighbouring {PLACES[dimensions]} under the filter; 2 skips every other one."
    return Param("dilation", "Dilation", _KINDS[dimensions], each(dimensions, 1), text, maximum=1024)


def sliding_params(dimensions: int) -> tuple[Param, ...]:
    """Kernel, stride, padding and dilation."""
    return kernel_param(dimensions), stride_param(dimensions), padding_param(dimensions), dilation_param(dimensions)


class Convolution(LayerType):
    """What the convolutions share, over any number of dimensions."""

    category = Category.CONVOLUTION
    stem = "conv"
    dimensions: ClassVar[int] = 2
    shape_formula = _SHAPE_FORMULA
    parameter_formula = r"k_h \cdot k_w \cdot \frac{C}{g} \cdot M + M"
    multiply_add_formula = r"h' \cdot w' \cdot M \cdot k_h \cdot k_w \cdot \frac{C}{g}"

    def filters(self, params: Params, inputs: tuple[Shape, ...]) -> int:
        """How many maps come out."""
        del inputs
        return whole(params["out_channels"])

    def groups(self, params: Params, inputs: tuple[Shape, ...]) -> int:
        """Into how many groups the channels are split."""
        del inputs
        return whole(params["groups"])

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        # torch's own module, or one with a border of its own where that is not the same on all sides.
        from torch import nn

        from playground.layers import convolution_modules as own

        found, channels = window(params, inputs[0]), inputs[0][0]
        settings = {
            "kernel_size": found.kernel,
            "stride": found.stride,
            "dilation": found.dilation,
            "groups": self.groups(params, inputs),
            "bias": params["bias"],
        }
        filters = self.filters(params, inputs)
        if found.before == found.after:
            plain = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[self.dimensions - 1]
            return plain(channels, filters, padding=found.before, **settings)  # type: ignore[arg-type]
        bordered = (own.BorderedConv1d, own.BorderedConv2d, own.BorderedConv3d)[self.dimensions - 1]
        module = bordered(channels, filters, **settings)  # type: ignore[arg-type]
        module.border = own.border(found.before, found.after)
        return module

    def describe(self, params: Params) -> str:
        filters = params["out_channels"]
        many = f"{filters} small filters" if filters != 1 else "one small filter"
        what = NOUNS[self.dimensions]
        return f"Slides {many} over the {what}. Each answers “how much does this patch look like me?” at every place."

    def caption(self, params: Params) -> str:
        parts = [size(extents(params["kernel_size"], self.dimensions))]
        if "out_channels" in params:
            parts.append(str(params["out_channels"]))
        return " · ".join([*parts, *self._extras(params)])

    def _extras(self, params: Params) -> list[str]:
        """What differs from the default."""
        parts: list[str] = []
        for key, word in (("stride", "stride"), ("padding", "pad"), ("output_padding", "out pad"), ("dilation", "dil")):
            value = params.get(key)
            if value == "same":
                parts.append("same")
            elif value is not None and value not in ("valid", self.param(key).default):
                parts.append(f"{word} {short_pair(value)}")
        if params.get("groups", 1) != 1:
            parts.append(f"groups {params['groups']}")
        return parts

    def complain(self, site: Site) -> Complaint | None:
        return wrong_dimensions(site, self.dimensions) or groups_do_not_divide(site) or kernel_too_large(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return window_line(params, inputs[0], output)

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        filters = self.filters(params, inputs)
        channels = inputs[0][0] // self.groups(params, inputs)
        return weights_and_biases(
            (*extents(params["kernel_size"], self.dimensions), channels, filters), filters, params
        )

    def multiply_adds(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> int:
        kernel = extents(params["kernel_size"], self.dimensions)
        return count(output) * prod(kernel) * (inputs[0][0] // self.groups(params, inputs))

    def multiply_add_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> str:
        kernel = extents(params["kernel_size"], self.dimensions)
        return product_text((*output[1:], output[0], *kernel, inputs[0][0] // self.groups(params, inputs)))

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return sliding(window(params, inputs[0]))


def weights_and_biases(factors: tuple[int, ...], biases: int, params: Params) -> str:
    """5·5·1·6 + 6 = 156."""
    text = "·".join(str(factor) for factor in factors)
    return f"{text} + {biases} = {prod(factors) + biases:,}" if params["bias"] else product_text(factors)


def wrong_dimensions(site: Site, dimensions: int) -> Complaint | None:
    """An input with another number of dimensions; the convolution that suits it is offered first."""
    complaint = needs_rank(site, dimensions + 1)
    if complaint is None:
        return None
    other = {2: "conv1d", 3: "conv2d", 4: "conv3d"}.get(len(site.inputs[0]))
    if other is None or site.node.type not in ("conv1d", "conv2d", "conv3d"):
        return complaint
    return replace(complaint, repairs=(use_instead(site.node, other), *complaint.repairs))


def use_instead(node: Node, key: str) -> Repair:
    """Offer to make another layer type of this one, with the settings that it can take."""
    kind = layer_type(key)
    kept: dict[str, ParamValue] = {}
    for name, value in node.params.items():
        try:
            kept[name] = kind.param(name).check(_single(value))
        except ParamError:
            continue
    changed = replace(node, type=key, params=kept, initial={})
    return Repair(f"Use {kind.title} instead", lambda graph: update(graph, changed))


def _single(value: ParamValue) -> ParamValue:
    """One number that stands for all dimensions, where it is the same in all."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def groups_do_not_divide(site: Site) -> Complaint | None:
    """Channels and filters must both split evenly."""
    groups, filters, channels = whole(site.params["groups"]), whole(site.params["out_channels"]), site.inputs[0][0]
    if channels % groups == 0 and filters % groups == 0:
        return None
    shared = gcd(channels, filters)
    common = max(divisor for divisor in range(1, min(groups, shared) + 1) if shared % divisor == 0)
    node_id = site.node.id
    repair = Repair(f"Set groups to {common}", lambda graph: set_params(graph, node_id, {"groups": common}))
    message = f"{groups} groups do not divide {channels} input channels and {filters} filters evenly."
    return Complaint(message, (repair,), port=None)


def whole(value: ParamValue) -> int:
    """A checked `int` setting."""
    assert isinstance(value, int)
    return value
