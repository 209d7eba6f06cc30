"""Normalisation: numbers are shifted and scaled so that some group of them has mean 0 and variance 1."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from playground.graph.edits import remove_and_bridge, set_params
from playground.layers._checks import needs_rank, use_instead
from playground.layers._param import Param
from playground.layers._span import EVERYTHING, Span
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register
from playground.layers._text import size, words

if TYPE_CHECKING:
    from torch import nn

_EPSILON = Param("eps", "Epsilon", "float", 1e-5, "Added to the variance, so that nothing is divided by 0.", 1e-12, 1.0)
_MOMENTUM = Param("momentum", "Momentum", "float", 0.1, "How fast the running averages follow each batch.", 0.0, 1.0)
_AFFINE = Param("affine", "Scale and shift", "bool", True, "Whether γ and β are learnt.")


class _Normalisation(LayerType):
    """What all share."""

    category = Category.NORMALISE
    capability = "normalisation"
    stem = "norm"
    keeps_shape = True
    formula = r"y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"
    parameter_formula = r"2\; C"

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        channels = inputs[0][0]
        return f"{channels} scales γ + {channels} shifts β = {2 * channels:,}" if params.get("affine", True) else ""


class _MeasuresTheExample(_Normalisation):
    """Those whose mean and variance are of places of the whole example."""

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return EVERYTHING


def _wrong_rank(site: Site, ranks: tuple[int, ...], *instead: str) -> Complaint | None:
    """Examples with other numbers of dimensions are refused; these layer types would fit as it is."""
    complaint = needs_rank(site, *ranks)
    if complaint is None:
        return None
    return replace(complaint, repairs=(*(use_instead(site, key) for key in instead), *complaint.repairs))


def _take_out(site: Site) -> Repair:
    node = site.node
    return Repair(f"Take {node.title} out", lambda graph: remove_and_bridge(graph, node.id))


@register
class BatchNorm1d(_Normalisation):
    """torch.nn.BatchNorm1d: over the batch (and the length) for each feature or channel."""

    key = "batch_norm1d"
    title = "Batch norm 1D"
    looks_at_the_batch = True
    explanation = (
        "Shifts and scales each feature so that over the batch its mean is 0 and its variance 1, then lets the network "
        "choose another scale γ and shift β. In use, running averages of mean and variance take the batch's place."
    )
    source = "Ioffe & Szegedy 2015, algorithm 1"
    params = (_EPSILON, _MOMENTUM, _AFFINE)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.BatchNorm1d(inputs[0][0], **params)  # type: ignore[arg-type]

    def complain(self, site: Site) -> Complaint | None:
        instead = ("batch_norm2d",) if len(site.inputs[0]) == 3 else ("layer_norm",)
        return _wrong_rank(site, (1, 2), *instead)


@register
class BatchNorm2d(_Normalisation):
    """torch.nn.BatchNorm2d."""

    key = "batch_norm2d"
    title = "Batch norm 2D"
    looks_at_the_batch = True
    explanation = (
        "Shifts and scales each channel so that over the batch its mean is 0 and its variance 1, then lets the network "
        "choose another scale γ and shift β. In use, running averages of mean and variance take the batch's place."
    )
    source = "Ioffe & Szegedy 2015, algorithm 1"
    params = (_EPSILON, _MOMENTUM, _AFFINE)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.BatchNorm2d(inputs[0][0], **params)  # type: ignore[arg-type]

    def complain(self, site: Site) -> Complaint | None:
        instead = ("batch_norm1d",) if len(site.inputs[0]) < 3 else ("layer_norm",)
        return _wrong_rank(site, (3,), *instead)


@register
class LayerNorm(_MeasuresTheExample):
    """torch.nn.LayerNorm over all numbers of an example; γ and β have the example's shape."""

    key = "layer_norm"
    title = "Layer norm"
    explanation = (
        "Shifts and scales all numbers of an example together so that their mean is 0 and their variance 1; then every "
        "number has a scale γ and a shift β of its own. No batch is needed, so it does the same in training and in use."
    )
    source = "Ba et al. 2016"
    parameter_formula = r"2\; C \cdot h \cdot w"
    params = (_EPSILON,)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.LayerNorm(inputs[0], **params)  # type: ignore[arg-type]

    def complain(self, site: Site) -> Complaint | None:
        if prod(site.inputs[0]) > 1:
            return None
        message = "A single number has no spread: behind Layer norm it would always be the shift β, whatever came in."
        return Complaint(message, (_take_out(site),), is_warning=True)

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        extents = "·".join(str(extent) for extent in inputs[0])
        return f"{extents} scales γ + {extents} shifts β = {2 * prod(inputs[0]):,}"


@register
class GroupNorm(_MeasuresTheExample):
    """torch.nn.GroupNorm: over the channels of a group, with all their places, of one example."""

    key = "group_norm"
    title = "Group norm"
    explanation = (
        "Splits the channels into groups. Within one example the numbers of a group are shifted and scaled so that "
        "their mean is 0 and their variance 1; each channel then has its scale γ and shift β. The batch plays no part, "
        "so it works with small batches too."
    )
    source = "Wu & He 2018"
    params = (Param("num_groups", "Groups", "int", 2, "Into how many equal groups the channels are split."), _EPSILON)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.GroupNorm(int(params["num_groups"]), inputs[0][0], eps=float(params["eps"]))  # type: ignore[arg-type]

    def describe(self, params: Params) -> str:
        into = f"{params['num_groups']} groups" if params["num_groups"] != 1 else "one group"
        return f"Makes {into} of the channels and gives each group, example by example, mean 0 and variance 1."

    def caption(self, params: Params) -> str:
        return f"{params['num_groups']} group{'s' if params['num_groups'] != 1 else ''}"

    def complain(self, site: Site) -> Complaint | None:
        shape, groups = site.inputs[0], int(site.params["num_groups"])  # type: ignore[arg-type]
        if prod(shape) == 1:
            message = "A single number has no spread: nothing is left of it after Group norm but the shift β."
            return Complaint(message, (_take_out(site),))
        if shape[0] % groups:
            message = f"{groups} groups do not divide the {_channels(site)} that {site.source().title} gives."
            return Complaint(message, _group_setters(site.node.id, shape, groups))
        if prod(shape) == groups:
            message = f"With {groups} groups every group would hold one number, which has no spread: nothing comes out."
            return Complaint(message, _group_setters(site.node.id, shape, groups))
        return None


def _channels(site: Site) -> str:
    """6 channels, 1 feature."""
    count, rank = site.inputs[0][0], len(site.inputs[0])
    return f"{count} {'channel' if rank > 1 else 'feature'}{'s' if count != 1 else ''}"


def _group_setters(node_id: str, shape: Shape, groups: int) -> tuple[Repair, ...]:
    """Offer the nearest numbers of groups, below and above, that leave at least two numbers in each."""
    fitting = [count for count in range(1, shape[0] + 1) if shape[0] % count == 0 and prod(shape) > count]
    below = [count for count in fitting if count < groups][-1:]
    above = [count for count in fitting if count > groups][:1]

    def setter(count: int) -> Repair:
        return Repair(f"Set groups to {count}", lambda graph: set_params(graph, node_id, {"num_groups": count}))

    return tuple(setter(count) for count in (*below, *above))


@register
class InstanceNorm2d(_MeasuresTheExample):
    """torch.nn.InstanceNorm2d: over the places of each map of one example, in training and in use alike."""

    key = "instance_norm2d"
    title = "Instance norm 2D"
    explanation = (
        "Shifts and scales each map of each picture on its own so that its mean is 0 and its variance 1. What is lost "
        "is how bright and how rich in contrast the map was, and that is the point: style goes, shape stays."
    )
    source = "Ulyanov et al. 2016"
    params = (_EPSILON, Param("affine", "Scale and shift", "bool", False, "Whether γ and β are learnt."))

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.InstanceNorm2d(inputs[0][0], **params)  # type: ignore[arg-type]

    def complain(self, site: Site) -> Complaint | None:
        shape = site.inputs[0]
        if complaint := _wrong_rank(site, (3,), "layer_norm"):
            return complaint
        if shape[1:] == (1, 1):
            message = f"Maps of 1×1 have no spread, so nothing would be left of the {size(shape)} numbers."
            return Complaint(message, (use_instead(site, "layer_norm"), _take_out(site)))
        return None


@register
class LocalResponseNorm(LayerType):
    """torch.nn.LocalResponseNorm: across neighbouring channels at the same place."""

    key = "local_response_norm"
    title = "Local response norm"
    stem = "lrn"
    category = Category.NORMALISE
    capability = "response"
    keeps_shape = True
    formula = r"y_c = \frac{x_c}{\left(k + \frac{\alpha}{n} {\textstyle\sum_{j}} x_{j}^{2}\right)^{\beta}}"
    explanation = (
        "Lets channels compete: at each place a number is divided by a measure of how strongly the neighbouring "
        "channels respond there, itself included. Nothing is learnt. Batch norm has taken its place."
    )
    source = (
        "Krizhevsky et al. 2012, section 3.3, as PyTorch defines it: α is shared out over the n channels, so the "
        "paper's α = 0.0001 with n = 5 is 0.0005 here"
    )
    params = (
        Param("size", "Channels n", "int", 5, "How many neighbouring channels are looked at.", 1, 1024),
        Param("alpha", "Alpha", "float", 1e-4, "How much their squares weigh together; divided by n.", 0.0, 1000.0),
        Param("beta", "Beta", "float", 0.75, "The power of the divisor.", 0.0, 10.0),
        Param("k", "Base k", "float", 1.0, "Added to the divisor, so that silence is not divided by 0.", 1e-3, 1000.0),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.LocalResponseNorm(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"{params['size']} channel{'s' if params['size'] != 1 else ''}"

    def complain(self, site: Site) -> Complaint | None:
        if len(site.inputs[0]) > 1:
            return None
        message = f"{self.title} lets channels compete at each place, but {site.source().title} gives "
        message += f"{words(site.inputs[0])}, without places."
        return Complaint(message, (use_instead(site, "layer_norm"), _take_out(site)))


@register
class ChannelAffine(_Normalisation):
    """y = γ x + β for each channel."""

    key = "channel_affine"
    title = "Channel scale & shift"
    stem = "affine"
    capability = "affine"
    formula = r"y = \gamma_c\, x + \beta_c"
    explanation = (
        "Multiplies each channel by a number γ and adds a number β, both learnt. It is the second half of batch norm, "
        "without its first: nothing is measured, nothing is normalised."
    )
    source = "Ioffe & Szegedy 2015, the last line of algorithm 1; Zhang et al. 2019, Fixup"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.elementwise_modules import ChannelAffine as ChannelAffineModule

        return ChannelAffineModule(inputs[0][0])
