"""Layers that only rearrange."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from playground.graph.edits import remove_and_bridge, set_params
from playground.layers._factors import nearest_divisor, nearest_factors
from playground.layers._param import Param
from playground.layers._span import SCATTERED, Span
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register
from playground.layers._text import extents, size, words

if TYPE_CHECKING:
    from torch import nn

_MOST_PIXELS = 2**24


@register
class Flatten(LayerType):
    """torch.nn.Flatten."""

    key = "flatten"
    title = "Flatten"
    stem = "flatten"
    category = Category.MERGE
    capability = "reshape"
    formula = r"y_{(k\,h + r)\,w + c} = x_{k,r,c}"
    shape_formula = r"k \cdot h \cdot w"
    explanation = (
        "Lays all numbers of a picture in one long row: map after map, row after row. Nothing is computed; it is how "
        "feature maps meet a dense layer. Sequences and volumes are laid out in the same way."
    )
    source = "PyTorch: nn.Flatten"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Flatten()

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{'·'.join(str(extent) for extent in inputs[0])} = {output[0]:,}",)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return SCATTERED


@register
class Reshape(LayerType):
    """torch.Tensor.reshape of each example."""

    key = "reshape"
    title = "Reshape"
    stem = "reshape"
    category = Category.MERGE
    capability = "rearrange"
    formula = r"y_{1 \dots n} = x_{1 \dots n} \;\text{in the same order}"
    shape_formula = r"n = n_1 \cdot n_2 \cdots"
    explanation = (
        "Cuts the same numbers, in the same order, into rows and maps of another size: a list of 784 becomes a picture "
        "of 28×28. There must be exactly as many places as numbers; one size may be left open as −1."
    )
    source = "PyTorch: Tensor.reshape"
    params = (
        Param(
            "shape",
            "New size",
            "shape",
            (-1,),
            "Sizes whose product is how many numbers come in. One of them may be −1: it is worked out from the others.",
            minimum=-1,
            maximum=100_000_000,
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.reshape_modules import Reshape as ReshapeModule

        return ReshapeModule(extents(params["shape"], 1))

    def caption(self, params: Params) -> str:
        return _written(extents(params["shape"], 1))

    def complain(self, site: Site) -> Complaint | None:
        wanted, count = extents(site.params["shape"], 1), prod(site.inputs[0])
        known = prod(extent for extent in wanted if extent > 0)
        open_ = wanted.count(-1)
        if 0 not in wanted and (known == count if not open_ else open_ == 1 and count % known == 0):
            return None
        given = f"{site.source().title} gives {words(site.inputs[0])}"
        if len(site.inputs[0]) > 1:
            given += f", that is {count:,} numbers"
        if open_ > 1:
            message = f"Only one size may be left open (−1), but {_written(wanted)} leaves {open_}; {given}."
        elif 0 in wanted:
            message = f"A size of 0 in {_written(wanted)} leaves room for nothing; {given}."
        elif open_:
            message = f"{_written(wanted)} holds a multiple of {known:,} numbers, which {count:,} is not: {given}."
        else:
            message = f"{_written(wanted)} holds {known:,} numbers, but {given}."
        return Complaint(message, (_set(site, "shape", nearest_factors(wanted, count)),))

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{prod(inputs[0]):,} = {'·'.join(str(extent) for extent in output)}",)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return SCATTERED


@register
class Permute(LayerType):
    """torch.Tensor.permute of each example."""

    key = "permute"
    title = "Permute"
    stem = "permute"
    category = Category.MERGE
    capability = "rearrange"
    formula = r"y_{j_0, j_1, \dots} = x_{i_0, i_1, \dots}, \quad j_a = i_{o_a}"
    shape_formula = r"n_{o_0},\; n_{o_1},\; \dots"
    explanation = (
        "Turns the dimensions round, as when rows and columns of a table are swapped. The order says which of the old "
        "dimensions, counted from 0, comes first, second, …; 0 is the channels."
    )
    source = "PyTorch: Tensor.permute"
    params = (
        Param(
            "order",
            "Order",
            "shape",
            (0, 2, 1),
            "The old dimensions, counted from 0, in their new order: 0, 2, 1 swaps rows and columns of a picture.",
            minimum=0,
            maximum=3,
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.reshape_modules import Permute as PermuteModule

        return PermuteModule(extents(params["order"], 1))

    def caption(self, params: Params) -> str:
        return ", ".join(str(axis) for axis in extents(params["order"], 1))

    def complain(self, site: Site) -> Complaint | None:
        order, rank = extents(site.params["order"], 1), len(site.inputs[0])
        if sorted(order) == list(range(rank)):
            return None
        given = f"{site.source().title} gives {words(site.inputs[0])}"
        named = ", ".join(str(axis) for axis in range(rank))
        message = f"The order {', '.join(str(axis) for axis in order)} must name each of {named} once, since {given}."
        if rank == 1:
            message = f"A list has only one dimension, so there is nothing to turn round: {given}."
        kept = [axis for axis in dict.fromkeys(order) if axis < rank]
        return Complaint(message, (_set(site, "order", (*kept, *(a for a in range(rank) if a not in kept))),))

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{size(inputs[0])} → {size(output)}",)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return SCATTERED


@register
class Slice(LayerType):
    """torch.Tensor.narrow along the first dimension of each example."""

    key = "slice"
    title = "Slice"
    stem = "slice"
    category = Category.MERGE
    capability = "rearrange"
    formula = r"y_k = x_{k + s}, \quad k = 1 \dots \ell"
    shape_formula = r"\ell"
    explanation = (
        "Keeps a stretch of the channels (or features) and leaves the others out. Several slices of one layer split it "
        "into parts that go different ways. What is left out receives no gradient from here."
    )
    source = "PyTorch: Tensor.narrow"
    params = (
        Param("start", "Start", "int", 0, "How many channels (or features) are skipped before the first.", minimum=0),
        Param("length", "Length", "int", 1, "How many are kept."),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.reshape_modules import Slice as SliceModule

        return SliceModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        first, last = _stretch(params)
        return str(first) if first == last else f"{first} … {last}"

    def describe(self, params: Params) -> str:
        first, last = _stretch(params)
        which = f"number {first}" if first == last else f"numbers {first} to {last}"
        return f"Keeps {which} of the channels (or features)."

    def complain(self, site: Site) -> Complaint | None:
        (first, last), have = _stretch(site.params), site.inputs[0][0]
        if last <= have:
            return None
        length = last - first + 1
        repairs = [_set(site, "start", have - length)] if length <= have else []
        if first <= have:
            repairs.insert(0, _set(site, "length", have - first + 1))
        if not repairs:
            together = {"start": 0, "length": have}
            repairs.append(Repair("Keep all", lambda graph: set_params(graph, site.node.id, together)))
        noun = "channels" if len(site.inputs[0]) > 1 else "numbers"
        message = f"{site.node.title} keeps {noun} {first} to {last}, but {site.source().title} has only {have}."
        return Complaint(message, tuple(repairs))

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        first, last = _stretch(params)
        return (f"{first} to {last} of {inputs[0][0]} → {output[0]}",)


@register
class ChannelShuffle(LayerType):
    """torch.nn.ChannelShuffle, of lists too."""

    key = "channel_shuffle"
    title = "Channel shuffle"
    stem = "shuffle"
    category = Category.MERGE
    capability = "rearrange"
    keeps_shape = True
    formula = r"y_{i g + j} = x_{j n + i}, \quad n = k / g"
    explanation = (
        "Deals the channels out like cards: the first of every group, then the second of every group, and so on. After "
        "a grouped convolution, whose groups never see each other, it lets every group meet all others."
    )
    source = "Zhang et al. 2017, ShuffleNet"
    params = (Param("groups", "Groups", "int", 2, "Into how many groups the channels are dealt.", maximum=65_536),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.reshape_modules import ChannelShuffle as ChannelShuffleModule

        return ChannelShuffleModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"{params['groups']} groups"

    def complain(self, site: Site) -> Complaint | None:
        groups, have = site.params["groups"], site.inputs[0][0]
        assert isinstance(groups, int)
        if have % groups == 0:
            return None
        message = f"{groups} groups do not divide the {have} channels that {site.source().title} gives."
        return Complaint(message, (_set(site, "groups", nearest_divisor(have, groups)),))


@register
class PixelPermutation(LayerType):
    """The pixels of every map in one fixed random order."""

    key = "pixel_permutation"
    title = "Pixel permutation"
    stem = "permutation"
    category = Category.MERGE
    capability = "rearrange"
    keeps_shape = True
    formula = r"y_{k,i} = x_{k,\pi(i)}"
    explanation = (
        "Puts the pixels of every picture in one and the same random order. A dense network learns as well as before; "
        "a convolution, which relies on neighbours belonging together, does not. Try it on the digits."
    )
    source = "LeCun, Bengio & Hinton 2015; lecture: shuffled MNIST"
    params = (Param("seed", "Seed", "int", 0, "Another number gives another order.", minimum=0, maximum=4_294_967_295),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.reshape_modules import PixelPermutation as PixelPermutationModule

        return PixelPermutationModule(inputs[0], **params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"seed {params['seed']}"

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return SCATTERED

    def complain(self, site: Site) -> Complaint | None:
        shape, node_id = site.inputs[0], site.node.id
        pixels = prod(shape[1:] or shape)
        if pixels <= _MOST_PIXELS:
            return None
        repair = Repair(f"Take {site.node.title} out", lambda graph: remove_and_bridge(graph, node_id))
        given = f"{site.source().title} gives {words(shape)}"
        return Complaint(f"At most {_MOST_PIXELS:,} pixels can be permuted, but {given}.", (repair,))


def _written(shape: Shape) -> str:
    """1×28×28, with a real minus sign for what is left open."""
    return size(shape).replace("-", "−")


def _stretch(params: Params) -> tuple[int, int]:
    """The first and the last channel that a slice keeps, counted from 1."""
    start, length = params["start"], params["length"]
    assert isinstance(start, int)
    assert isinstance(length, int)
    return start + 1, start + length


def _set(site: Site, key: str, value: int | Shape) -> Repair:
    node_id = site.node.id
    text = value if isinstance(value, int) else _written(value) if key == "shape" else ", ".join(map(str, value))
    return Repair(f"Set {key} to {text}", lambda graph: set_params(graph, node_id, {key: value}))
