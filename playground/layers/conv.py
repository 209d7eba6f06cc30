"""Convolutions: a small window of weights that slides over a sequence, a picture or a volume."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from playground.layers._convolution import (
    BIAS,
    GROUPS,
    OUT_CHANNELS,
    Convolution,
    sliding_params,
    use_instead,
    whole,
    wrong_dimensions,
)
from playground.layers._param import Param
from playground.layers._spec import Complaint, Params, Preset, Shape, Site, register
from playground.layers._text import extents, size
from playground.layers._window import kernel_too_large, window

if TYPE_CHECKING:
    from torch import nn


@register
class Conv1d(Convolution):
    """torch.nn.Conv1d; the number of input channels follows from the wire."""

    key = "conv1d"
    parameter_formula = r"k \cdot \frac{C}{g} \cdot M + M"
    multiply_add_formula = r"n' \cdot M \cdot k \cdot \frac{C}{g}"
    title = "Conv 1D"
    dimensions = 1
    capability = "convolution"
    formula = r"z_{f,t} = b_f + \sum_{k}\sum_{i} w_{f,k,i}\; x_{k,\,t s+i}"
    explanation = (
        "A filter is a short row of weights. It slides along a sequence (a sound, a heartbeat); at every place the "
        "numbers under it are multiplied by the weights and added up, plus a bias. So a shape is found whenever it "
        "comes. Each filter makes one new sequence."
    )
    source = "Waibel et al. 1989, Phoneme recognition using time-delay neural networks"
    params = (OUT_CHANNELS, *sliding_params(1), GROUPS, BIAS)


@register
class Conv2d(Convolution):
    """torch.nn.Conv2d; the number of input channels follows from the wire."""

    key = "conv2d"
    title = "Conv 2D"
    capability = "window"
    formula = r"z_{f,r,c} = b_f + \sum_{k}\sum_{i,j} w_{f,k,i,j}\; x_{k,\,r s+i,\,c s+j}"
    explanation = (
        "A filter is a small window of weights. It slides over the picture; at every place the pixels under it are "
        "multiplied by the weights and added up, plus a bias. The same few weights serve every place, so an edge is "
        "found wherever it is. Each filter makes one feature map."
    )
    source = "LeCun et al. 1998, Gradient-based learning applied to document recognition"
    params = (OUT_CHANNELS, *sliding_params(2), GROUPS, BIAS)
    presets = (
        Preset(
            "1x1",
            "1×1 conv",
            {"kernel_size": (1, 1)},
            "A convolution whose window is a single pixel: it mixes the channels there and nothing else. It changes "
            "their number at little cost, so it stands before dear layers, and on skips as a projection.",
        ),
    )


@register
class Conv3d(Convolution):
    """torch.nn.Conv3d; the number of input channels follows from the wire."""

    key = "conv3d"
    parameter_formula = r"k_d \cdot k_h \cdot k_w \cdot \frac{C}{g} \cdot M + M"
    multiply_add_formula = r"d' \cdot h' \cdot w' \cdot M \cdot k_d \cdot k_h \cdot k_w \cdot \frac{C}{g}"
    title = "Conv 3D"
    dimensions = 3
    capability = "convolution"
    formula = r"z_{f,q,r,c} = b_f + \sum_{k}\sum_{h,i,j} w_{f,k,h,i,j}\; x_{k,\,q s+h,\,r s+i,\,c s+j}"
    explanation = (
        "A filter is a small block of weights that slides through a volume: a film (time, height, width) or a body "
        "scan. At every place the numbers under it are multiplied by the weights and added up, plus a bias. So it can "
        "find a movement where a filter for pictures finds a shape."
    )
    source = "Ji et al. 2013, 3D convolutional neural networks for human action recognition"
    params = (OUT_CHANNELS, *sliding_params(3), GROUPS, BIAS)


@register
class DepthwiseConv2d(Convolution):
    """torch.nn.Conv2d with as many groups as channels."""

    key = "depthwise_conv2d"
    parameter_formula = r"k_h \cdot k_w \cdot 1 \cdot M + M"
    multiply_add_formula = r"h' \cdot w' \cdot M \cdot k_h \cdot k_w \cdot 1"
    title = "Depthwise conv"
    capability = "window"
    formula = r"z_{k,r,c} = b_k + \sum_{i,j} w_{k,i,j}\; x_{k,\,r s+i,\,c s+j}"
    explanation = (
        "Gives each channel a filter of its own and mixes none of them, so it needs very few weights. With a 1×1 "
        "convolution behind it, which mixes channels and nothing else, it does nearly the work of a full convolution "
        "at about a ninth of its price: a separable convolution."
    )
    source = "Chollet 2016, Xception; Howard et al. 2017, MobileNets"
    params = (
        *sliding_params(2),
        Param("multiplier", "Filters per channel", "int", 1, "How many filters each channel gets.", maximum=10_000),
        BIAS,
    )

    def filters(self, params: Params, inputs: tuple[Shape, ...]) -> int:
        return inputs[0][0] * whole(params["multiplier"])

    def groups(self, params: Params, inputs: tuple[Shape, ...]) -> int:
        return inputs[0][0]

    def describe(self, params: Params) -> str:
        each_ = "a small filter" if params["multiplier"] == 1 else f"{params['multiplier']} small filters"
        return f"Slides {each_} of its own over each channel; the channels do not mix."

    def caption(self, params: Params) -> str:
        parts = [size(extents(params["kernel_size"], 2)), *self._extras(params)]
        return " · ".join(
            parts if params["multiplier"] == 1 else [parts[0], f"{params['multiplier']} each", *parts[1:]]
        )

    def complain(self, site: Site) -> Complaint | None:
        return wrong_dimensions(site, 2) or kernel_too_large(site)


@register
class WeightStandardizedConv2d(Convolution):
    """Conv 2D whose filters are brought to mean 0 and variance 1 before they are used."""

    key = "ws_conv2d"
    title = "Standardised conv"
    capability = "convolution"
    formula = (
        r"z_{f,r,c} = b_f + \sum_{k,i,j} \hat{w}_{f,k,i,j}\, x_{k,\,r s+i,\,c s+j}, \quad "
        r"\hat{w}_f = \frac{w_f - \mu_f}{\sqrt{\sigma_f^2 + \epsilon}}"
    )
    explanation = (
        "A convolution that first shifts and scales the weights of each filter so that their mean is 0 and their "
        "variance 1. However the weights grow, the filters stay of one size, which smooths training, above all with "
        "small batches and group norm."
    )
    source = "Qiao et al. 2019, Weight standardization; Kolesnikov et al. 2019, Big Transfer (BiT)"
    params = (
        OUT_CHANNELS,
        *sliding_params(2),
        GROUPS,
        BIAS,
        Param("eps", "Epsilon", "float", 1e-5, "Added to the variance, so that nothing is divided by 0.", 1e-12, 1.0),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers import convolution_modules as own

        found = window(params, inputs[0])
        module = own.WeightStandardizedConv2d(
            inputs[0][0],
            self.filters(params, inputs),
            found.kernel,  # type: ignore[arg-type]
            found.stride,  # type: ignore[arg-type]
            dilation=found.dilation,  # type: ignore[arg-type]
            groups=self.groups(params, inputs),
            bias=params["bias"] is True,
        )
        module.border = own.border(found.before, found.after)
        module.eps = float(params["eps"])  # type: ignore[arg-type]
        return module

    def describe(self, params: Params) -> str:
        filters = params["out_channels"]
        many = f"{filters} small filters" if filters != 1 else "one small filter"
        return f"Slides {many} over the picture, each brought to mean 0 and variance 1 first."

    def complain(self, site: Site) -> Complaint | None:
        return super().complain(site) or _single_weight(site)


def _single_weight(site: Site) -> Complaint | None:
    """A filter of one weight is 0 once its mean is taken away."""
    channels, groups = site.inputs[0][0], whole(site.params["groups"])
    if channels // groups * prod(extents(site.params["kernel_size"], 2)) > 1:
        return None
    message = "Each filter has a single weight here, and standardising turns that into 0: nothing would come through."
    return Complaint(message, (use_instead(site.node, "conv2d"),), port=None)
